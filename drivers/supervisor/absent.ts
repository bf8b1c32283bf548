import type { Supervisor } from "./supervisor.ts";

/** Nobody watches: a daemon started from a shell. */
export class AbsentSupervisor implements Supervisor {
  readonly name = "absent";
  alive(): void {}
  stopping(): void {}
  async [Symbol.asyncDispose](): Promise<void> {}
}
