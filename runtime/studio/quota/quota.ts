import type { AvatarKind, LipSyncType } from "../../../config/skus.ts";

/** Where a training's result is rendered. */
export const targets = ["client", "cloud"] as const;

export type Target = (typeof targets)[number];

/**
 * One piece of customisation, as its entries in the ledger add up at a moment.
 *
 * unused: valid by form 1. reusable: used for a cloud-rendered training and valid by form 2 until
 * `reusableUntilMs`, for a client-rendered one. spent: used up. expired: it was reusable, once.
 */
export interface Quota {
  readonly id: string;
  readonly accountId: string;
  readonly orderId: string;
  readonly kind: AvatarKind;
  readonly type: LipSyncType;
  readonly state: "unused" | "reusable" | "spent" | "expired";
  readonly grantedMs: number;
  /** Tasks accepted with it, by form. */
  readonly uses: readonly QuotaUse[];
  /** The first instant at which form 2 no longer holds; null unless its first use was for cloud. */
  readonly reusableUntilMs: number | null;
}

export interface QuotaUse {
  readonly form: 1 | 2;
  readonly taskId: string;
  readonly target: Target;
  readonly atMs: number;
}
