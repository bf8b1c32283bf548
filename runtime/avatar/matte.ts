import { demand } from "./error.ts";
import { runKindShift, runKinds, runLengthMax } from "./layout.ts";

/** Which pixels of each frame are the figure's: runs along rows, as `layout.ts` describes them. */
export interface Matte {
  readonly runs: Uint16Array;
  readonly alphas: Uint8Array;
  /** Where each frame begins in `runs` and `alphas`. */
  readonly firstRun: Uint32Array;
  readonly firstAlpha: Uint32Array;
}

interface Extent {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

/** Checks runs and alphas against the size of the frames; throws AvatarError. */
export function readMatte(runs: Uint16Array, alphas: Uint8Array, extent: Extent): Matte {
  const firstRun = new Uint32Array(extent.frames);
  const firstAlpha = new Uint32Array(extent.frames);
  let run = 0;
  let alpha = 0;
  for (let row = 0; row < extent.frames * extent.height; row++) {
    if (row % extent.height === 0) {
      firstRun[row / extent.height] = run;
      firstAlpha[row / extent.height] = alpha;
    }
    for (let x = 0; x < extent.width; run++) {
      const value = runs[run];
      demand(
        value !== undefined,
        () => `matte ends in row ${row}, ${extent.width - x} pixels short`,
      );
      const length = value & runLengthMax;
      const kind = value >> runKindShift;
      demand(
        length > 0 && kind <= runKinds.mixed && x + length <= extent.width,
        () => `matte has a run of ${length} pixels of kind ${kind} at pixel ${x} of row ${row}`,
      );
      if (kind === runKinds.mixed) alpha += length;
      x += length;
    }
  }
  const left = `${runs.length - run} runs and ${alphas.length - alpha} alpha bytes are left over`;
  demand(run === runs.length && alpha === alphas.length, () => `matte does not add up: ${left}`);
  return { runs, alphas, firstRun, firstAlpha };
}
