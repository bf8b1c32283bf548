import assert from "node:assert/strict";
import { nativePixels } from "../pixels/native.ts";
import type { Display, Frame, TextLine } from "./display.ts";
import { type Flavour, openRaylib, type Raylib, type Texture } from "./facade.ts";
import { Fonts } from "./fonts.ts";
import { asItIs, Scanout, type ScreenWish } from "./scanout.ts";
import { screens } from "./screens.ts";
import { Sheet } from "./sheet.ts";

/**
 * Opens a display through raylib; `native` is the folder that set-up built, `build/native`. All
 * take the size asked for but drm-gles, which takes that of the screen's mode; drm-sw opens without
 * a screen too, and heeds `wish`. A process has one flavour.
 */
export function openDisplay(
  native: string,
  flavour: Flavour,
  size: { readonly width: number; readonly height: number },
  wish: ScreenWish = asItIs,
): Display {
  const raylib = openRaylib(native, flavour, size.width, size.height);
  if (raylib !== undefined) {
    const scanout = flavour === "drm-sw" ? new Scanout(native, size, wish) : undefined;
    return new RaylibDisplay(raylib, scanout, native);
  }
  const reason = "raylib found no screen that it can use";
  throw new Error(`Cannot open display "${flavour}" of ${size.width}x${size.height}: ${reason}`);
}

class RaylibDisplay implements Display {
  readonly name: Flavour;
  readonly #native: string;
  #raylib: Raylib;
  readonly #fonts: Fonts;
  /** GPU flavours draw from a texture; the others write into the colour buffer. */
  readonly #texture: Texture | undefined;
  #sheet: Sheet | undefined;
  readonly #scanout: Scanout | undefined;
  #text: readonly TextLine[] = [];
  #fault: string | undefined;
  #shown = 0;
  #rests = false;

  constructor(raylib: Raylib, scanout: Scanout | undefined, native: string) {
    this.name = raylib.flavour;
    this.#native = native;
    this.#raylib = raylib;
    this.#scanout = scanout;
    this.#fonts = new Fonts(raylib);
    const { width, height, pixels } = raylib;
    if (pixels === undefined) this.#texture = raylib.texture(width, height);
    else this.#sheet = this.#sheetOver(pixels);
  }

  get width(): number {
    return this.#raylib.width;
  }

  get height(): number {
    return this.#raylib.height;
  }

  get fault(): string | undefined {
    return this.#scanout === undefined ? this.#fault : this.#scanout.fault;
  }

  measure(text: string, sizePx: number): number {
    return this.#fonts.measure(text, sizePx);
  }

  show(frame: Frame): void {
    this.#checkSize(frame.pixels, "show");
    this.#rests = false;
    this.#raylib.begin();
    if (this.#sheet !== undefined) {
      const isDue = this.#sheet.put(frame.pixels, frame.text, frame.changed);
      if (isDue) this.#fonts.draw(frame.text);
    } else if (this.#texture !== undefined) {
      this.#raylib.update(this.#texture, frame.pixels);
      this.#text = frame.text.map((line) => ({ ...line }));
      this.#paint();
    }
    this.#raylib.end();
    if (this.#raylib.pixels !== undefined) this.#scanout?.show(this.#raylib.pixels);
    if (this.#shown++ % framesBetweenLooks === 0) this.#fault = this.#look();
  }

  /** What is on a screen stays there while the buffer behind it is exchanged. */
  resize({ width, height }: { readonly width: number; readonly height: number }): boolean {
    if (this.#sheet === undefined) return false;
    if (width === this.width && height === this.height) return true;
    const before = { width: this.width, height: this.height };
    this.#fonts.clear();
    this.#raylib.close();
    const made = openRaylib(this.#native, this.name, width, height);
    const raylib = made ?? openRaylib(this.#native, this.name, before.width, before.height);
    assert(raylib?.pixels, "a buffer in memory can be opened again");
    this.#raylib = raylib;
    this.#fonts.moveTo(raylib);
    this.#sheet = this.#sheetOver(raylib.pixels);
    this.#scanout?.resize(raylib);
    return made !== undefined;
  }

  /** Only drm-sw can turn a screen off; the others show black. */
  rest(): void {
    if (this.#rests) return;
    if (this.#scanout !== undefined) this.#scanout.rest();
    else this.show({ pixels: new Uint8Array(this.width * this.height * 4), text: [] });
    this.#sheet?.spoil();
    this.#rests = true;
  }

  read(rgba: Uint8Array): void {
    this.#checkSize(rgba, "read");
    if (this.#rests) fillBlack(rgba);
    else if (this.#raylib.pixels !== undefined) this.#copyOut(rgba);
    else this.#paintAgain(rgba);
  }

  [Symbol.dispose](): void {
    this.#scanout?.[Symbol.dispose]();
    this.#raylib.close();
  }

  #sheetOver(pixels: Uint8Array): Sheet {
    const { width, height } = this.#raylib;
    const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
    const measure = (text: string, sizePx: number) => this.measure(text, sizePx);
    return new Sheet(nativePixels(this.#native), { words, width, height }, measure);
  }

  #paint(): void {
    if (this.#texture !== undefined) this.#raylib.draw(this.#texture);
    this.#fonts.draw(this.#text);
  }

  /** What a GPU has shown is gone after the swap, so the same picture is drawn once more. */
  #paintAgain(rgba: Uint8Array): void {
    this.#raylib.begin();
    this.#paint();
    this.#raylib.flush();
    this.#raylib.readBack(rgba);
  }

  #copyOut(rgba: Uint8Array): void {
    const buffer = this.#raylib.pixels!;
    const rowBytes = this.width * 4;
    const last = (this.height - 1) * rowBytes;
    for (let at = 0; at <= last; at += rowBytes) {
      rgba.set(buffer.subarray(last - at, last - at + rowBytes), at);
    }
    // A screen has no alpha; what blending and the frame left there means nothing.
    for (let alpha = 3; alpha < rgba.length; alpha += 4) rgba[alpha] = 255;
  }

  #look(): string | undefined {
    if (this.name === "window") return this.#raylib.closed ? "the window was closed" : undefined;
    if (this.name !== "drm-gles" || screens().some((screen) => screen.connected)) return undefined;
    return "no screen is connected";
  }

  #checkSize(rgba: Uint8Array, action: string): void {
    const due = this.width * this.height * 4;
    if (rgba.length === due) return;
    const size = `${this.width}x${this.height}`;
    throw new RangeError(`Cannot ${action} frame: ${rgba.length} bytes came, ${size} takes ${due}`);
  }
}

function fillBlack(rgba: Uint8Array): void {
  for (let at = 0; at < rgba.length; at++) rgba[at] = at % 4 === 3 ? 255 : 0;
}

/** One second at 25 frames. */
const framesBetweenLooks = 25;
