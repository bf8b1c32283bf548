/**
 * How far this board gets on its way to the broker: name, connection, TLS, login, own topics, each
 * only after the one before it; and how far its clock is from that of others. `look` never rejects
 * and leaves nothing behind: it comes under a client id of its own, so that the daemon keeps its
 * session.
 */
export interface Reach {
  look(target: Target): Promise<Reached>;
}

export interface Target {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
  readonly device: string;
  /** Own topics to ask for, and one to write to that nobody reads. */
  readonly subscribe: readonly string[];
  readonly publish: string;
  /** Who may be asked for the time, the first one first: `ntp://host[:port]`, `https://host`. */
  readonly timeSources?: readonly string[];
  readonly username?: string;
  readonly password?: string;
  /** PEM. */
  readonly authority?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export type Step = "dns" | "tcp" | "tls" | "connack" | "subscribe" | "publish";

export interface Reached {
  /** Steps that were passed, in order. */
  readonly passed: readonly Step[];
  /** The step at which it ended, and why; absent when all went well. */
  readonly failed?: { readonly step: Step; readonly reason: string };
  readonly addresses: readonly string[];
  /** Of the broker's certificate, ms since 1970; absent without TLS. */
  readonly certificate?: { readonly fromMs: number; readonly untilMs: number };
  /** The first answer of a time source, or why there is none. */
  readonly clock?: Skew | { readonly reason: string };
}

/** By how much this board's clock is behind (positive) or ahead. */
export interface Skew {
  readonly skewMs: number;
  /** How it was measured: SNTP, or the Date of an HTTPS answer, which is a second wide. */
  readonly by: "ntp" | "https";
  readonly source: string;
}
