import { type Figure, figureLine, holds } from "./bench/figure-line.ts";
import { avatarFigures } from "./figures/avatar.ts";
import { deviceFigures } from "./figures/device.ts";
import { diagnosticsFigures } from "./figures/diagnostics.ts";
import { fleetFigures } from "./figures/fleet.ts";
import { foundationFigures } from "./figures/foundation.ts";
import { speechFigures } from "./figures/speech.ts";
import { stageFigures } from "./figures/stage.ts";
import { writeTable } from "./figures/table.ts";

/**
 * `npm run -s figures -- AREA [--quick] [--readme]`: measures afresh, a line each, with `--readme`
 * also into the README's table; exit 1 if one is short.
 */
const areas: Readonly<Record<string, (quick: boolean) => AsyncIterable<Figure>>> = {
  foundation: foundationFigures,
  fleet: fleetFigures,
  speech: speechFigures,
  avatar: avatarFigures,
  device: deviceFigures,
  diagnostics: diagnosticsFigures,
  stage: stageFigures,
};

const [area] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const measure = areas[area ?? ""];

if (!measure) {
  const known = Object.keys(areas).join(", ");
  process.stderr.write(`Cannot measure area "${area ?? ""}": areas with figures are ${known}\n`);
  process.exitCode = 2;
} else {
  const measured: Figure[] = [];
  for await (const figure of measure(process.argv.includes("--quick"))) {
    measured.push(figure);
    process.stdout.write(`${figureLine(figure)}\n`);
    if (!holds(figure)) process.exitCode = 1;
  }
  if (process.argv.includes("--readme")) writeTable(area ?? "", measured);
}
