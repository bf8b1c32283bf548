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

/** Samples times `gain`; what is too loud then is cut at the range. */
export function louder(pcm: Int16Array, gain: number): Int16Array {
  if (gain === 1) return pcm;
  return pcm.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * gain))));
}
