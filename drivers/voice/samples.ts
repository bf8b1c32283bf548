/** Blocks of samples, one behind the other. */
export function joined(...blocks: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

/** Whether a stretch holds more than the noise of an engine that pauses. */
export function isHeard(pcm: Int16Array): boolean {
  return pcm.some((sample) => Math.abs(sample) > audible);
}

/** About -44 dB of full scale. */
const audible = 200;
