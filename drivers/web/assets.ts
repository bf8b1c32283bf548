import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** A file that the page loads, by its path there. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

const libraries = createRequire(import.meta.url);

/** The page's own script and style, and uPlot as it comes from its package. */
export function pageAssets(): ReadonlyMap<string, Asset> {
  const script = "text/javascript; charset=utf-8";
  const style = "text/css; charset=utf-8";
  return new Map([
    ["/island.mjs", { type: script, body: read(new URL("./island.mjs", import.meta.url)) }],
    ["/page.css", { type: style, body: read(new URL("./page.css", import.meta.url)) }],
    ["/icon.svg", { type: "image/svg+xml", body: read(new URL("./icon.svg", import.meta.url)) }],
    ["/uplot.mjs", { type: script, body: read(libraries.resolve("uplot/dist/uPlot.esm.js")) }],
    ["/uplot.css", { type: style, body: read(libraries.resolve("uplot/dist/uPlot.min.css")) }],
  ]);
}

function read(file: string | URL): string {
  return readFileSync(file, "utf8");
}
