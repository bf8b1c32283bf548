import type { Tier } from "../../../config/tiers.ts";
import type { LipSync, Manifest } from "../../../runtime/avatar/manifest.ts";
import type { Landmarks } from "./landmarks.ts";

/** An action to build in: its film, and its matte where there is one. */
export interface ActionOrder {
  readonly name: string;
  readonly video: string;
  readonly alpha: string | null;
}

/**
 * What is to be built, as `WORK/build.json` tells it to the steps. Paths are absolute; what is not
 * given is null.
 */
export interface Order {
  readonly name: string;
  readonly id: string;
  readonly kind: Manifest["kind"];
  readonly types: readonly LipSync[];
  readonly take: string | null;
  readonly audio: string | null;
  readonly photo: string | null;
  readonly idle: string | null;
  readonly idleAlpha: string | null;
  readonly backdrop: readonly number[] | null;
  /** A picture of the scene without the person, for the matte. */
  readonly plate: string | null;
  /** Places in the photo, by hand: left_eye, right_eye, mouth_left and the like. */
  readonly landmarks: Landmarks | null;
  /** Where the face is in the take, given by hand: x, y, width, height in pixels. */
  readonly box: readonly number[] | null;
  /** The end of the take that the build must not see, so that others can measure on it. */
  readonly heldOutSeconds: number;
  readonly tiers: readonly Tier[];
  readonly actions: readonly ActionOrder[];
  /** Folder of footage that comes with true landmarks; they only measure. */
  readonly material: string | null;
  readonly threads: number;
  /** Least and most of the take; absent: 60 and 600. They only refuse: no result changes. */
  readonly seconds?: readonly [number, number];
  readonly licence: string;
  readonly consent: string | null;
}
