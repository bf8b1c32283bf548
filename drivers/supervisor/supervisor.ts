/**
 * Whoever started the daemon and watches over it. Told that pictures come, and before it stops;
 * decides by itself what of that it must pass on. Never throws: a supervisor that cannot be reached
 * is no reason to take the greeter off the screen.
 */
export interface Supervisor extends AsyncDisposable {
  /** What it is, for people: `"systemd"`, `"absent"`. */
  readonly name: string;
  /** A picture was shown. The first one means that the start is over; cheap, call it often. */
  alive(): void;
  /** The daemon was told to stop, and what follows is no failure. */
  stopping(): void;
}
