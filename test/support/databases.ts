import { after, test } from "node:test";
import { startPostgres } from "../../scripts/bench/postgres-server.ts";
import { type House, openHouse } from "./studio.ts";

/** URLs of new, empty databases of each kind; the server stops with the tests. */
export async function freshUrls(): Promise<Readonly<Record<string, () => Promise<string>>>> {
  const server = await startPostgres({ durable: false });
  after(() => server[Symbol.asyncDispose]());
  return { sqlite: async () => "sqlite::memory:", postgres: () => server.fresh() };
}

/** A test that is run on every database, each time on an empty one. */
export async function onEveryDatabase(
  urls?: Awaited<ReturnType<typeof freshUrls>>,
): Promise<(name: string, run: (house: House) => Promise<void>) => void> {
  const all = Object.entries(urls ?? (await freshUrls()));
  return (name, run) => {
    for (const [kind, url] of all) {
      test(`${kind}: ${name}`, async () => {
        await using house = await openHouse(await url());
        await run(house);
      });
    }
  };
}
