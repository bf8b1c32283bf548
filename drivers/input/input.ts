/**
 * Fingers and keys on a board, for the technician before it.
 *
 * `onEvent` hears of every key that goes down and of a finger at most 25 times a second, from
 * whatever devices there are: they may come and go, and there may be none. Trouble ends the events,
 * is told to `onTrouble` once, and disturbs nothing else.
 */
export interface Input extends AsyncDisposable {
  onEvent(listener: (event: InputEvent) => void): void;
}

export type InputEvent =
  /** By its name in the kernel without KEY_, as `F8`; one without a name here by its number. */
  | { readonly kind: "key"; readonly name: string }
  /** Shares of the panel's width and height, 0 to 1, from its top left. */
  | { readonly kind: "touch"; readonly x: number; readonly y: number }
  | { readonly kind: "device"; readonly name: string; readonly there: boolean };
