import { createRequire } from "node:module";
import { join } from "node:path";
import koffi, { type LibraryHandle } from "koffi";
import type { Addon, FlatFont, RawFont } from "./addon.ts";
import type { Colour } from "./display.ts";

/** The ways to show a picture. In drm-sw raylib draws to memory, and a Scanout shows that. */
export type Flavour = "memory" | "drm-sw" | "drm-gles" | "window";

/** Pixels on the GPU. */
export interface Texture {
  readonly id: number;
  readonly width: number;
  readonly height: number;
}

/** Glyphs of one face at one size, on a texture of their own. */
export type Font = RawFont;

/**
 * Opens a screen from the libraries in `native`. On a GPU it takes the screen's mode, `width` and
 * `height` then only say which mode is preferred. Undefined when there is no such screen;
 * throws when the library itself cannot be loaded.
 */
export function openRaylib(
  native: string,
  flavour: Flavour,
  width: number,
  height: number,
): Raylib | undefined {
  if (loaded !== undefined && loaded.flavour !== flavour) {
    const other = loaded.flavour;
    throw new Error(`Cannot open ${flavour}: this process has loaded raylib for ${other}`);
  }
  const library = loaded?.library ?? load(native, flavour);
  const calls = createRequire(import.meta.url)(join(native, "node-raylib.node")) as Addon;
  loaded = { flavour, library };
  // None: raylib logs on stdout, and ends the process after a fatal line.
  calls.BindSetTraceLogLevel(logNone);
  const size = init(calls, flavour, [width, height]);
  if (size === undefined) return undefined;
  calls.BindSetTargetFPS(0);
  calls.BindSetExitKey(0);
  return new Raylib(flavour, calls, library, size);
}

/**
 * A narrow, typed view of raylib; the only file that knows of the addon and of koffi.
 *
 * raylib's state belongs to the process, and its GPU context to one thread: one Raylib at a time,
 * opened, used and closed on one thread, and one flavour for the life of a process.
 */
export class Raylib {
  readonly flavour: Flavour;
  readonly width: number;
  readonly height: number;
  /** Software flavours: the colour buffer itself, RGBA, bottom row first. Undefined on a GPU. */
  readonly pixels: Uint8Array | undefined;
  readonly #calls: Addon;
  readonly #library: Library;

  constructor(flavour: Flavour, calls: Addon, library: Library, size: Size) {
    this.flavour = flavour;
    this.#calls = calls;
    this.#library = library;
    [this.width, this.height] = size;
    if (flavour === "memory" || flavour === "drm-sw") this.pixels = colourBuffer(library, size);
  }

  /** True once the user has closed the window. */
  get closed(): boolean {
    return this.flavour === "window" && this.#calls.BindWindowShouldClose();
  }

  begin(): void {
    this.#calls.BindBeginDrawing();
  }

  /** Carries out what was drawn, without showing it. */
  flush(): void {
    this.#calls.BindrlDrawRenderBatchActive();
  }

  /** Shows what was drawn; in software that means it is in `pixels`: nothing to copy or poll. */
  end(): void {
    if (this.pixels !== undefined) this.flush();
    else this.#calls.BindEndDrawing();
  }

  /**
   * Loads glyphs of a TrueType file. Set at the size they are loaded at they need no filter: exact,
   * and half the cost in software. Code points without a glyph are left out.
   */
  font(file: Uint8Array, sizePx: number, codePoints: Int32Array): Font {
    const bytes = Number(koffi.address(file));
    const points = Number(koffi.address(codePoints));
    const count = codePoints.length;
    return this.#calls.BindLoadFontFromMemory(".ttf", bytes, file.length, sizePx, points, count);
  }

  dropFont(font: Font): void {
    this.#calls.BindUnloadFont(...flat(font));
  }

  text(font: Font, text: string, at: readonly [x: number, y: number], colour: Colour): void {
    this.#calls.BindDrawTextEx(...flat(font), text, ...at, font.baseSize, 0, ...colour);
  }

  measure(font: Font, text: string): number {
    return this.#calls.BindMeasureTextEx(...flat(font), text, font.baseSize, 0).x;
  }

