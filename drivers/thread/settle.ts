import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * To be called when a thread has started, and now and then: keeps what was compiled for the next
 * start, where Node has a place for it (NODE_COMPILE_CACHE), and collects garbage, which V8 would
 * keep for hours as long as memory is not short. Takes some ten milliseconds.
 */
export function settle(): void {
  flushCompileCache();
  collect ??= openCollector();
  collect();
}

let collect: (() => void) | undefined;

function openCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
