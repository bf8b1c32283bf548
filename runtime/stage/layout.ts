import type { Config } from "../../config/config.ts";
import type { Standing } from "./portrait.ts";

/** A box in whole pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything on the screen is. */
export interface Layout {
  readonly standing: Standing;
  /** Room for the logo, which stands in its left top corner. */
  readonly logo: Box;
  /** The line of the clock; it ends at the right edge where `alignsRight`. */
  readonly clock: Box & { readonly alignsRight: boolean };
  /** The code is as large as this allows, in its lower right corner where `alignsRight`. */
  readonly code: Box & { readonly alignsRight: boolean };
}

type Scene = Config["scene"];

/** Shares of the short side. */
const share = { logo: 0.16, clock: 0.09, code: 0.26, gap: 0.04 } as const;
/** Beside the avatar there is room for larger ones. */
const panelGrowth = 1.4;
/** Share of the width that an avatar takes which does not stand in the middle. */
const avatarShare = 0.5;
/** Captions end so high above the safe area, as a share of the short side. */
const captionShare = 0.2;

/**
 * Lays the screen out: portrait or landscape, everything within the safe area. `full` has the
 * avatar in the middle, with logo and clock at its top corners and the code above the captions at
 * the right; `left` and `right` have it on one half, and the rest one below the other on the other.
 */
export function layOut(
  scene: Scene,
  size: { readonly width: number; readonly height: number },
): Layout {
  const { width, height } = size;
  const short = Math.min(width, height);
  const edge = Math.round(short * scene.safeArea);
  const room = avatarRoom(scene, width);
  const standing = { x: (room.x + scene.x * room.width) / width, y: scene.y, zoom: scene.zoom };
  const panel = panelBeside(scene, size, edge);
  const growth = scene.layout === "full" ? 1 : panelGrowth;
  const px = (part: number): number => Math.round(Math.min(short * part * growth, panel.width));
  const gap = Math.round(short * share.gap);
  const logoWidth = scene.layout === "full" ? Math.round(panel.width * 0.4) : panel.width;
  const logo = { x: panel.x, y: panel.y, width: logoWidth, height: px(share.logo) };
  const clock = clockBox(scene, panel, { line: px(share.clock), top: logo.height + gap });
  const foot = panel.y + panel.height - Math.round(short * captionShare);
  const side = Math.max(0, Math.min(px(share.code), foot - clock.y - clock.height - gap));
  const { alignsRight } = clock;
  const left = alignsRight ? panel.x + panel.width - side : panel.x;
  const code = { x: left, y: foot - side, width: side, height: side, alignsRight };
  return { standing, logo, clock, code };
}

function avatarRoom({ layout }: Scene, width: number): { x: number; width: number } {
  if (layout === "full") return { x: 0, width };
  const half = width * avatarShare;
  return { x: layout === "left" ? 0 : width - half, width: half };
}

function panelBeside(
  { layout }: Scene,
  { width, height }: { readonly width: number; readonly height: number },
  edge: number,
): Box {
  const half = Math.round(width * avatarShare);
  const x = layout === "left" ? half : edge;
  const right = layout === "right" ? half : edge;
  return { x, y: edge, width: width - x - right, height: height - 2 * edge };
}

function clockBox(
  { layout }: Scene,
  panel: Box,
  { line, top }: { readonly line: number; readonly top: number },
): Layout["clock"] {
  const alignsRight = layout === "full";
  const y = alignsRight ? panel.y : panel.y + top;
  return { x: panel.x, y, width: panel.width, height: line, alignsRight };
}
