import type { AvatarKind, LipSyncType } from "../../../config/skus.ts";
import type { Tier } from "../../../config/tiers.ts";
import type { Target } from "../quota/quota.ts";

/** The stages of the vendor's process; a photo avatar skips CONFIRM. */
export const stages = ["SUBMIT", "AUDIT", "PROCESS", "TRAIN", "CONFIRM", "END"] as const;

export type Stage = (typeof stages)[number];

/**
 * Where within its stage: SUBMIT open, checking, refused; AUDIT waiting; PROCESS queued, running,
 * failed; TRAIN running, failed, waiting (a photo without a quota); CONFIRM waiting;
 * END accepted, cancelled.
 */
export type Status =
  | "open"
  | "checking"
  | "refused"
  | "waiting"
  | "queued"
  | "running"
  | "failed"
  | "accepted"
  | "cancelled";

/** One customisation, from material to an accepted avatar. */
export interface Task {
  readonly id: string;
  readonly accountId: string;
  /** Both tasks of one submission that wants client and cloud rendering share it. */
  readonly pairId: string;
  readonly submittedBy: string;
  /** 1 to 64 characters. */
  readonly name: string;
  readonly kind: AvatarKind;
  readonly type: LipSyncType;
  readonly target: Target;
  /** What the avatar will be called in packages, topics and jobs. */
  readonly avatarId: string;
  readonly stage: Stage;
  readonly status: Status;
  /** From 1; a rejection begins another. */
  readonly round: number;
  /** 0 to 1 within the stage. */
  readonly progress: number;
  /** What is being done, or why it was refused or failed; `""`: nothing to say. */
  readonly note: string;
  /** Of the last check of the material, each with what to record again. */
  readonly findings: readonly MaterialFinding[];
  readonly materials: readonly Material[];
  /** Vault id of the consent document; null while there is none. */
  readonly consentFile: string | null;
  /** What the demo films say; `""`: the studio's own sentence. */
  readonly sentence: string;
  /** Of the delivery team. */
  readonly assigneeId: string | null;
  /** Of this round, once it is trained. */
  readonly demos: readonly Demo[];
  /** Of this round: where the built package lies, as the worker left it; `""` before. */
  readonly build: string;
  readonly createdMs: number;
  readonly changedMs: number;
  readonly endedMs: number | null;
}

/** A file that was handed in, by its id in the vault. */
export interface Material {
  readonly purpose: "take" | "sound" | "photo" | "idle" | "action";
  readonly file: string;
  /** The name it had, for people; of an action its name. */
  readonly name: string;
}

export interface MaterialFinding {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** What to record again, and how. */
  readonly advice: string;
}

/** A film of the trained avatar saying the sentence, by its id in the vault. */
export interface Demo {
  readonly tier: Tier;
  readonly file: string;
}

export interface TaskWish {
  readonly name: string;
  readonly kind: AvatarKind;
  readonly type: LipSyncType;
  /** Two make two tasks. */
  readonly targets: readonly Target[];
  readonly materials?: readonly Material[];
  readonly consentFile?: string;
  readonly sentence?: string;
}

/** One line of a task's history, never changed. */
export interface TaskEvent {
  readonly seq: number;
  readonly atMs: number;
  readonly by: string;
  readonly step: string;
  readonly stage: Stage;
  readonly status: Status;
  readonly round: number;
  /** Of a rejection at most 300 characters. */
  readonly reason: string;
}

/** A line that a worker wrote. */
export interface TaskLog {
  readonly seq: number;
  readonly atMs: number;
  readonly round: number;
  readonly text: string;
}

/** What one round came to, kept for good. */
export interface Round {
  readonly round: number;
  readonly demos: readonly Demo[];
  readonly build: string;
  readonly trainedMs: number;
}
