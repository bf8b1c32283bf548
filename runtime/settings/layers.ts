import { type Apply, type Config, mergeConfig, parseConfig } from "../../config/config.ts";
import { configKeys, valueAt } from "../../config/keys.ts";

/** Who may say something about the configuration, the later ones with the last word. */
export const layerNames = [
  "built-in",
  "vendor",
  "site",
  "fleet",
  "override",
  "environment",
] as const;

export type LayerName = (typeof layerNames)[number];

/** What one of them says: any part of a configuration. */
export interface Layer {
  readonly name: LayerName;
  readonly document: unknown;
}

/** The configuration in force, and for each key (JSON Pointer) who had the last word. */
export interface Settled {
  readonly config: Config;
  readonly sources: Readonly<Record<string, LayerName>>;
}

/** Lays layers over each other by their rank. Throws a ConfigError with every error. */
export function settle(layers: readonly Layer[]): Settled {
  const ranked = [...layers].sort(
    (a, b) => layerNames.indexOf(a.name) - layerNames.indexOf(b.name),
  );
  const merged = ranked.reduce<unknown>((under, { document }) => mergeConfig(under, document), {});
  const said = ranked.filter(({ name }) => name !== "built-in").map(({ name }) => name);
  const config = parseConfig(merged, said.join(", ") || "nowhere");
  const sources = configKeys
    .filter(({ pointer }) => valueAt(config, pointer) !== undefined)
    .map(({ pointer }) => [pointer, sourceOf(ranked, pointer)] as const);
  return { config, sources: Object.fromEntries(sources) };
}

/** What going from one configuration to another needs, key by key that differs. */
export function changes(from: Config, to: Config): readonly { pointer: string; apply: Apply }[] {
  return configKeys.filter(({ pointer }) => {
    return JSON.stringify(valueAt(from, pointer)) !== JSON.stringify(valueAt(to, pointer));
  });
}

function sourceOf(ranked: readonly Layer[], pointer: string): LayerName {
  const says = ({ document }: Layer) => valueAt(document, pointer) !== undefined;
  return ranked.findLast(says)?.name ?? "built-in";
}
