import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Input, InputEvent } from "./input.ts";
import { keyName } from "./keys.ts";

interface EvdevOptions {
  /** Built from evdev.c. */
  readonly helperPath: string;
  /** The kernel's devices, `/dev/input`. */
  readonly folder: string;
  readonly onTrouble: (reason: string) => void;
}

/** The kernel's input devices, as far as this user may read them. */
export class EvdevInput implements Input {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #closed: Promise<void>;
  readonly #listeners: ((event: InputEvent) => void)[] = [];
  #ending = false;

  constructor({ helperPath, folder, onTrouble }: EvdevOptions) {
    this.#child = spawn(helperPath, [folder], { stdio: ["pipe", "pipe", "ignore"] });
    this.#closed = new Promise((resolve) => this.#child.once("close", () => resolve()));
    this.#child.once("error", (error) => onTrouble(error.message));
    this.#child.once("exit", (code, signal) => {
      if (!this.#ending) onTrouble(`it ended with ${signal ?? code}`);
    });
    // A program that is gone tells by its exit.
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#take(line));
  }

  onEvent(listener: (event: InputEvent) => void): void {
    this.#listeners.push(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending = true;
    this.#child.stdin.end();
    await this.#closed;
  }

  #take(line: string): void {
    const event = eventOf(line);
    for (const listener of event ? this.#listeners : []) listener(event!);
  }
}

function eventOf(line: string): InputEvent | undefined {
  const [kind, first = "", second = ""] = line.split(" ");
  if (kind === "k") return { kind: "key", name: keyName(Number(first)) };
  if (kind === "t") return { kind: "touch", x: Number(first) / 1000, y: Number(second) / 1000 };
  if (kind === "+" || kind === "-") return { kind: "device", name: first, there: kind === "+" };
  return undefined;
}
