import { createRequire } from "node:module";
import { join } from "node:path";
import { type Screen, screens } from "./screens.ts";

/** How a picture is laid on a screen. */
export interface ScreenWish {
  /** `"preferred"`: the screen's own; `"largest"` that the picture fills; or e.g. `"1280x720"`. */
  readonly mode: string;
  /** Degrees by which the picture is turned clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Share of each side that the monitor cuts off, 0 to 0.2. */
  readonly overscan: number;
}

export const asItIs: ScreenWish = { mode: "preferred", rotation: 0, overscan: 0 };

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The screen of a graphics card that shows pictures drawn on the CPU. It may come late, go, and be
 * another one when it returns: pictures are taken all the same, and `fault` says why nobody sees
 * them. A picture of another shape than the screen is scaled into its middle.
 */
export class Scanout implements Disposable {
  readonly #kms: Kms;
  readonly #wish: ScreenWish;
  #picture: Size;
  #lit: Lit | undefined;
  #fault: string | undefined = "no screen was looked for yet";
  #lookAtMs = 0;
  #shownAtMs = 0;

  /** `native` is the folder of the addon; `picture` the size of every picture to come. */
  constructor(native: string, picture: Size, wish: ScreenWish) {
    this.#kms = createRequire(import.meta.url)(join(native, "kms.node")) as Kms;
    this.#picture = picture;
    this.#wish = wish;
    this.#look();
  }

