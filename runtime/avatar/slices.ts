/** Work in slices of a few milliseconds: at each `yield` others may go first. */
export type Slices<T> = Generator<undefined, T, undefined>;

/** Gives way to what else is to be done in this thread, and resolves when that is done. */
export type Breathe = () => Promise<void>;

/** Does all of it, with a breath after each slice. */
export async function inSlices<T>(work: Slices<T>, breathe?: Breathe): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await breathe?.();
  }
}

/** Does all of it at once. */
export function atOnce<T>(work: Slices<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
