import { type Fetch, FetchError } from "../../../drivers/fetch/fetch.ts";
import { fetchWhole } from "../whole.ts";
import { TrustError } from "./trouble.ts";

/** Metadata of one repository, by the names of its files. */
export interface Source {
  /**
   * The whole file, or undefined where there is none. Throws TrustError when it cannot be had or is
   * longer than `bytesMax`, and the abort's reason.
   */
  read(name: string, bytesMax: number, abort: AbortSignal): Promise<Uint8Array | undefined>;
}

/**
 * The file of a role, in a version with consistent snapshots (TUF specification 1.0.33, 6.2). A
 * delegated role is called as its maker likes: no character of the name leads elsewhere.
 */
export function fileOf(role: string, version?: number): string {
  // What encodeURIComponent leaves, but RFC 3986 (2.3) does not.
  const rest = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  const quoted = encodeURIComponent(role).replace(/[!'()*]/g, rest);
  return version === undefined ? `${quoted}.json` : `${version}.${quoted}.json`;
}

/** The files of `<base>/metadata/`. */
export function metadataSource(fetch: Fetch, base: string): Source {
  const folder = `${base.replace(/\/+$/, "")}/metadata/`;
  return {
    async read(name, bytesMax, abort) {
      try {
        return await fetchWhole(fetch, folder + name, bytesMax, abort);
      } catch (error) {
        if (abort.aborted || !(error instanceof FetchError)) throw error;
        if (error.status !== undefined && absent.has(error.status)) return undefined;
        const code = codes[error.code] ?? "TRUST_UNREACHABLE";
        throw new TrustError(code, error.message, error);
      }
    },
  };
}

/** A store of objects answers 403 for a file that is not there, as python-tuf takes it too. */
const absent: ReadonlySet<number> = new Set([403, 404]);

const codes: Partial<Record<FetchError["code"], TrustError["code"]>> = {
  FETCH_TOO_LARGE: "TRUST_ENDLESS_DATA",
  FETCH_STALLED: "TRUST_STALLED",
};
