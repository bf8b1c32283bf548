import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../drivers/clock/system.ts";
import { LocalDepot } from "../../drivers/depot/local.ts";
import { HttpsFetch } from "../../drivers/fetch/https.ts";
import { Downloader } from "../../runtime/content/download.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { chance } from "./chance.ts";
import { FileServer } from "./file-server.ts";

/** What a download over a line that is cut again and again came to. */
export interface Resumed {
  readonly cuts: number;
  /** Starts of a new process within the download. */
  readonly starts: number;
  readonly isRight: boolean;
  /** Bytes that the server gave beyond the file's own, as a share of the file. */
  readonly twice: number;
}

interface ResumeWish {
  readonly bytes: number;
  readonly cuts: number;
  /** After every so many cuts, everything is begun anew, as after a restart. */
  readonly cutsPerStart: number;
  readonly seed: number;
}

/** Fetches a file from a real HTTPS server that cuts the connection at random places. */
export async function resume({ bytes, cuts, cutsPerStart, seed }: ResumeWish): Promise<Resumed> {
  const random = chance(seed);
  const file = Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256));
  const sha256 = createHash("sha256").update(file).digest("hex");
  const places = Array.from({ length: cuts }, () => Math.floor(random() * bytes));
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-resume-"));
  await using server = await FileServer.start();
  server.files.set("a.tier", file);
  const left = places.sort((a, b) => a - b);
  let over = new AbortController();
  let done = 0;
  server.treat = (_path, from) => {
    const place = left.shift();
    if (place === undefined) return undefined;
    done += 1;
    const isLast = done % cutsPerStart === 0;
    if (isLast) queueMicrotask(() => over.abort(new Error("restart")));
    return { kind: "cut", afterBytes: Math.max(0, place - from) };
  };
  let starts = 1;
  const order = { url: server.url("a.tier"), bytes, sha256 };
  while ((await begin(folder, server.ca, order, over.signal)) === "cut") {
    over = new AbortController();
    starts += 1;
  }
  const found = readFileSync(join(folder, "objects", sha256));
  rmSync(folder, { recursive: true });
  const twice = (server.told.given - bytes) / bytes;
  return { cuts: done, starts, isRight: Buffer.from(file).equals(found), twice };
}

type Order = Parameters<Downloader["download"]>[0][number];

/** A process's worth: everything is opened, and let go of at its end. */
async function begin(
  folder: string,
  ca: string,
  order: Order,
  abort: AbortSignal,
): Promise<"here" | "cut"> {
  await using depot = await LocalDepot.open(folder);
  using fetch = new HttpsFetch({ ca });
  const parts = { fetch, depot, clock: systemClock(), random: () => 0, trace: new TraceRing() };
  const downloader = new Downloader(parts, () => ({ bytesPerSecond: undefined, isQuiet: false }));
  try {
    const outcome = await downloader.download([order], abort);
    if (outcome !== "here") throw outcome;
    return outcome;
  } catch (error) {
    if (abort.aborted) return "cut";
    throw error;
  }
}
