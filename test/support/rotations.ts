/** Keys by their numbers, how many must sign, and who signs; good unless it says otherwise. */
export interface Rotation {
  readonly keys: readonly number[];
  readonly threshold: number;
  readonly sigs: readonly number[];
  readonly isGood?: boolean;
}

/** The cases of test_root_rotation: versions of a root, one after the other. */
export const rootRotations: Readonly<Record<string, readonly Rotation[]>> = {
  "1-of-1-key-rotation": [of([1], 1, [1]), of([2], 1, [2, 1]), of([2], 1, [2])],
  "1-of-1-key-rotation-unused-signatures": [
    of([1], 1, [3, 1, 4]),
    of([2], 1, [3, 2, 1, 4]),
    of([2], 1, [3, 2, 4]),
  ],
  "3-of-5-sign-with-different-keycombos": [
    of([0, 1, 2, 3, 4], 3, [0, 2, 4]),
    of([0, 1, 2, 3, 4], 3, [0, 4, 1]),
    of([0, 1, 2, 3, 4], 3, [0, 1, 3]),
    of([0, 1, 2, 3, 4], 3, [0, 1, 3]),
  ],
  "3-of-5-one-key-rotated": [of([0, 1, 2, 3, 4], 3, [0, 2, 4]), of([0, 1, 3, 4, 5], 3, [0, 4, 1])],
  "3-of-5-one-key-rotated-with-intermediate-step": [
    of([0, 1, 2, 3, 4], 3, [0, 2, 4]),
    of([0, 1, 3, 4, 5], 3, [0, 2, 4, 5]),
    of([0, 1, 3, 4, 5], 3, [0, 4, 5]),
  ],
  "3-of-5-all-keys-rotated-with-intermediate-step": [
    of([0, 1, 2, 3, 4], 3, [0, 2, 4]),
    of([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]),
    of([5, 6, 7, 8, 9], 3, [5, 6, 7]),
  ],
  "1-of-3-threshold-increase-to-2-of-3": [of([1, 2, 3], 1, [1]), of([1, 2, 3], 2, [1, 2])],
  "2-of-3-threshold-decrease-to-1-of-3": [
    of([1, 2, 3], 2, [1, 2]),
    of([1, 2, 3], 1, [1, 2]),
    of([1, 2, 3], 1, [1]),
  ],
  "1-of-2-threshold-increase-to-2-of-2": [of([1], 1, [1]), of([1, 2], 2, [1, 2])],
  "1-of-1-key-rotation-fail-not-signed-with-old-key": [of([1], 1, [1]), bad(of([2], 1, [2, 3, 4]))],
  "1-of-1-key-rotation-fail-not-signed-with-new-key": [of([1], 1, [1]), bad(of([2], 1, [1, 3, 4]))],
  "3-of-5-one-key-rotate-fails-not-signed-with-3-new-keys": [
    of([0, 1, 2, 3, 4], 3, [0, 2, 4]),
    bad(of([0, 1, 3, 4, 5], 3, [0, 2, 4])),
  ],
  "3-of-5-one-key-rotate-fails-not-signed-with-3-old-keys": [
    of([0, 1, 2, 3, 4], 3, [0, 2, 4]),
    bad(of([0, 1, 3, 4, 5], 3, [0, 4, 5])),
  ],
  "1-of-3-threshold-bump-to-2-of-3-fails-new-threshold-not-reached": [
    of([1, 2, 3], 1, [1]),
    bad(of([1, 2, 3], 2, [2])),
  ],
  "2-of-3-threshold-decr-to-1-of-3-fails-old-threshold-not-eached": [
    of([1, 2, 3], 2, [1, 2]),
    bad(of([1, 2, 3], 1, [1])),
  ],
};

/** The cases of test_non_root_rotations, for each of the other roles. */
export const nonRootRotations: Readonly<Record<string, Rotation>> = {
  "1-of-1-key-rotation": of([2], 1, [2]),
  "1-of-1-key-rotation-unused-signatures": of([1], 1, [3, 1, 4]),
  "1-of-1-key-rotation-fail-not-signed-with-new-key": bad(of([2], 1, [1, 3, 4])),
  "3-of-5-one-key-signature-wrong-not-signed-with-3-expected-keys": bad(
    of([0, 1, 3, 4, 5], 3, [0, 2, 4]),
  ),
  "2-of-5-one-key-signature-mising-threshold-not-reached": bad(of([0, 1, 3, 4, 5], 3, [0, 4])),
  "3-of-5-sign-first-combo": of([0, 1, 2, 3, 4], 3, [0, 2, 4]),
  "3-of-5-sign-second-combo": of([0, 1, 2, 3, 4], 3, [0, 4, 1]),
  "3-of-5-sign-third-combo": of([0, 1, 2, 3, 4], 3, [0, 1, 3]),
  "3-of-5-sign-fourth-combo": of([0, 1, 2, 3, 4], 3, [1, 2, 3]),
  "3-of-5-sign-fifth-combo": of([0, 1, 2, 3, 4], 3, [2, 3, 4]),
};

function of(keys: readonly number[], threshold: number, sigs: readonly number[]): Rotation {
  return { keys, threshold, sigs };
}

function bad(rotation: Rotation): Rotation {
  return { ...rotation, isGood: false };
}
