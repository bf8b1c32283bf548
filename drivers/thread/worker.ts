import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Thread } from "./thread.ts";

/** Pause before a dead thread is started again, so that a crash loop cannot starve the rest. */
const restartMs = 1000;

/** A thread of this process (node:worker_threads) that runs one file. */
export class WorkerThread<In, Out> implements Thread<In, Out> {
  readonly #file: URL;
  readonly #data: unknown;
  #worker: Worker;
  /** Messages that came before anybody listened. */
  #early: Out[] = [];
  #onMessage: (message: Out) => void = (message) => this.#early.push(message);
  #onLost: (reason: string) => void = () => {};
  #failure: string | undefined;
  #stopped = false;

  /** `data` is what the file reads as `workerData`; it is given again at every restart. */
  constructor(file: URL, data: unknown) {
    this.#file = file;
    this.#data = data;
    this.#worker = this.#start();
  }

  post(message: In, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  onMessage(listener: (message: Out) => void): void {
    this.#onMessage = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }

  onLost(listener: (reason: string) => void): void {
    this.#onLost = listener;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#worker.terminate();
  }

  /** Resolves when the file has run to its end. */
  async ended(): Promise<void> {
    this.#stopped = true;
    await once(this.#worker, "exit");
  }

  #start(): Worker {
    const worker = new Worker(this.#file, { workerData: this.#data });
    worker.on("message", (message: Out) => this.#onMessage(message));
    worker.on("error", (error) => {
      this.#failure = error instanceof Error ? error.message : String(error);
    });
    worker.on("exit", (code) => this.#exited(code));
    return worker;
  }

  #exited(code: number): void {
    if (this.#stopped) return;
    this.#onLost(this.#failure ?? `ended with status ${code}`);
    this.#failure = undefined;
    setTimeout(() => {
      if (!this.#stopped) this.#worker = this.#start();
    }, restartMs);
  }
}
