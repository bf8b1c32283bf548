import { skuOf } from "../../../config/skus.ts";
import { invalid, type Refusal } from "../refusal.ts";
import type { OrderLine, OrderWish } from "./order.ts";

/** What is wrong with an order as it was handed in. */
export function wishError({ lines, note = "" }: OrderWish): Refusal | undefined {
  if (lines.length < 1 || lines.length > linesMax) {
    return invalid("/lines", `Cannot order ${lines.length} lines: 1 to ${linesMax} are due`);
  }
  if (note.length > noteCharsMax) {
    const is = `note has ${note.length} characters, limit is ${noteCharsMax}`;
    return invalid("/note", `Cannot take order: ${is}`);
  }
  return lines.map(lineError).find((wrong) => wrong !== undefined);
}

function lineError({ sku, count, poolId }: OrderLine, index: number): Refusal | undefined {
  const path = `/lines/${index}`;
  const article = skuOf(sku);
  if (!article) {
    return invalid(`${path}/sku`, `Cannot order ${sku}: there is no such article`);
  }
  if (!Number.isInteger(count) || count < 1 || count > countMax) {
    const due = `a whole number of 1 to ${countMax} is due`;
    return invalid(`${path}/count`, `Cannot order ${count} of ${sku}: ${due}`);
  }
  const renews = article.grant.kind === "renewal";
  if (renews === (poolId !== undefined)) return undefined;
  const due = renews ? "the pool to renew is due" : "it is for no pool";
  return invalid(`${path}/poolId`, `Cannot order ${sku}: ${due}`);
}

const linesMax = 20;
const countMax = 1_000;
const noteCharsMax = 1_000;
