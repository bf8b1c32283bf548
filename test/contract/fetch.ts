import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Fetch,
  FetchError,
  type Fetched,
  type FetchTrouble,
} from "../../drivers/fetch/fetch.ts";

/** A source that holds `file` at `url` and nothing at `missing`. */
export interface FetchUnderTest extends AsyncDisposable {
  readonly fetch: Fetch;
  readonly url: string;
  readonly missing: string;
  /** Puts another file in its place. */
  replace(bytes: Uint8Array): Promise<void>;
}

/** What every Fetch keeps, wherever the bytes come from. */
export function fetchContract(
  name: string,
  make: (file: Uint8Array) => Promise<FetchUnderTest>,
): void {
  const file = Uint8Array.from({ length: 200_001 }, (_, at) => (at * 7 + (at >> 8)) & 255);
  const bytesMax = file.length;

  test(`${name}: the whole file, its size and its tag`, async () => {
    await using world = await make(file);
    const got = await world.fetch.get(world.url, { bytesMax }, never);
    assert.deepEqual([got.from, got.bytes], [0, file.length]);
    assert.equal(typeof got.tag, "string");
    assert.ok((await all(got)).equals(file));
  });

  test(`${name}: from any byte on, while the file is the same`, async () => {
    await using world = await make(file);
    const { tag, chunks } = await world.fetch.get(world.url, { bytesMax }, never);
    for await (const _ of chunks) break;
    for (const from of [1, 65_536, file.length - 1]) {
      const got = await world.fetch.get(world.url, { bytesMax, from, tag }, never);
      assert.deepEqual([got.from, got.bytes, got.tag], [from, file.length, tag]);
      assert.ok((await all(got)).equals(file.subarray(from)));
    }
  });

  test(`${name}: all of it once it is another file, or ends before`, async () => {
    await using world = await make(file);
    const first = await world.fetch.get(world.url, { bytesMax }, never);
    await all(first);
    const other = file.map((byte) => byte ^ 255).subarray(0, 1_000);
    await world.replace(other);
    const wish = { bytesMax, from: 500, tag: first.tag };
    const got = await world.fetch.get(world.url, wish, never);
    assert.equal(got.from, 0);
    assert.notEqual(got.tag, first.tag);
    assert.ok((await all(got)).equals(other));
    const beyond = await world.fetch.get(world.url, { bytesMax, from: 5_000 }, never);
    assert.equal(beyond.from, 0);
    assert.ok((await all(beyond)).equals(other));
  });

  test(`${name}: what is larger than it may be is refused`, async () => {
    await using world = await make(file);
    const wish = { bytesMax: file.length - 1 };
    const asked = world.fetch.get(world.url, wish, never).then(all);
    await assert.rejects(asked, troubleOf("FETCH_TOO_LARGE"));
  });

  test(`${name}: a file that is not there is refused with 404`, async () => {
    await using world = await make(file);
    const asked = world.fetch.get(world.missing, { bytesMax }, never);
    await assert.rejects(asked, (error) => {
      assert.ok(error instanceof FetchError);
      assert.deepEqual([error.code, error.status, error.retryable], ["FETCH_REFUSED", 404, false]);
      return true;
    });
  });

  test(`${name}: an abort ends it with its reason, before and within`, async () => {
    await using world = await make(file);
    const over = new AbortController();
    const got = await world.fetch.get(world.url, { bytesMax }, over.signal);
    const reason = new Error("enough");
    const reading = (async () => {
      for await (const _ of got.chunks) over.abort(reason);
    })();
    await assert.rejects(reading, reason);
    await assert.rejects(world.fetch.get(world.url, { bytesMax }, over.signal), reason);
  });
}

export const never: AbortSignal = new AbortController().signal;

export async function all({ chunks }: Fetched): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts);
}

export function troubleOf(code: FetchTrouble): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof FetchError, `${error}`);
    assert.equal(error.code, code, error.message);
    return true;
  };
}
