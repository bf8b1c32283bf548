import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { SiteSocket, SiteSocketRequest, SiteSocketRoute } from "./site.ts";

/** What the other side has not taken by then is more than a slow line. */
const waitingBytesMax = 1024 * 1024;
const messageBytesMax = 64 * 1024;

/** Takes WebSockets at the paths of `routes`; disposing ends those that are open. */
export function openSockets(server: Server, routes: readonly SiteSocketRoute[]): Disposable {
  const taker = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax });
  if (routes.length > 0) {
    server.on("upgrade", (incoming, stream, head) => {
      const found = find(incoming, routes);
      const refused = found ? found.route.admit(found.request) : 404;
      if (!found || refused !== undefined) return refuse(stream, refused ?? 404);
      taker.handleUpgrade(incoming, stream, head, (socket) => {
        found.route.open(socketOf(socket), found.request);
      });
    });
  }
  return {
    [Symbol.dispose]() {
      for (const client of taker.clients) client.terminate();
      taker.close();
    },
  };
}

function socketOf(socket: WebSocket): SiteSocket {
  // Its end, which follows, is what counts.
  socket.on("error", () => undefined);
  return {
    send(text) {
      if (socket.bufferedAmount > waitingBytesMax) socket.terminate();
      else socket.send(text);
    },
    close: (code, reason) => socket.close(code, reason),
    onMessage(listener) {
      socket.on("message", (data, isBinary) => {
        if (isBinary) socket.close(unreadable, "text is due");
        else listener(String(data));
      });
    },
    onClosed: (listener) => void socket.on("close", listener),
  };
}

/** RFC 6455, 7.4.1: data of a kind that is not taken. */
const unreadable = 1003;

function find(
  incoming: IncomingMessage,
  routes: readonly SiteSocketRoute[],
): { route: SiteSocketRoute; request: SiteSocketRequest } | undefined {
  const url = URL.parse(`http://site${incoming.url}`);
  if (!url) return undefined;
  for (const route of routes) {
    const params = paramsOf(route.path, url.pathname);
    if (!params) continue;
    const headers = Object.entries(incoming.headers).map(
      ([name, is]) => [name, String(is)] as const,
    );
    const request = {
      ...{ path: url.pathname, params, query: new Map(url.searchParams) },
      ...{ headers: new Map(headers), from: incoming.socket.remoteAddress ?? "" },
    };
    return { route, request };
  }
  return undefined;
}

function paramsOf(pattern: string, path: string): Map<string, string> | undefined {
  const names = pattern.split("/");
  const parts = path.split("/");
  if (names.length !== parts.length) return undefined;
  const params = new Map<string, string>();
  for (const [at, name] of names.entries()) {
    const part = parts[at] ?? "";
    if (name.startsWith(":")) params.set(name.slice(1), part);
    else if (name !== part) return undefined;
  }
  return params;
}

function refuse(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