  /** Why no picture can be seen; undefined while one can. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Shows RGBA pixels, bottom row first. Waits for the flip before this one to be over. */
  show(rgba: Uint8Array): void {
    if (performance.now() >= this.#lookAtMs) this.#look();
    if (this.#lit === undefined) return;
    const { handle, place } = this.#lit;
    const { width, height } = this.#picture;
    const nowMs = performance.now();
    try {
      if (this.#kms.show(handle, rgba, width, height, place)) this.#shownAtMs = nowMs;
      else if (nowMs - this.#shownAtMs > flipMsMax) this.#drop("the screen does not answer");
    } catch (error) {
      this.#drop(reasonOf(error));
    }
  }

  /** Pictures of another size come from now on; the one that is shown stays. */
  resize({ width, height }: Size): void {
    this.#picture = { width, height };
    if (this.#lit !== undefined) this.#lit = { ...this.#lit, place: this.#placeOn(this.#lit.size) };
  }

  /** Turns the screen off until the next `show`. */
  rest(): void {
    if (this.#lit === undefined) return;
    try {
      this.#kms.rest(this.#lit.handle);
    } catch (error) {
      this.#drop(reasonOf(error));
    }
  }

  [Symbol.dispose](): void {
    this.#drop("closed");
  }

  /** Once a second: is the screen still there, or is there one now? */
  #look(): void {
    this.#lookAtMs = performance.now() + lookMs;
    const known = screens();
    if (this.#lit !== undefined) {
      const { connector } = this.#lit;
      if (known.some((screen) => screen.connector === connector && screen.connected)) return;
      this.#drop(absence(known));
    }
    this.#fault = absence(known);
    for (const screen of known.filter(({ connected }) => connected)) {
      if (this.#light(screen)) return;
    }
  }

  #light({ connector }: Screen): boolean {
    const [, card, name] = /^(card\d+)-(.+)$/.exec(connector) ?? [];
    let handle: Handle | undefined;
    try {
      handle = this.#kms.open(`/dev/dri/${card}`);
      const found = this.#kms.connectors(handle).find((candidate) => nameOf(candidate) === name);
      if (found === undefined) throw new Error(`${card} has no connector ${name}`);
      const mode = chooseMode(found.modes, this.#wish.mode, this.#turned());
      const size = this.#kms.light(handle, found.id, mode);
      this.#lit = { connector, handle, size, place: this.#placeOn(size) };
      this.#fault = undefined;
      this.#shownAtMs = performance.now();
      return true;
    } catch (error) {
      if (handle !== undefined) this.#kms.close(handle);
      this.#fault = reasonOf(error);
      return false;
    }
  }

  #drop(reason: string): void {
    if (this.#lit !== undefined) this.#kms.close(this.#lit.handle);
    this.#lit = undefined;
    this.#fault = reason;
  }

  #turned(): Size {
    const { width, height } = this.#picture;
    const aside = this.#wish.rotation % 180 !== 0;
    return aside ? { width: height, height: width } : { width, height };
  }

  #placeOn(screen: Size): Place {
    const room = 1 - 2 * this.#wish.overscan;
    const { width, height } = this.#turned();
    const scale = Math.min((screen.width * room) / width, (screen.height * room) / height);
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    return {
      ...size,
      x: Math.floor((screen.width - size.width) / 2),
      y: Math.floor((screen.height - size.height) / 2),
      rotation: this.#wish.rotation,
    };
  }
}

/** The index of the mode to take; throws when the wish names one that the screen does not have. */
function chooseMode(modes: readonly Mode[], wish: string, picture: Size): number {
  if (modes.length === 0) throw new Error("the screen names no mode");
  const [, width, height] = /^(\d+)x(\d+)$/.exec(wish) ?? [];
  if (width !== undefined) {
    const exact = modes.findIndex((mode) => `${mode.width}x${mode.height}` === wish);
    if (exact >= 0) return exact;
    const known = [...new Set(modes.map((mode) => `${mode.width}x${mode.height}`))].join(", ");
    throw new Error(`the screen has no mode ${width}x${height}, it has ${known}`);
  }
  const preferred = Math.max(
    0,
    modes.findIndex((mode) => mode.preferred === 1),
  );
  if (wish !== "largest") return preferred;
  const filled = modes
    .map((mode, index) => ({ index, area: mode.width * mode.height, mode }))
    .filter(({ mode }) => mode.width <= picture.width && mode.height <= picture.height);
  const [best] = filled.sort((one, other) => other.area - one.area || one.index - other.index);
  return best?.index ?? preferred;
}

const lookMs = 1_000;
/** A picture is up within two blanks; one that takes so long will never be. */
const flipMsMax = 3_000;

interface Mode extends Size {
  readonly hertz: number;
  /** 1 for the mode that the screen itself prefers. */
  readonly preferred: number;
}

interface Connector {
  readonly id: number;
  /** DRM_MODE_CONNECTOR_*, and which of that kind it is. */
  readonly type: number;
  readonly number: number;
  readonly modes: readonly Mode[];
}

interface Place extends Size {
  readonly x: number;
  readonly y: number;
  readonly rotation: number;
}

interface Lit {
  readonly connector: string;
  readonly handle: Handle;
  readonly size: Size;
  readonly place: Place;
}

/** The addon's own object. */
type Handle = { readonly kms: unique symbol };

/** kms.c; every function throws an Error with a reason. */
interface Kms {
  open(card: string): Handle;
  connectors(handle: Handle): readonly Connector[];
  light(handle: Handle, connector: number, mode: number): Size;
  show(handle: Handle, rgba: Uint8Array, width: number, height: number, place: Place): boolean;
  rest(handle: Handle): void;
  close(handle: Handle): void;
}

/** In the order of DRM_MODE_CONNECTOR_*, as the kernel names them in /sys/class/drm. */
const types = [
  ...["Unknown", "VGA", "DVI-I", "DVI-D", "DVI-A", "Composite", "SVIDEO", "LVDS", "Component"],
  ...["DIN", "DP", "HDMI-A", "HDMI-B", "TV", "eDP", "Virtual", "DSI", "DPI", "Writeback", "SPI"],
  "USB",
] as const;

function nameOf({ type, number }: Connector): string {
  return `${types[type] ?? "Unknown"}-${number}`;
}

function absence(known: readonly Screen[]): string {
  if (known.length === 0) return "there is no graphics card with a connector for a screen";
  return `no screen is connected (${known.map(({ connector }) => connector).join(", ")})`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
