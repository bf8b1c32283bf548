import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import type { Fetch } from "../../drivers/fetch/fetch.ts";
import { SupplyError } from "../content/supply.ts";
import type { Trust } from "../content/trust/trust.ts";
import type { Trace } from "../diagnostics/trace.ts";

/**
 * Who vouches for the configured repository, opened when it is first asked for; rejects with a
 * SupplyError while none is configured, and whoever mends that need not start the program anew. An
 * entry file: it picks a driver and reads the root file.
 */
export function trustOf(config: Config, fetch: Fetch, trace: Trace): () => Promise<Trust> {
  let opened: Promise<Trust> | undefined;
  return () => {
    opened ??= open(config, fetch, trace).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

/** Loaded when it is wanted: most devices never ask a repository. */
async function open({ state, content }: Config, fetch: Fetch, trace: Trace): Promise<Trust> {
  const { repository, rootFile } = content;
  if (repository === undefined) throw unset("content.repository");
  if (rootFile === undefined) throw unset("content.rootFile");
  const root = await readFile(rootFile).catch((error: NodeJS.ErrnoException) => {
    const fault = `${rootFile} cannot be read (${error.code}), it should be its root.json`;
    throw new SupplyError("TRUST_ROOT_FILE", `Cannot trust the repository: ${fault}`);
  });
  const disk = await LocalDisk.open(join(state, "trust"));
  const { Trust } = await import("../content/trust/trust.ts");
  return Trust.open({ disk, fetch, trace }, { base: repository, rootFile: root });
}

function unset(key: string): SupplyError {
  return new SupplyError("NO_REPOSITORY", `Cannot bring avatars: ${key} is not set`);
}
