import { Worker } from "node:worker_threads";

/** What copying memory shows of a board. */
export interface Bandwidth {
  /** Copied by one thread alone, in MB a second. */
  readonly oneMbPerS: number;
  /** Copied by one thread while all cores copy. */
  readonly sharedMbPerS: number;
  readonly threads: number;
}

/** Copies more than the caches hold for about `forMs`, alone and then on `threads` at once. */
export async function measureBandwidth(threads: number, forMs: number): Promise<Bandwidth> {
  const [alone = 0] = await Promise.all([copier(forMs / 2)]);
  const together = await Promise.all(Array.from({ length: threads }, () => copier(forMs / 2)));
  const sum = together.reduce((total, each) => total + each, 0);
  return { oneMbPerS: alone, sharedMbPerS: Math.round(sum / threads), threads };
}

function copier(forMs: number): Promise<number> {
  const worker = new Worker(program, { eval: true, workerData: forMs });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** In a worker of its own, as text: nothing has to be found or compiled for it. */
const program = `
  const { parentPort, workerData } = require("node:worker_threads");
  const from = new Uint8Array(32e6).fill(1), to = new Uint8Array(32e6).fill(2);
  let rounds = 0;
  const start = performance.now();
  do { to.set(from); rounds++; } while (performance.now() - start < workerData);
  parentPort.postMessage(Math.round((rounds * 32) / ((performance.now() - start) / 1000)));
`;
