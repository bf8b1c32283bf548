import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Keeps the console's text and cursor off the screen: the virtual terminal behind standard input is
 * in front and draws nothing until disposal, which brings back the one that was there before. A
 * string says why that cannot be, e.g. because nobody gave the program a terminal.
 */
export function holdConsole(native: string): Disposable | string {
  const addon = createRequire(import.meta.url)(join(native, "kms.node")) as ConsoleAddon;
  try {
    const front = addon.holdConsole(standardInput);
    return { [Symbol.dispose]: () => addon.freeConsole(standardInput, front) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const standardInput = 0;

/** kms.c */
interface ConsoleAddon {
  holdConsole(fd: number): number;
  freeConsole(fd: number, front: number): void;
}
