import type { Fetch } from "./fetch.ts";
import { fileFetch } from "./file.ts";
import { HttpsFetch, type HttpsOptions } from "./https.ts";

/** By the scheme of the URL: `file:` from here, everything else by HTTPS. */
export function anyFetch(options: HttpsOptions = {}): Fetch & Disposable {
  const web = new HttpsFetch(options);
  const files = fileFetch();
  return {
    get: (url, wish, abort) => (/^file:/i.test(url) ? files : web).get(url, wish, abort),
    [Symbol.dispose]: () => web[Symbol.dispose](),
  };
}
