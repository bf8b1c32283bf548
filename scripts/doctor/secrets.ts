import { readFileSync } from "node:fs";
import type { Config } from "../../config/config.ts";

/** Secrets that the configuration points to, as far as this user may read them. */
export function knownSecrets({ broker, page, voice }: Config): string[] {
  const files = [broker.passwordFile, broker.keyFile, page.passwordFile, voice.service.keyFile];
  return files.flatMap((file) => {
    if (file === undefined) return [];
    try {
      return [readFileSync(file, "utf8").trim()];
    } catch {
      // What this user may not read cannot come into anything this user makes.
      return [];
    }
  });
}
