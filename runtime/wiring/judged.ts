import { type Config, type SettledConfig, withTier } from "../../config/config.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { type Circumstances, isOn, lastVerdict, settledTier } from "../tier/kept.ts";
import type { Verdict } from "../tier/verdict.ts";

/** What a verdict is asked with. */
export interface Court {
  readonly disk: Pick<Disk, "read">;
  readonly trace: Trace;
  /** What a verdict would be made on now. */
  circumstances(): Promise<Circumstances>;
  /** Measures this board in a process of its own, and keeps the verdict. */
  judge(): Promise<void>;
}

export interface Judged {
  readonly config: SettledConfig;
  /** Absent while the tier is configured by name and nobody has judged the board. */
  readonly verdict: Verdict | undefined;
}

/**
 * Settles the tier. `auto` goes by the verdict on this very board, package and program; where there
 * is none, the board is measured first, which takes some seconds once.
 */
export async function settleTier(config: Config, court: Court): Promise<Judged> {
  const { disk, trace } = court;
  const wish = config.avatar.tier;
  let kept = await lastVerdict(disk);
  if (wish === "auto" && (kept === undefined || !isOn(kept, await court.circumstances()))) {
    await court.judge().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      trace.note({ area: "tier", kind: "judging-failed", reason });
    });
    kept = await lastVerdict(disk);
  }
  const tier = settledTier(wish, kept);
  const reasons = kept?.verdict.reasons ?? [];
  trace.note({ area: "tier", kind: "settled", wish, tier, reasons: reasons.join("; ") });
  return { config: withTier(config, tier), verdict: kept?.verdict };
}
