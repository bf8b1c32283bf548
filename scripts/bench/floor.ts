import { type Tier, tiers } from "../../config/tiers.ts";
import { percentileOf } from "./figure-line.ts";
import { spentMs } from "./steps.ts";

/** A plain copy of one frame, in milliseconds: what moving that many pixels takes at least. */
export interface Floor {
  /** Of a frame that is not in the caches, as a new picture never is. */
  readonly cold: number;
  /** Of one that lies in them. */
  readonly warm: number;
}

/** Several times the last-level cache of what a kiosk has. */
const coldBytes = 256e6;

/** Medians over frames that come one after another from more memory than any cache holds. */
export function measureFloor(tier: Tier): Floor {
  const { width, height } = tiers[tier];
  const bytes = width * height * 4;
  const frames = Array.from({ length: Math.ceil(coldBytes / bytes) }, () =>
    new Uint8Array(bytes).fill(7),
  );
  const target = new Uint8Array(bytes);
  const copies = (from: (round: number) => Uint8Array): number => {
    const spent = frames.map((_, round) => {
      const startMs = spentMs();
      target.set(from(round));
      return spentMs() - startMs;
    });
    return percentileOf(spent, 0.5);
  };
  return { cold: copies((round) => frames[round]!), warm: copies(() => frames[0]!) };
}
