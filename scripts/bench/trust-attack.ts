import type { TrustCode } from "../../runtime/content/trust/trouble.ts";
import type { Forger } from "./trust-forger.ts";

/** A device with its good state, and the repository that turns on it. */
export interface Scene {
  readonly forger: Forger;
  /** What the device believes the time is; undefined: it knows of none. */
  clockMs: number | undefined;
}

/** One way to deceive a device, and the code with which it says that it was not. */
export interface Attack {
  readonly name: string;
  readonly code: TrustCode;
  /** What was there before the device came: keys, thresholds. */
  readonly before?: (forger: Forger) => void;
  readonly act: (scene: Scene) => void;
  /** What the device then seeks, where a refresh alone does not show it. */
  readonly path?: string;
  /** The device begins anew between its good state and the attack. */
  readonly restarts?: boolean;
}
