import type { AvatarKind, LipSyncType } from "../../../config/skus.ts";
import type { Tier } from "../../../config/tiers.ts";
import type { Target } from "../quota/quota.ts";

/** An accepted avatar. */
export interface Avatar {
  readonly id: string;
  readonly accountId: string;
  readonly taskId: string;
  readonly name: string;
  readonly kind: AvatarKind;
  readonly type: LipSyncType;
  readonly target: Target;
  readonly acceptedMs: number;
  /** Where the worker left its package. */
  readonly build: string;
  /** Null until it is published. */
  readonly release: AvatarRelease | null;
}

export interface AvatarRelease {
  readonly version: string;
  /** Of manifest.json, in hex. */
  readonly sha256: string;
  readonly publishedMs: number;
  readonly files: readonly AvatarFile[];
}

/** One file of the package; `tier` null: every tier needs it. */
export interface AvatarFile {
  readonly name: string;
  readonly tier: Tier | null;
  readonly bytes: number;
  readonly sha256: string;
}

/** An avatar for a device, or for a group of them. */
export interface Assignment {
  readonly id: string;
  readonly accountId: string;
  readonly kind: "device" | "group";
  /** The device's or the group's id. */
  readonly name: string;
  readonly avatarId: string;
  readonly assignedBy: string;
  readonly assignedMs: number;
  /** When `content/desired` was written; null: it waits. */
  readonly writtenMs: number | null;
}
