import Type, { type Static } from "typebox";

/**
 * What `scripts/train-avatar/preflight.py` says of material, version 1: every check, passed or not,
 * with what is, what should be and how to record better. Times in seconds, places in pixels of the
 * material as it is shown; series have at most 300 points, evenly over the take.
 */
export type Preflight = Static<typeof preflightSchema>;

export type PreflightCheck = Preflight["checks"][number];

const pixels = Type.Number();
const count = Type.Integer({ minimum: 0 });
const words = Type.String({ minLength: 1, maxLength: 300 });

const face = Type.Object({
  /** From above the brows to below the lips: x, y, width, height. */
  box: Type.Tuple([pixels, pixels, pixels, pixels]),
  /** Centres; the viewer's left one first. */
  eyes: Type.Tuple([Type.Tuple([pixels, pixels]), Type.Tuple([pixels, pixels])]),
  /** False: they are where eyes usually are in a face. */
  eyesFound: Type.Boolean(),
  /** Degrees, clockwise as seen. */
  roll: Type.Number(),
});

const facts = Type.Object({
  seconds: Type.Number({ minimum: 0 }),
  fps: Type.Number({ minimum: 0 }),
  fpsVariable: Type.Boolean(),
  size: Type.Tuple([count, count]),
  /** Degrees by which the container turns the picture. */
  rotation: Type.Union([0, 90, 180, 270].map((turn) => Type.Literal(turn))),
  codec: Type.String(),
  audioHz: Type.Union([count, Type.Null()]),
  speechSeconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  /** The longest part in which nobody speaks. */
  silenceSeconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  face: Type.Union([face, Type.Null()]),
  /** How late the sound is, in ms; null where mouth and sound do not go together. */
  syncMs: Type.Union([Type.Integer(), Type.Null()]),
});

const check = Type.Object({
  code: Type.String({ pattern: "^[A-Z][A-Z_]{1,31}$" }),
  group: Type.Union(["file", "sound", "picture", "face", "loop"].map((name) => Type.Literal(name))),
  outcome: Type.Union(["passed", "warned", "failed", "skipped"].map((name) => Type.Literal(name))),
  is: words,
  due: words,
  /** The number behind `is`, where there is one. */
  value: Type.Union([Type.Number(), Type.Null()]),
  unit: Type.Union([Type.String(), Type.Null()]),
  advice: words,
});

export const preflightSchema = Type.Object({
  schema: Type.Literal(1),
  file: Type.String(),
  kind: Type.Union([Type.Literal("take"), Type.Literal("photo")]),
  type: Type.Union([Type.Literal("instant"), Type.Literal("studio"), Type.Null()]),
  verdict: Type.Union([Type.Literal("fit"), Type.Literal("refused")]),
  /** Null where the file could not be read at all. */
  facts: Type.Union([facts, Type.Null()]),
  checks: Type.Array(check, { maxItems: 64 }),
  series: Type.Record(Type.String(), Type.Array(Type.Number(), { maxItems: 300 })),
  pictures: Type.Array(Type.Object({ file: Type.String(), caption: Type.String() })),
});
