/** placed -> confirmed | refused | cancelled. Only a confirmed order has given anything. */
export type OrderState = "placed" | "confirmed" | "refused" | "cancelled";

export interface Order {
  readonly id: string;
  readonly accountId: string;
  readonly placedBy: string;
  readonly state: OrderState;
  readonly lines: readonly OrderLine[];
  readonly note: string;
  readonly placedMs: number;
  readonly decidedMs: number | null;
  readonly decidedBy: string | null;
  /** Of a refusal or cancellation. */
  readonly reason: string;
}

export interface OrderLine {
  readonly sku: string;
  /** 1 to 1,000 pieces. */
  readonly count: number;
  /** Of a renewal: the pool of device licences whose end moves. */
  readonly poolId?: string;
}

export interface OrderWish {
  readonly lines: readonly OrderLine[];
  readonly note?: string;
  /** Staff may order for an account. */
  readonly accountId?: string;
}

/**
 * Called once a confirmed order is in the ledger; at least once, until it resolves. Here an
 * operator ties in the own accounts or a payment.
 */
export type OrderHook = (order: Order) => Promise<void>;
