import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ScryptPasswords } from "../../drivers/passwords/scrypt.ts";
import { siteAssets } from "../../drivers/site/assets.ts";
import { openFastify } from "../../drivers/site/fastify.ts";
import { LocalTree } from "../../drivers/tree/local.ts";
import { LocalVault } from "../../drivers/vault/local.ts";
import type { Trace } from "../../runtime/diagnostics/trace.ts";
import { Door } from "../../runtime/studio/web/door.ts";
import { Front } from "../../runtime/studio/web/front.ts";
import { Guard } from "../../runtime/studio/web/guard.ts";
import { studioRoutes } from "../../runtime/studio/web/routes.ts";
import { Uploads } from "../../runtime/studio/web/uploads.ts";
import { version } from "../version.ts";
import { orderHook } from "./hook.ts";
import { openStudio, type StudioPlace } from "./open.ts";

/** Where and how a studio is served. */
export interface ServePlace extends StudioPlace {
  readonly host: string;
  readonly port: number;
  readonly behindProxy: boolean;
  /** Files in PEM; both, or none. */
  readonly cert?: string;
  readonly key?: string;
  /** The signed repository that devices fetch from. */
  readonly repository: string;
  /** Ed25519, PEM: what leases of devices are signed with. */
  readonly licenceKey?: string;
  /** Who is told of each confirmed order. */
  readonly orderHook?: string;
}

/** Serves the studio until `stop` aborts; `onReady` hears its address. */
export async function serveStudio(
  place: ServePlace,
  trace: Trace,
  stop: AbortSignal,
  onReady: (url: string) => void,
): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const opened = parts.use(await openStudio(place, trace, orderHook(place.orderHook)));
  const { studio, stamps } = opened;
  const vault = new LocalVault(join(place.state, "files"));
  const passwords = new ScryptPasswords();
  const house = {
    ...{ studio, vault, passwords, uploads: new Uploads(vault, stamps.newId) },
    ...{ door: new Door(studio, passwords), guard: new Guard() },
    ...{ repository: new LocalTree(place.repository), newId: stamps.newId },
    licenceKey: keyOf(place.licenceKey),
  };
  const now = (): number => stamps.wallMs();
  const front = new Front(house, now);
  const outside = { now, version, assets: siteAssets() };
  const onTrouble = (error: unknown): void =>
    trace.note({ area: "studio", kind: "request-failed", reason: String(error) });
  const site = parts.use(
    await openFastify(
      { ...addressOf(place), onTrouble },
      studioRoutes(house, front, outside),
      (status, request) => front.problem(status, request),
    ),
  );
  onReady(site.url);
  await tend(opened, trace, stop);
}

function keyOf(file: string | undefined): KeyObject | undefined {
  return file === undefined ? undefined : createPrivateKey(readFileSync(file));
}

function addressOf({ host, port, behindProxy, cert, key }: ServePlace) {
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error("Cannot serve by TLS: --cert and --key are due together");
  }
  const tls =
    cert === undefined || key === undefined
      ? {}
      : { tls: { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") } };
  return { host, port, behindProxy, ...tls };
}

const tendEveryMs = 5_000;

/** Housekeeping, until it is told to stop. A database that is away for a while comes back. */
async function tend(
  { studio, stamps }: Awaited<ReturnType<typeof openStudio>>,
  trace: Trace,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await studio.tend(stamps.wallMs());
    } catch (error) {
      trace.note({ area: "studio", kind: "tend-failed", reason: String(error) });
    }
    await sleep(tendEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
