import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * To be called once when a thread has started: keeps what was compiled for the next start, where
 * Node has a place for it (NODE_COMPILE_CACHE), and collects what the start left behind, which V8
 * would keep for hours as long as memory is not short. Takes some ten milliseconds.
 */
export function settle(): void {
  flushCompileCache();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}
