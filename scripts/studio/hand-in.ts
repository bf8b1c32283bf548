import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { Upload } from "tus-js-client";
import type { UploadPurpose } from "../../config/uploads.ts";
import type { Access } from "./client.ts";

/** Pieces of so many bytes: what a cut loses at most. */
const chunkSize = 16 * 1024 * 1024;

/** Uploads a file by tus and gives its id; a cut line is tried again for half a minute. */
export async function handIn(
  { server, token }: Access,
  purpose: UploadPurpose,
  file: string,
  onProgress: (share: number) => void = () => {},
): Promise<string> {
  const bytes = statSync(file).size;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const upload = new Upload(createReadStream(file), {
    endpoint: new URL("/api/v1/uploads", server).href,
    chunkSize,
    uploadSize: bytes,
    retryDelays: [0, 1_000, 3_000, 5_000, 10_000, 10_000],
    metadata: { filename: basename(file), purpose },
    headers: { authorization: `Bearer ${token}` },
    onProgress: (sent) => onProgress(bytes === 0 ? 1 : sent / bytes),
    onSuccess: () => resolve(upload.url?.split("/").at(-1) ?? ""),
    onError: (error) => reject(new Error(`Cannot hand in ${file}: ${reasonOf(error)}`)),
  });
  upload.start();
  return promise;
}

/** The studio's own words, where it answered. */
function reasonOf(error: unknown): string {
  const { originalResponse, message } = error as {
    readonly originalResponse?: { getBody(): string } | null;
    readonly message: string;
  };
  return (originalResponse?.getBody() || message).trim();
}
