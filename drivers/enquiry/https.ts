import { readFile } from "node:fs/promises";
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { Enquiry, Reply } from "./enquiry.ts";

const answerMsMax = 30_000;

interface Options {
  /** Certificates (PEM) of who may vouch for the server, read when asked; absent: the system's. */
  readonly caFile?: string | undefined;
  readonly msMax?: number;
}

/** HTTPS POST; plain HTTP only to this very machine, where nobody listens on the way. */
export function httpsEnquiry({ caFile, msMax = answerMsMax }: Options = {}): Enquiry {
  return {
    async ask(url, question, bytesMax, abort) {
      const { origin, protocol, hostname } = new URL(url);
      if (protocol !== "https:" && !(protocol === "http:" && isHere(hostname))) {
        throw new RangeError(`Cannot ask ${origin}: it should be https`);
      }
      const late = AbortSignal.timeout(msMax);
      const signal = AbortSignal.any([abort, late]);
      try {
        const trust = caFile === undefined ? {} : { ca: await readFile(caFile) };
        return await post(url, question, bytesMax, { ...trust, signal });
      } catch (cause) {
        abort.throwIfAborted();
        const reason = late.aborted ? `no answer within ${msMax} ms` : reasonOf(cause);
        throw new Error(`Cannot ask ${origin}: ${reason}`, { cause });
      }
    },
  };
}

function post(
  url: string,
  question: Uint8Array,
  bytesMax: number,
  options: { readonly ca?: Buffer; readonly signal: AbortSignal },
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const headers = { "content-type": "application/json", "content-length": question.length };
  // No connection is kept: a question comes once in weeks.
  const how = { ...options, method: "POST", headers, agent: false };
  const request = url.startsWith("https:") ? secureRequest(url, how) : plainRequest(url, how);
  request.on("error", reject);
  request.on("response", (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        const due = `at most ${bytesMax} are due`;
        response.destroy(new RangeError(`its answer has more than ${bytesMax} bytes, ${due}`));
      } else chunks.push(chunk);
    });
    response.on("error", reject);
    response.on("end", () => {
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
    });
  });
  request.end(question);
  return promise;
}

/** As in "Secure Contexts" (W3C), 3.1. */
function isHere(hostname: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}

function reasonOf(cause: unknown): string {
  const { message, code } = cause as NodeJS.ErrnoException;
  return message || code || String(cause);
}
