import { limits } from "../../config/limits.ts";
import { demand } from "./error.ts";
import type { Parts } from "./parts.ts";
import type { Stretch } from "./stretch.ts";
import { readVoiceWindow, type VoiceWindow } from "./voice-window.ts";

/**
 * What the studio lip-sync of an avatar knows: two ONNX networks. `voice` makes a code (input
 * `window`, 1 x its values; output `code`, 1 x `codes`), `decoder` paints its patch at the tier's
 * size (input `code`; output `patch`). A patch comes in cells of side x side pixels: planes, one
 * for each channel (red, green, blue, opacity), row and column in the cell, in this order; each
 * holds the cells' rows x columns, from 0 to 255.
 */
export interface Studio {
  readonly window: VoiceWindow;
  /** Numbers in a code. */
  readonly codes: number;
  readonly voice: Stretch;
  readonly decoder: Stretch;
}

/** Reads the parts of a studio lip-sync; throws AvatarError. */
export function readStudio(voice: Parts, tier: Parts): Studio {
  const window = readVoiceWindow(voice);
  const [codes = 0] = voice.tensor("codes", "i16", [1]);
  demand(codes > 0, () => `studio lip-sync has codes of ${codes} numbers`);
  return { window, codes, voice: only(voice, "voice"), decoder: only(tier, "decoder") };
}

function only(parts: Parts, name: string): Stretch {
  const [found, ...others] = parts.blobs(name);
  if (found && others.length === 0) {
    const most = limits.avatarNetworkBytesMax;
    demand(found.bytes <= most, () => `part ${name} has ${found.bytes} bytes, limit is ${most}`);
    return found;
  }
  const count = others.length + (found ? 1 : 0);
  demand(false, () => `part ${name} has ${count} blobs, one is due`);
}
