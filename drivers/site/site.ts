/**
 * A web server with routes. Each request is given to the route of its method and path, its body by
 * what it claims to be: small ones are read first, up to 1 MiB; the bytes of an upload and the
 * parts of a multipart form are the route's own to read, as they come and in their order, once.
 *
 * A `GET` route answers `HEAD` as well, unless there is one of its own. What has no route, cannot
 * be read or fails is answered by the `Fallback` with its status: 400, 404, 413, 415 or 500, whose
 * reason goes to `onTrouble` alone. Disposing ends open connections.
 */
export interface Site extends AsyncDisposable {
  /** `http://127.0.0.1:7790` */
  readonly url: string;
}

export interface SitePlace {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** PEM; with them the site speaks TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Believes `X-Forwarded-For` and `X-Forwarded-Proto` of a proxy on this host's loopback. */
  readonly behindProxy: boolean;
  readonly onTrouble: (error: unknown) => void;
}

export type SiteMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

export interface SiteRoute {
  readonly method: SiteMethod;
  /** As `/tasks/:id`; a name stands for one part of the path. */
  readonly path: string;
  answer(request: SiteRequest): Promise<SiteAnswer>;
}

export type Fallback = (status: number, request: SiteRequest) => Promise<SiteAnswer>;

/**
 * A path that is taken as a WebSocket (RFC 6455). `admit` says who may come: `undefined` is yes, a
 * status in its place is the answer. Messages are text of up to 64 KiB; a larger one, or bytes, end
 * the connection. What the other side does not take in time is dropped with the connection.
 */
export interface SiteSocketRoute {
  readonly path: string;
  admit(request: SiteSocketRequest): number | undefined;
  open(socket: SiteSocket, request: SiteSocketRequest): void;
}

export type SiteSocketRequest = Pick<SiteRequest, "path" | "params" | "query" | "headers" | "from">;

export interface SiteSocket {
  send(text: string): void;
  /** By RFC 6455, 7.4: 1000 and 4000 to 4999. */
  close(code: number, reason: string): void;
  onMessage(listener: (text: string) => void): void;
  onClosed(listener: () => void): void;
}

export interface SiteRequest {
  readonly method: SiteMethod;
  /** Without the query. */
  readonly path: string;
  /** What the names of the route's path stand for, decoded. */
  readonly params: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly body: SiteBody;
  /** Address of the other side. */
  readonly from: string;
  /** Whether the other side came by TLS. */
  readonly secure: boolean;
}

export type SiteBody =
  | { readonly kind: "none" }
  /** An offer of WebRTC (application/sdp). */
  | { readonly kind: "sdp"; readonly text: string }
  | { readonly kind: "fields"; readonly fields: SiteFields }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "parts"; readonly parts: AsyncIterable<SitePart> }
  | { readonly kind: "bytes"; readonly bytes: AsyncIterable<Uint8Array> };

/** A form as it was sent: a name may come more than once. */
export type SiteFields = ReadonlyMap<string, readonly string[]>;

/** A part of a form. A file that is not read to its end is passed over. */
export type SitePart =
  | { readonly kind: "field"; readonly name: string; readonly value: string }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly fileName: string;
      readonly bytes: AsyncIterable<Uint8Array>;
    };

export interface SiteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly SiteCookie[];
  readonly body: string | Uint8Array | SiteFile;
}

/** Kept from scripts and from other sites' forms, and from plain HTTP where the request was not. */
export interface SiteCookie {
  readonly name: string;
  /** Empty: forget it. */
  readonly value: string;
  readonly seconds: number;
}

/** Bytes that are sent as they are read; a request for a range of them is answered with 206. */
export interface SiteFile {
  readonly bytes: number;
  /** Without quotes; the same bytes have the same. */
  readonly etag: string;
  /** From the byte `from` up to, not including, `to`. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}
