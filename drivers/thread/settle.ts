import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * To be called once when a thread has started: keeps what was compiled for the next start, where
 * Node has a place for it (NODE_COMPILE_CACHE), and collects what the start left behind.
 */
export function settle(): void {
  flushCompileCache();
  collect();
}

/**
 * Collects what somebody left behind who is gone, which V8 would keep for hours as long as memory
 * is not short. Takes some ten milliseconds.
 */
export function collect(): void {
  collector ??= openCollector();
  collector();
}

/** A context of its own for every collection would be garbage of its own. */
let collector: (() => void) | undefined;

function openCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
