import { parseArgs } from "node:util";
import { type Figure, figureLine, holds } from "./bench/figure-line.ts";
import { avatarFigures } from "./figures/avatar.ts";
import { cloudFigures } from "./figures/cloud.ts";
import { contentFigures } from "./figures/content.ts";
import { deviceFigures } from "./figures/device.ts";
import { diagnosticsFigures } from "./figures/diagnostics.ts";
import { fleetFigures } from "./figures/fleet.ts";
import { foundationFigures } from "./figures/foundation.ts";
import { speechFigures } from "./figures/speech.ts";
import { stageFigures } from "./figures/stage.ts";
import { studioFigures } from "./figures/studio.ts";
import { writeTable } from "./figures/table.ts";

/**
 * `npm run -s figures -- AREA [--quick] [--part PART] [--readme]`: measures afresh, a line each,
 * with `--readme` also into the README's table; exit 1 if one is short. Long areas have parts.
 */
const areas: Readonly<Record<string, Measure | Readonly<Record<string, Measure>>>> = {
  foundation: foundationFigures,
  fleet: fleetFigures,
  speech: speechFigures,
  avatar: avatarFigures,
  device: deviceFigures,
  diagnostics: diagnosticsFigures,
  stage: stageFigures,
  cloud: cloudFigures,
  studio: studioFigures,
  content: contentFigures,
};

type Measure = (quick: boolean) => AsyncIterable<Figure>;

const { values, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    readme: { type: "boolean", default: false },
    part: { type: "string" },
  },
  allowPositionals: true,
});
const [area = ""] = positionals;
const measures = chosen();

if (typeof measures === "string") {
  process.stderr.write(`${measures}\n`);
  process.exitCode = 2;
} else {
  const measured: Figure[] = [];
  for (const measure of measures) {
    for await (const figure of measure(values.quick)) {
      measured.push(figure);
      process.stdout.write(`${figureLine(figure)}\n`);
      if (!holds(figure)) process.exitCode = 1;
    }
  }
  if (values.readme) writeTable(area, measured, values.part === undefined ? "whole" : "part");
}

/** What is to be measured, or why that cannot be. */
function chosen(): readonly Measure[] | string {
  const known = areas[area];
  if (!known) {
    const names = Object.keys(areas).join(", ");
    return `Cannot measure area "${area}": areas with figures are ${names}`;
  }
  const parts = typeof known === "function" ? {} : known;
  if (values.part === undefined)
    return typeof known === "function" ? [known] : Object.values(parts);
  const part = parts[values.part];
  const names = Object.keys(parts).join(", ") || "none";
  return part ? [part] : `Cannot measure part "${values.part}" of ${area}: its parts are ${names}`;
}
