import type { Inference } from "../../drivers/inference/inference.ts";
import type { Pictures } from "../../drivers/picture/picture.ts";
import type { OpenedAvatar } from "../avatar/library.ts";
import { Generator } from "./generator.ts";
import type { LipSync } from "./lip-sync.ts";
import { PicturedLips } from "./lips.ts";
import { Units } from "./units.ts";

/** What a lip-sync works with. */
export interface LipTools {
  readonly pictures: Pick<Pictures, "decodeFrame" | "decodeOpacity">;
  readonly inference: Inference;
}

/** Opens the kind of lip-sync that an avatar was opened with; rejects where a network fails. */
export async function openLipSync(
  { figure, lips }: Pick<OpenedAvatar, "figure" | "lips">,
  { pictures, inference }: LipTools,
): Promise<LipSync> {
  const { mouth } = figure;
  if (lips === undefined) return new PicturedLips(mouth.shapes);
  switch (lips.kind) {
    case "instant":
      return new Units(lips.instant, mouth, pictures);
    case "studio":
      return await Generator.open(lips.studio, mouth, inference);
  }
}
