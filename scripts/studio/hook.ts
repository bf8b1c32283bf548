import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { OrderHook } from "../../runtime/studio/order/order.ts";

const hookMsMax = 30_000;

/**
 * Tells an operator's own program of each confirmed order: it is started with the order as JSON in
 * its only argument. It is called again until it exits with 0.
 */
export function orderHook(program: string | undefined): OrderHook {
  if (program === undefined) return async () => {};
  return async (order) => {
    await promisify(execFile)(program, [JSON.stringify(order)], { timeout: hookMsMax });
  };
}
