import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Keeps the console's text and cursor off the screen: the virtual terminal behind standard input is
 * in front and draws nothing until disposal, which brings back the one that was there before. A
 * string says why that cannot be, e.g. because nobody gave the program a terminal.
 */
export function holdTerminal(native: string): Disposable | string {
  const addon = createRequire(import.meta.url)(join(native, "kms.node")) as TerminalAddon;
  try {
    const front = addon.holdTerminal(standardInput);
    return { [Symbol.dispose]: () => addon.freeTerminal(standardInput, front) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const standardInput = 0;

/** kms.c */
interface TerminalAddon {
  holdTerminal(fd: number): number;
  freeTerminal(fd: number, front: number): void;
}
