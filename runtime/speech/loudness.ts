/** Samples times `gain`; near the end of the range they are bent, not cut: that would crackle. */
export function louder(pcm: Int16Array, gain: number): Int16Array {
  if (gain === 1) return pcm;
  return pcm.map((sample) => Math.round(bent(sample * gain)));
}

/** From here on, three quarters of the range, loud samples are bent. */
const knee = 24_576;
const room = 32_767 - knee;

function bent(sample: number): number {
  const over = Math.abs(sample) - knee;
  if (over <= 0) return sample;
  return Math.sign(sample) * (knee + room * Math.tanh(over / room));
}
