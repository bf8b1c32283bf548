import type { Order } from "./order.ts";

/** A program of scripts/train-avatar, what it works on, and how long it usually takes. */
export interface Step {
  readonly name: string;
  /** Steps whose results it reads. */
  readonly after: readonly string[];
  /** Keys of the order that it reads. */
  readonly reads: readonly (keyof Order)[];
  /** Seconds on two cores for a take of 90 s; only their relation counts. */
  readonly seconds: number;
  readonly isDue: (order: Order) => boolean;
  /** Makes the mouths of a kind of lip-sync: what takes longest comes last. */
  readonly isLips: boolean;
  /** Debian packages that it needs besides `basicPackages`. */
  readonly packages: readonly string[];
}

const always = (): boolean => true;

/** In the order in which they run. */
export const steps: readonly Step[] = [
  step(
    "check",
    [],
    ["take", "audio", "photo", "idle", "idleAlpha", "box", "landmarks", "types"],
    15,
  ),
  {
    ...step("photo", ["check"], ["photo", "box"], 60),
    isDue: ({ photo }) => photo !== null,
  },
  step("loop", ["check", "photo"], ["idle", "idleAlpha", "backdrop"], 10),
  step("track", ["check", "photo", "loop"], ["actions", "box", "material"], 60),
  step("matte", ["check", "loop"], ["actions", "idleAlpha", "backdrop", "plate"], 20),
  step("patch", ["check", "loop", "track", "matte"], ["heldOutSeconds", "backdrop", "plate"], 90),
  step("actions", ["check", "loop"], ["actions"], 15),
  {
    ...step("instant", ["patch"], ["tiers"], 90),
    isDue: ({ types }) => types.includes("instant"),
    isLips: true,
  },
  {
    ...step("studio", ["patch"], ["tiers"], 7200),
    isDue: ({ types }) => types.includes("studio"),
    isLips: true,
    packages: ["python3-torch", "python3-onnx"],
  },
];

/** The steps that this order needs, in order. */
export function stepsOf(order: Order): readonly Step[] {
  return steps.filter(({ isDue }) => isDue(order));
}

function step(
  name: string,
  after: readonly string[],
  reads: readonly (keyof Order)[],
  seconds: number,
): Step {
  return { name, after, reads, seconds, isDue: always, isLips: false, packages: [] };
}
