import Type from "typebox";
import { limits } from "../../config/limits.ts";
import { checkDocument } from "./document.ts";
import { AvatarError, demand } from "./error.ts";
import type { LipSync } from "./manifest.ts";
import type { Parts } from "./parts.ts";
import { demandJpeg } from "./picture.ts";
import type { Stretch } from "./stretch.ts";
import { unpack } from "./unpack.ts";

/** What makes mouths of the shapes that a sound gives. */
export type Lips = InstantLips | StudioLips;

/** The frames of shapes that a mouth is made of: `past` before its own and `ahead` after it. */
interface Hearing {
  readonly past: number;
  readonly ahead: number;
  /** Values of one frame's shape. */
  readonly values: number;
  /** Values of a code. */
  readonly codes: number;
}

/** Mouths of the take, found by what is said. Matrices are row-major; FORMAT.md tells their use. */
export interface InstantLips extends Hearing {
  readonly kind: "instant";
  readonly reach: number;
  readonly join: number;
  /** Anchors x window, where window = (past + 1 + ahead) * values. */
  readonly anchors: Float32Array;
  /** (Anchors + window + 1) x codes. */
  readonly weights: Float32Array;
  /** Units x codes. */
  readonly units: Float32Array;
  /** Window x 2: mean and factor. */
  readonly scale: Float32Array;
  /** A JPEG of the mouth's size for each unit. */
  readonly patches: readonly Stretch[];
  /** What of a unit's patch is the figure, a byte a pixel; undefined: all of it. */
  opacity(unit: number): Uint8Array | undefined;
}

/** Two networks (ONNX): a window of shapes gives a code, a code the patch of this tier. */
export interface StudioLips extends Hearing {
  readonly kind: "studio";
  readonly voice: Stretch;
  readonly decoder: Stretch;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Reads a kind of lip-sync: its shared parts and those of a tier. Throws AvatarError. */
export function readLips(kind: LipSync, shared: Parts, tier: Parts, mouth: Size): Lips {
  switch (kind) {
    case "instant":
      return readInstant(shared, tier, mouth);
    case "studio":
      return readStudio(shared, tier);
  }
}

const frames = Type.Integer({ minimum: 0, maximum: 12 });

const hearing = {
  past: frames,
  ahead: frames,
  values: Type.Literal(16),
  codes: Type.Integer({ minimum: 1, maximum: 128 }),
};

const instantFields = Type.Object({
  ...hearing,
  anchors: Type.Integer({ minimum: 1, maximum: 4096 }),
  units: Type.Integer({ minimum: 1, maximum: limits.avatarShapesMax }),
  reach: Type.Number({ exclusiveMinimum: 0, maximum: 1e6 }),
  join: Type.Number({ minimum: 0, maximum: 1e6 }),
});

function readInstant(shared: Parts, tier: Parts, { width, height }: Size): InstantLips {
  const fields = checkDocument("instant", shared.fields, instantFields);
  const { past, ahead, values, codes, anchors, units } = fields;
  const window = (past + 1 + ahead) * values;
  const patches = tier.blobs("patches");
  const opacities = tier.blobs("opacities");
  demand(patches.length === units, () => `instant has ${patches.length} patches of ${units} units`);
  const either = opacities.length === 0 || opacities.length === units;
  demand(either, () => `instant has ${opacities.length} opacities of ${units} units`);
  for (const [unit, patch] of patches.entries()) {
    demandJpeg(`instant patch ${unit}`, patch.read(), width, height);
  }
  return {
    ...{ kind: "instant", past, ahead, values, codes, reach: fields.reach, join: fields.join },
    anchors: shared.floats("anchors", anchors * window),
    weights: shared.floats("weights", (anchors + window + 1) * codes),
    units: shared.floats("units", units * codes),
    scale: shared.floats("scale", window * 2),
    patches,
    opacity: (unit) => {
      const packed = opacities[unit];
      return packed && unpack(`opacity of instant patch ${unit}`, packed, width * height, "lent");
    },
  };
}

function readStudio(shared: Parts, tier: Parts): StudioLips {
  const { past, ahead, values, codes } = checkDocument(
    "studio",
    shared.fields,
    Type.Object(hearing),
  );
  const network = (parts: Parts, name: string): Stretch => {
    const blob = parts.blob(name);
    const most = limits.avatarNetworkBytesMax;
    if (blob.bytes > most)
      throw new AvatarError(`studio ${name} has ${blob.bytes} bytes, limit is ${most}`);
    return blob;
  };
  const [voice, decoder] = [network(shared, "voice"), network(tier, "decoder")];
  return { kind: "studio", past, ahead, values, codes, voice, decoder };
}
