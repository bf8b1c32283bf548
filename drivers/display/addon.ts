import type { Colour } from "./display.ts";

/**
 * What we take from node-raylib's exports, which are untyped: scripts/native/names.txt lists the
 * same names. Structs are passed flat, pointers as numbers.
 */
export interface Addon {
  BindSetTraceLogLevel(level: number): void;
  BindInitWindow(width: number, height: number, title: string): void;
  BindIsWindowReady(): boolean;
  BindCloseWindow(): void;
  BindWindowShouldClose(): boolean;
  BindSetExitKey(key: number): void;
  BindSetTargetFPS(fps: number): void;
  BindGetMonitorWidth(monitor: number): number;
  BindGetMonitorHeight(monitor: number): number;
  BindBeginDrawing(): void;
  BindEndDrawing(): void;
  BindLoadFontFromMemory(
    ...a: [type: string, data: number, bytes: number, size: number, points: number, count: number]
  ): RawFont;
  BindUnloadFont(...font: FlatFont): void;
  BindDrawTextEx(
    ...a: [
      ...font: FlatFont,
      text: string,
      x: number,
      y: number,
      size: number,
      gap: number,
      ...colour: Colour,
    ]
  ): void;
  BindMeasureTextEx(...a: [...font: FlatFont, text: string, size: number, gap: number]): {
    x: number;
  };
  BindrlLoadTexture(data: number, w: number, h: number, format: number, mipmaps: number): number;
  BindrlUpdateTexture(
    ...a: [id: number, x: number, y: number, w: number, h: number, format: number, data: number]
  ): void;
  BindDrawTexture(
    ...a: [
      ...[id: number, w: number, h: number, mips: number, format: number, x: number, y: number],
      ...colour: Colour,
    ]
  ): void;
  BindrlDisableColorBlend(): void;
  BindrlEnableColorBlend(): void;
  BindrlDrawRenderBatchActive(): void;
}

/** A Font as its binding returns it. */
export interface RawFont {
  readonly baseSize: number;
  readonly glyphCount: number;
  readonly glyphPadding: number;
  readonly texture: {
    readonly id: number;
    readonly width: number;
    readonly height: number;
    readonly mipmaps: number;
    readonly format: number;
  };
  readonly recs: number;
  readonly glyphs: number;
}

/** A Font as a binding takes it. */
export type FlatFont = readonly [
  ...[baseSize: number, glyphCount: number, glyphPadding: number],
  ...[texture: number, width: number, height: number, mipmaps: number, format: number],
  ...[recs: number, glyphs: number],
];
