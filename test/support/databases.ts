import { after, test } from "node:test";
import { startPostgres } from "../../scripts/bench/postgres-server.ts";
import type { House } from "./studio.ts";
import { openHouse } from "./studio.ts";

/** A test that is run on every database, each time on an empty one. */
export async function onEveryDatabase(): Promise<
  (name: string, run: (house: House) => Promise<void>) => void
> {
  const server = await startPostgres({ durable: false });
  after(() => server[Symbol.asyncDispose]());
  const urls = {
    sqlite: async () => "sqlite::memory:",
    postgres: () => server.fresh(),
  };
  return (name, run) => {
    for (const [kind, url] of Object.entries(urls)) {
      test(`${kind}: ${name}`, async () => {
        await using house = await openHouse(await url());
        await run(house);
      });
    }
  };
}
