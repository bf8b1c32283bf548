import type { Inference } from "../../drivers/inference/inference.ts";
import type { Pictures } from "../../drivers/picture/picture.ts";
import { readInstant } from "../avatar/instant.ts";
import type { OpenedAvatar } from "../avatar/library.ts";
import { readStudio } from "../avatar/studio.ts";
import { Generator } from "./generator.ts";
import type { LipSync } from "./lip-sync.ts";
import { PicturedLips } from "./lips.ts";
import { Units } from "./units.ts";

/** What a lip-sync works with. */
export interface LipTools {
  readonly pictures: Pick<Pictures, "decodeFrame" | "decodeOpacity">;
  readonly inference: Inference;
}

/** Opens the kind of lip-sync that an avatar was opened with. Throws AvatarError. */
export async function openLipSync(
  { figure, lips }: Pick<OpenedAvatar, "figure" | "lips">,
  { pictures, inference }: LipTools,
): Promise<LipSync> {
  const { mouth } = figure;
  if (lips === undefined) return new PicturedLips(mouth.shapes);
  const { kind, voice, tier } = lips;
  switch (kind) {
    case "instant":
      return new Units(readInstant(voice, tier, mouth), mouth, pictures);
    case "studio":
      return await Generator.open(readStudio(voice, tier), mouth, inference);
  }
}