  texture(width: number, height: number): Texture {
    return { id: this.#calls.BindrlLoadTexture(0, width, height, rgba8, 1), width, height };
  }

  /** Fills the whole texture. */
  update(texture: Texture, rgba: Uint8Array): void {
    const { id, width, height } = texture;
    const due = width * height * 4;
    if (rgba.length !== due) {
      throw new RangeError(`Cannot fill texture: ${rgba.length} bytes came, it takes ${due}`);
    }
    const address = Number(koffi.address(rgba));
    this.#calls.BindrlUpdateTexture(id, 0, 0, width, height, rgba8, address);
  }

  /** Draws the texture at the top left, as if all its pixels were opaque. */
  draw(texture: Texture): void {
    const { id, width, height } = texture;
    this.#calls.BindrlDisableColorBlend();
    this.#calls.BindDrawTexture(id, width, height, 1, rgba8, 0, 0, 255, 255, 255, 255);
    this.flush();
    this.#calls.BindrlEnableColorBlend();
  }

  /** GPU flavours: copies what was drawn since `begin` and is not shown yet; top row first. */
  readBack(rgba: Uint8Array): void {
    const { read, free } = this.#library;
    const pixels = read(this.width, this.height);
    rgba.set(new Uint8Array(koffi.view(pixels, this.width * this.height * 4)));
    free(pixels);
  }

  /** Name of what renders on the GPU, e.g. `"V3D 4.2"`; `"llvmpipe ..."` is the CPU in disguise. */
  get renderer(): string {
    return this.#library.renderer();
  }

  close(): void {
    this.#calls.BindCloseWindow();
  }
}

type Size = readonly [width: number, height: number];

/** What the addon does not have: functions of the loaded library, through koffi. */
interface Library {
  colourBuffer(): unknown;
  read(width: number, height: number): unknown;
  free(pixels: unknown): void;
  renderer(): string;
}

/** Once for the life of a process: koffi gives back nothing of what it was told of a library. */
let loaded: { readonly flavour: Flavour; readonly library: Library } | undefined;
const logNone = 7;
/** PIXELFORMAT_UNCOMPRESSED_R8G8B8A8 */
const rgba8 = 7;
/** GL_RENDERER */
const glRenderer = 0x1f01;

function load(native: string, flavour: Flavour): Library {
  const file = join(native, flavour === "drm-sw" ? "memory" : flavour, "libraylib.so.600");
  try {
    // Before the addon: its own need for libraylib.so.600 is then met by this flavour.
    const library = koffi.load(file);
    if (flavour === "window") steerSdl(library);
    return {
      ...gpuCalls(library, flavour),
      colourBuffer: () => library.func("void *swGetColorBuffer(void *w, void *h)")(null, null),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`Cannot load ${file}: ${reason}; npm run setup builds it`);
  }
}

function gpuCalls(library: LibraryHandle, flavour: Flavour) {
  const renderer =
    flavour === "drm-gles" ? library.func("const char *glGetString(uint32_t name)") : undefined;
  return {
    read: library.func("void *rlReadScreenPixels(int width, int height)"),
    free: library.func("void MemFree(void *pixels)"),
    renderer: () => String(renderer?.(glRenderer) ?? ""),
  };
}

/** Real screens only: without one, SDL would render where nobody looks. Signals are ours. */
function steerSdl(library: LibraryHandle): void {
  const hint = library.func("bool SDL_SetHint(const char *name, const char *value)");
  hint("SDL_VIDEODRIVER", process.env.WAYLAND_DISPLAY ? "wayland,x11" : "x11");
  hint("SDL_NO_SIGNAL_HANDLERS", "1");
}

/** After a failed InitWindow any other call of raylib may crash, so nothing else is called. */
function init(calls: Addon, flavour: Flavour, wished: Size): Size | undefined {
  calls.BindInitWindow(...wished, title);
  if (!calls.BindIsWindowReady()) return undefined;
  if (flavour !== "drm-gles") return wished;
  const mode: Size = [calls.BindGetMonitorWidth(0), calls.BindGetMonitorHeight(0)];
  if (mode[0] === wished[0] && mode[1] === wished[1]) return mode;
  // raylib would scale, which costs time and sharpness; so once more, in the mode's size.
  calls.BindCloseWindow();
  calls.BindInitWindow(...mode, title);
  return calls.BindIsWindowReady() ? mode : undefined;
}

const title = "Frontdesk";

function colourBuffer(library: Library, [width, height]: Size): Uint8Array {
  return new Uint8Array(koffi.view(library.colourBuffer(), width * height * 4));
}

function flat(font: Font): FlatFont {
  const { id, width, height, mipmaps, format } = font.texture;
  const { baseSize, glyphCount, glyphPadding, recs, glyphs } = font;
  return [baseSize, glyphCount, glyphPadding, id, width, height, mipmaps, format, recs, glyphs];
}
