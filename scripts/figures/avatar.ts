import type { Figure } from "../bench/figure-line.ts";
import { buildFigures } from "./builds.ts";
import { lipCostFigures } from "./lip-costs.ts";
import { lipFigures } from "./lips.ts";
import { packageFigures } from "./packages.ts";
import { tierFrameFigures } from "./tier-frames.ts";
import { trackingFigures } from "./tracking.ts";

/**
 * All that is promised of avatars: packages, what they cost at run time, how footage is understood,
 * mouths beside true frames, builds. FRONTDESK_MATERIAL names the folder of the demo's footage;
 * what is measured on it is left out without it.
 */
export async function* avatarFigures(quick: boolean): AsyncIterable<Figure> {
  yield* packageFigures(quick);
  yield* lipCostFigures(quick);
  yield* tierFrameFigures(quick);
  const material = process.env.FRONTDESK_MATERIAL;
  if (!material) {
    const due = "it should be the folder of the footage";
    process.stderr.write(`Cannot measure on footage: FRONTDESK_MATERIAL is not set, ${due}\n`);
    return;
  }
  yield* trackingFigures(material, quick);
  yield* lipFigures(material, quick);
  yield* buildFigures(material, quick);
}
