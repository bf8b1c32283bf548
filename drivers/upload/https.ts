import type { Upload } from "./upload.ts";

const uploadMsMax = 30_000;

/** HTTPS PUT; any answer but 2xx is a refusal, a redirection too. */
export function httpsUpload(): Upload {
  return { put };
}

async function put(url: string, bytes: Uint8Array, type: string): Promise<void> {
  const { origin, protocol } = new URL(url);
  if (protocol !== "https:") throw new RangeError(`Cannot send to ${origin}: it should be https`);
  const answer = await fetch(url, {
    method: "PUT",
    body: new Uint8Array(bytes),
    headers: { "content-type": type },
    redirect: "manual",
    signal: AbortSignal.timeout(uploadMsMax),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`Cannot send to ${origin}: answer is ${answer.status}`);
}
