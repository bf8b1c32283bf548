import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { NeuralAnswer, NeuralQuestion, NeuralSetup } from "./neural-words.ts";

/** The thread that a model runs on; one question at a time, in their order. */
export class NeuralThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #ended: Promise<NeuralAnswer>;
  #last: Promise<unknown> = Promise.resolve();
  #isOver = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#isOver = true;
        resolve({ kind: "failed", reason });
      };
      worker.once("error", (error) => end(error instanceof Error ? error.message : String(error)));
      worker.once("exit", (code) => end(`its thread ended with status ${code}`));
    });
  }

  /** Loads the model. Rejects with the reason when it cannot be used. */
  static async start(setup: NeuralSetup): Promise<NeuralThread> {
    const worker = new Worker(new URL("./neural-worker.ts", import.meta.url), {
      workerData: setup,
    });
    const thread = new NeuralThread(worker);
    const first = await thread.#next();
    if (first.kind === "ready") return thread;
    await thread[Symbol.asyncDispose]();
    throw new Error(first.kind === "failed" ? first.reason : "it spoke unasked");
  }

  /** Whether the thread is gone: the next question needs a new one. */
  get isOver(): boolean {
    return this.#isOver;
  }

  ask(question: NeuralQuestion): Promise<NeuralAnswer> {
    const turn = this.#last.then(() => {
      const answer = this.#next();
      this.#worker.postMessage(question);
      return answer;
    });
    this.#last = turn;
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  async #next(): Promise<NeuralAnswer> {
    const message = once(this.#worker, "message").then(([answer]) => answer as NeuralAnswer);
    // An error of the thread rejects the wait for its message; `#ended` tells it.
    message.catch(() => {});
    return Promise.race([message, this.#ended]);
  }
}
