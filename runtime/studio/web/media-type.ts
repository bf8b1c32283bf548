/** What plays in a page, by the end of its name. A browser is told not to guess (nosniff). */
const types: Readonly<Record<string, string>> = {
  ".mp4": "video/mp4",
  ".m4v": "video/mp4",
  ".mov": "video/quicktime",
  ".webm": "video/webm",
  ".mkv": "video/x-matroska",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".webp": "image/webp",
  ".wav": "audio/wav",
  ".flac": "audio/flac",
  ".ogg": "audio/ogg",
  ".mp3": "audio/mpeg",
  ".m4a": "audio/mp4",
};

/** `application/octet-stream` for all else: that is kept as a file and never shown as a page. */
export function mediaTypeOf(name: string): string {
  const [ending = ""] = /\.\w+$/.exec(name.toLowerCase()) ?? [];
  return types[ending] ?? "application/octet-stream";
}
