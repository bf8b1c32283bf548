import { type Media, MediaError } from "./media.ts";

/** Sounds that lie in memory by their URLs, told in blocks; all of them are allowed. */
export function memoryMedia(
  sounds: Readonly<Record<string, Uint8Array>>,
  blockBytes = 4_096,
): Media {
  return {
    async *open(url, abort) {
      const bytes = sounds[url];
      if (!bytes) throw new MediaError("AUDIO_UNREACHABLE", url, "there is no such sound");
      for (let at = 0; at < bytes.length && !abort.aborted; at += blockBytes) {
        yield bytes.subarray(at, at + blockBytes);
      }
    },
  };
}
