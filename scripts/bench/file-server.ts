import { createHash } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { certificate } from "./certificate.ts";

/** How the server treats one question; undefined: well. */
export type Treatment =
  | { readonly kind: "cut"; readonly afterBytes: number }
  | { readonly kind: "stall"; readonly afterBytes: number }
  /** One byte at a time, for ever. */
  | { readonly kind: "drip" }
  | { readonly kind: "endless" }
  /** As a server that knows no ranges. */
  | { readonly kind: "whole" }
  | { readonly kind: "answer"; readonly status: number; readonly headers: Headers }
  /** Ranges of whatever file is there now, as a server that knows no If-Range. */
  | { readonly kind: "careless" };

type Headers = Readonly<Record<string, string>>;

const blockBytes = 16 * 1024;

/** A real HTTPS server on 127.0.0.1 over files in memory, which may be made to misbehave. */
export class FileServer implements AsyncDisposable {
  readonly files = new Map<string, Uint8Array>();
  /** PEM of the certificate, which vouches for itself. */
  readonly ca: string;
  treat: (path: string, from: number) => Treatment | undefined = () => undefined;
  readonly #server: Server;
  #given = 0;
  #asked = 0;

  private constructor(server: Server, ca: string) {
    this.#server = server;
    this.ca = ca;
    server.on("request", (request, answer) => {
      void this.#serve(request, answer).catch(() => answer.destroy());
    });
  }

  static async start(): Promise<FileServer> {
    const { key, cert } = certificate();
    const server = createServer({ key, cert });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FileServer(server, cert);
  }

  /** Questions, and bytes of bodies that were handed to the network. */
  get told(): { readonly asked: number; readonly given: number } {
    return { asked: this.#asked, given: this.#given };
  }

  url(path: string): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.#asked += 1;
    const path = (request.url ?? "").slice(1);
    const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const treatment = this.treat(path, asked);
    if (treatment?.kind === "answer") {
      answer.writeHead(treatment.status, treatment.headers).end("no");
      return;
    }
    const file = this.files.get(path);
    if (file === undefined) {
      answer.writeHead(404).end("no");
      return;
    }
    if (treatment?.kind === "endless" || treatment?.kind === "drip") {
      await this.#pour(answer, treatment.kind === "drip" ? 1 : blockBytes);
      return;
    }
    const from = head(request, answer, file, { asked, treatment });
    if (from !== undefined) await this.#send(answer, file.subarray(from), treatment);
  }

  async #send(answer: ServerResponse, rest: Uint8Array, treatment?: Treatment): Promise<void> {
    const ends = treatment?.kind === "cut" || treatment?.kind === "stall";
    const bytes = ends ? Math.min(treatment.afterBytes, rest.length) : rest.length;
    for (let at = 0; at < bytes; at += blockBytes) {
      await this.#write(answer, rest.subarray(at, Math.min(bytes, at + blockBytes)));
    }
    if (treatment?.kind === "stall") return;
    if (treatment?.kind === "cut") answer.socket?.end(() => answer.socket?.destroy());
    else answer.end();
  }

  async #pour(answer: ServerResponse, bytes: number): Promise<void> {
    answer.writeHead(200);
    const block = new Uint8Array(bytes);
    while (!answer.destroyed) {
      await this.#write(answer, block);
      if (bytes === 1) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Resolves when the network took it. */
  #write(answer: ServerResponse, block: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      answer.write(block, (error) => (error ? reject(error) : resolve()));
      this.#given += block.length;
    });
  }
}

/** Writes the head (RFC 9110, 14) and gives the first byte to send, or undefined: none. */
function head(
  request: IncomingMessage,
  answer: ServerResponse,
  file: Uint8Array,
  { asked, treatment }: { readonly asked: number; readonly treatment: Treatment | undefined },
): number | undefined {
  const etag = `"${createHash("sha256").update(file).digest("hex").slice(0, 16)}"`;
  const condition = request.headers["if-range"];
  const isSame = condition === undefined || condition === etag || treatment?.kind === "careless";
  const from = isSame && treatment?.kind !== "whole" ? asked : 0;
  if (from > 0 && from >= file.length) {
    answer.writeHead(416, { "content-range": `bytes */${file.length}` }).end();
    return undefined;
  }
  const headers = { etag, "content-length": file.length - from, "accept-ranges": "bytes" };
  const range = { "content-range": `bytes ${from}-${file.length - 1}/${file.length}` };
  if (from > 0) answer.writeHead(206, { ...headers, ...range });
  else answer.writeHead(200, headers);
  return from;
}
