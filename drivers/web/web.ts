/**
 * A small HTTP server for one page. Hands every request to `answer`, one at a time per connection;
 * bodies are read to their end first, up to 16 KiB. An answer that rejects becomes status 500
 * without its reason, which goes to `onTrouble`. Disposing ends open connections.
 */
export interface Web extends AsyncDisposable {
  /** `http://127.0.0.1:7780` */
  readonly url: string;
}

export interface WebRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Address of the other side. */
  readonly from: string;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}
