import type { Ledger } from "../../runtime/cloud/meter.ts";
import { systemAct } from "../../runtime/studio/act.ts";
import { Refusal } from "../../runtime/studio/refusal.ts";
import type { Studio } from "../../runtime/studio/studio.ts";

/** The hour packages of one account in the studio's books; `now` is the wall clock. */
export function studioLedger(
  { hours }: Pick<Studio, "hours">,
  accountId: string,
  now: () => number,
): Ledger {
  return {
    async balance() {
      return sure(await hours.balance(systemAct(accountId, now())));
    },
    async consume(use) {
      const act = systemAct(accountId, now());
      return sure(await hours.consume(act, { accountId, ...use })).balance;
    },
  };
}

/** The books refuse only what is wrong with this program or their own configuration. */
function sure<T>(answer: T | Refusal): T {
  if (answer instanceof Refusal) throw new Error(answer.message);
  return answer;
}
