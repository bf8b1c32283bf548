/** Whether a stretch holds more than the noise of an engine that pauses. */
export function isHeard(pcm: Int16Array): boolean {
  return pcm.some((sample) => Math.abs(sample) > audible);
}

/** About -44 dB of full scale. */
const audible = 200;
