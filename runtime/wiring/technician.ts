import { mergeConfig, parseConfig } from "../../config/config.ts";
import { configKeys } from "../../config/keys.ts";
import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Wish } from "../diagnostics/page/source.ts";
import { readOverride, writeOverride } from "../settings/override.ts";
import type { Settings } from "../settings/settings.ts";

/** Keys that a technician may set for a while: all but those that say who the device is. */
export const overridableKeys = configKeys
  .filter(({ apply }) => apply !== "local")
  .map(({ pointer }) => pointer.slice(1).replaceAll("/", "."));

/**
 * Adds one key to the override on disk, which the settings follow by themselves; rejects with what
 * is wrong with its value. Returns until when it holds, as ISO 8601.
 */
export async function overrideKey(
  { key, value, hours }: Wish,
  settings: Settings,
  { disk, stamps }: { readonly disk: Disk; readonly stamps: Stamps },
): Promise<string> {
  if (!overridableKeys.includes(key)) throw new Error(`Cannot override "${key}": no such key`);
  const inner = key.split(".").reduceRight<unknown>((under, part) => ({ [part]: under }), value);
  parseConfig(mergeConfig(settings.config, inner), "the page");
  const sinceMs = stamps.wallMs();
  const before = await readOverride(disk, sinceMs);
  const document = mergeConfig(before?.document ?? {}, inner) as Record<string, unknown>;
  const untilMs = sinceMs + hours * 3_600_000;
  await writeOverride(disk, { document, sinceMs, untilMs });
  return stamps.isoTime(untilMs);
}
