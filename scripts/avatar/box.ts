/** A rectangle as `X,Y,WIDTH,HEIGHT` in pixels; throws an Error when it is none. */
export function boxOf(text: string): readonly number[] {
  const box = text.split(",").map(Number);
  if (box.length === 4 && box.every((side) => Number.isFinite(side))) return box;
  throw new Error(`Cannot read box "${text}": it should be X,Y,WIDTH,HEIGHT in pixels`);
}
