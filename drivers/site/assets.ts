import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** A file that pages load. */
interface Asset {
  readonly type: string;
  readonly body: string;
  /** Another one once the file changes. */
  readonly tag: string;
}

const libraries = createRequire(import.meta.url);

/** The console's style and islands by their paths, and tus-js-client as it comes. */
export function siteAssets(): ReadonlyMap<string, Asset> {
  const script = "text/javascript; charset=utf-8";
  const files: readonly (readonly [path: string, type: string, place: string | URL])[] = [
    ["/studio.css", "text/css; charset=utf-8", new URL("./studio.css", import.meta.url)],
    ["/icon.svg", "image/svg+xml", new URL("./icon.svg", import.meta.url)],
    ["/upload.mjs", script, new URL("./upload.mjs", import.meta.url)],
    ["/live.mjs", script, new URL("./live.mjs", import.meta.url)],
    ["/tus.js", script, libraries.resolve("tus-js-client/dist/tus.min.js")],
  ];
  return new Map(
    files.map(([path, type, place]) => {
      const body = readFileSync(place, "utf8");
      const tag = createHash("sha256").update(body).digest("hex").slice(0, 32);
      return [path, { type, body, tag }] as const;
    }),
  );
}
