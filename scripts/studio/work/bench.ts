import type { Vault } from "../../../drivers/vault/vault.ts";
import type { Studio } from "../../../runtime/studio/studio.ts";

/** What a worker works with. Folders are shared by all workers of a studio. */
export interface Bench {
  readonly studio: Studio;
  readonly vault: Vault;
  /** By the wall clock, in ms since 1970 UTC. */
  readonly nowMs: () => number;
  /** Unfinished builds, one folder a task; a build goes on with what another worker left. */
  readonly workFolder: string;
  /** Finished packages, as `AVATAR/ROUND`. */
  readonly buildsFolder: string;
  /** Processor cores that a build may use. */
  readonly threads: number;
  /** Least and most seconds of a take instead of those of its kind, for trials. */
  readonly takeSeconds?: readonly [number, number];
  /** Under which the avatars may be used. */
  readonly licence: string;
  /** A voice of espeak-ng for the demo films. */
  readonly voice?: string;
}
