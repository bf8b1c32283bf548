import type { JobError } from "../job/job.ts";
import type { Wish } from "./desired.ts";
import type { Placed, Release } from "./release.ts";
import type { AvatarState } from "./report.ts";

/** Why something is not here; words and codes as they are told to the fleet. */
export type Trouble = Pick<JobError, "code" | "message" | "retryable" | "retryAfterMs">;

/** How far a download is. */
export interface Progress {
  readonly phase: "downloading" | "waiting" | "verifying";
  readonly bytes: number;
  readonly of: number;
  readonly bytesPerSecond: number;
}

/** One way to the repository and back. */
export interface Errand {
  /** Lets go; what is here by then stays for the next time. */
  readonly abort: AbortSignal;
  /** Undefined while the board does not know the time. */
  readonly wallMs: number | undefined;
  /** How far it is, and which release it turned out to be about. */
  step(state: Extract<AvatarState, "refreshing" | "downloading" | "verifying">): void;
  found(release: Release): void;
  /** Why this release must not be brought; undefined: it may. */
  refuses(release: Release): Trouble | undefined;
}

/** Why nothing can be asked for at all; somebody has to configure it. */
export class SupplyError extends Error {
  override readonly name = "SupplyError";
  readonly code: "NO_REPOSITORY" | "TRUST_ROOT_FILE";

  constructor(code: SupplyError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Who brings releases onto this device. */
export interface Supply {
  /** The release that is meant, whole and verified on the shelf, or why not. Never rejects. */
  bring(wish: Wish, errand: Errand): Promise<Placed | Trouble>;
  /** Of what is being fetched. */
  readonly progress: Progress | undefined;
}
