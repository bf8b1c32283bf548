import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Web, WebAnswer, WebRequest } from "./web.ts";

export interface HttpPlace {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly onTrouble: (error: unknown) => void;
}

const bodyBytesMax = 16 * 1024;

/** Serves on one address; rejects with the system's reason when it is taken. */
export async function openHttp(
  { host, port, onTrouble }: HttpPlace,
  answer: (request: WebRequest) => Promise<WebAnswer>,
): Promise<Web> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 });
  server.maxConnections = 32;
  server.on("request", (incoming, outgoing) => {
    void serve(incoming, answer)
      .catch((error): WebAnswer => {
        onTrouble(error);
        return { status: 500, headers: { "content-type": "text/plain" }, body: "internal error\n" };
      })
      .then((result) => send(outgoing, result, incoming.method === "HEAD"));
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${shown}:${bound}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  incoming: IncomingMessage,
  answer: (request: WebRequest) => Promise<WebAnswer>,
): Promise<WebAnswer> {
  const body = await readBody(incoming);
  if (body === undefined) {
    return { status: 413, headers: { "content-type": "text/plain" }, body: "too long\n" };
  }
  // A path that begins with two slashes is no host of its own.
  const url = new URL(`http://page${incoming.url?.startsWith("/") ? incoming.url : "/"}`);
  const headers = new Map(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value ?? "")]),
  );
  return answer({
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: new Map(url.searchParams),
    headers,
    body,
    from: incoming.socket.remoteAddress ?? "",
  });
}

async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(outgoing: ServerResponse, { status, headers, body }: WebAnswer, bare: boolean): void {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  outgoing.writeHead(status, { ...headers, "content-length": bytes.length });
  outgoing.end(bare ? undefined : bytes);
}
