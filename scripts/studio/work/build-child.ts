import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Place } from "../../avatar/build/build.ts";
import type { Progress } from "../../avatar/build/child.ts";
import type { Part } from "../../avatar/build/forecast.ts";
import type { Order } from "../../avatar/build/order.ts";
import type { Trouble } from "../../avatar/build/trouble.ts";

/** What a build says of itself, a line each. */
export type Told =
  | { readonly kind: "plan"; readonly parts: readonly Part[] }
  | { readonly kind: "progress"; readonly step: string; readonly progress: Progress }
  | { readonly kind: "trouble"; readonly step: string; readonly trouble: Trouble }
  | { readonly kind: "done"; readonly name: string }
  | { readonly kind: "built" }
  /** `isRefused`: the footage is at fault. */
  | { readonly kind: "failed"; readonly message: string; readonly isRefused: boolean };

const program = join(import.meta.dirname, "build-main.ts");

/**
 * Runs a build in a process of its own and gives what it tells; `built` or `failed` is the last.
 * When `held` aborts, or who reads goes away, it is ended with all that it has started; when this
 * process dies it ends by itself.
 */
export async function* runBuild(
  order: Order,
  place: Place,
  held: AbortSignal,
): AsyncGenerator<Told> {
  held.throwIfAborted();
  const child = spawn(process.execPath, [program], {
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, so that it can be ended as a whole.
    detached: true,
  });
  const end = (): void => endGroup(child.pid);
  held.addEventListener("abort", end, { once: true });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    words = (words + piece).slice(-wordsMax);
  });
  const ended = once(child, "exit");
  // It may be gone before it has read its order: its end tells.
  child.stdin.on("error", () => {});
  child.stdin.write(`${JSON.stringify({ order, place })}\n`);
  try {
    let isOver = false;
    for await (const line of createInterface({ input: child.stdout })) {
      const told = JSON.parse(line) as Told;
      isOver = told.kind === "built" || told.kind === "failed";
      yield told;
    }
    await ended;
    held.throwIfAborted();
    if (!isOver) throw new Error(`Cannot build avatar: its process ended: ${words.trim()}`);
  } finally {
    held.removeEventListener("abort", end);
    end();
  }
}

const wordsMax = 2_000;

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
