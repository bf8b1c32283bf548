import { framesPerSecond } from "../../config/tiers.ts";

/** Samples of 48 kHz sound that one mouth frame covers. */
export const samplesPerFrame = 48_000 / framesPerSecond;
