import { Readable } from "node:stream";
import cookie from "@fastify/cookie";
import multipart from "@fastify/multipart";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { bodyOf, fieldsOf, partsMax } from "./body.ts";
import { rangeOf } from "./range.ts";
import type {
  Fallback,
  Site,
  SiteAnswer,
  SiteFile,
  SiteMethod,
  SitePlace,
  SiteRequest,
  SiteRoute,
  SiteSocketRoute,
} from "./site.ts";
import { openSockets } from "./sockets.ts";

/** What is read before a route is asked. */
const bodyBytesMax = 1024 * 1024;
/** A side that neither sends nor takes a byte for so long is gone. */
const idleMsMax = 120_000;
/** A film of several GB over a slow line, in one request. */
const requestMsMax = 12 * 3600_000;

/** Serves by fastify; rejects with the system's reason when the address is taken. */
export async function openFastify(
  place: SitePlace,
  routes: readonly SiteRoute[],
  fallback: Fallback,
  sockets: readonly SiteSocketRoute[] = [],
): Promise<Site> {
  const app = fastifyOf(place);
  await app.register(cookie);
  await app.register(multipart, { limits: partsMax });
  readBodies(app);
  for (const { method, path, answer } of routes) {
    app.route({
      method,
      url: path,
      handler: async (request, reply) => send(request, reply, await answer(requestOf(request))),
    });
  }
  const fall = async (status: number, request: FastifyRequest, reply: FastifyReply) =>
    send(request, reply, await fallback(status, requestOf(request)));
  app.setNotFoundHandler((request, reply) => fall(404, request, reply));
  app.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) place.onTrouble(error);
    return fall(status, request, reply);
  });
  const doors = openSockets(app.server, sockets);
  await app.listen({ host: place.host, port: place.port });
  return {
    url: urlOf(app, place),
    async [Symbol.asyncDispose]() {
      doors[Symbol.dispose]();
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function fastifyOf({ tls, behindProxy }: SitePlace): FastifyInstance {
  const options = {
    bodyLimit: bodyBytesMax,
    connectionTimeout: idleMsMax,
    requestTimeout: requestMsMax,
    forceCloseConnections: true,
    trustProxy: behindProxy ? "loopback" : false,
    routerOptions: { maxParamLength: 200 },
  } as const;
  return tls === undefined
    ? fastify(options)
    : (fastify({ ...options, https: tls }) as unknown as FastifyInstance);
}

function readBodies(app: FastifyInstance): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, text, done) => done(null, fieldsOf(String(text))),
  );
  app.addContentTypeParser("application/sdp", { parseAs: "buffer" }, (_request, bytes, done) =>
    done(null, bytes),
  );
  // The bytes of an upload are its route's own to read.
  app.addContentTypeParser("application/offset+octet-stream", (_request, payload, done) =>
    done(null, payload),
  );
}

function requestOf(request: FastifyRequest): SiteRequest {
  const url = new URL(`http://site${request.url.startsWith("/") ? request.url : "/"}`);
  const params = (request.params ?? {}) as Record<string, string>;
  return {
    method: request.method as SiteMethod,
    path: url.pathname,
    params: new Map(Object.entries(params)),
    query: new Map(url.searchParams),
    headers: new Map(Object.entries(request.headers).map(([name, is]) => [name, String(is)])),
    cookies: new Map(
      Object.entries(request.cookies).map(([name, value]) => [name, value ?? ""] as const),
    ),
    body: bodyOf(request),
    from: request.ip,
    secure: request.protocol === "https",
  };
}

function send(request: FastifyRequest, reply: FastifyReply, answer: SiteAnswer): FastifyReply {
  const { status, headers, cookies = [], body } = answer;
  reply.code(status).headers(headers);
  // Who has come by TLS once comes by nothing else for a year (RFC 6797).
  if (request.protocol === "https") reply.header("strict-transport-security", "max-age=31536000");
  for (const { name, value, seconds } of cookies) {
    const kept = { path: "/", httpOnly: true, sameSite: "lax", maxAge: seconds } as const;
    reply.setCookie(name, value, { ...kept, secure: request.protocol === "https" });
  }
  if (typeof body === "string" || body instanceof Uint8Array) {
    return reply.send(typeof body === "string" ? body : Buffer.from(body));
  }
  return sendFile(request, reply, body);
}

/** Ranges and unchanged files by RFC 9110, 13.1 and 14. */
function sendFile(request: FastifyRequest, reply: FastifyReply, file: SiteFile): FastifyReply {
  const etag = `"${file.etag}"`;
  reply.headers({ etag, "accept-ranges": "bytes" });
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  const condition = request.headers["if-range"];
  const isSame = condition === undefined || condition === etag;
  const range = isSame ? rangeOf(request.headers.range, file.bytes) : undefined;
  if (range === "unsatisfiable") {
    return reply.code(416).header("content-range", `bytes */${file.bytes}`).send();
  }
  const { from, to } = range ?? { from: 0, to: file.bytes };
  if (range) reply.code(206).header("content-range", `bytes ${from}-${to - 1}/${file.bytes}`);
  reply.header("content-length", to - from);
  if (request.method === "HEAD") return reply.send(Readable.from([]));
  return reply.send(Readable.from(file.read(from, to), { objectMode: false }));
}

function urlOf(app: FastifyInstance, { host, port, tls }: SitePlace): string {
  const address = app.server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  return `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${bound}`;
}
