import assert from "node:assert/strict";
import { test } from "node:test";
import { openDatabase } from "../../../drivers/database/open.ts";
import { type Migration, migrate, migrations } from "../../../runtime/studio/schema/migrations.ts";
import { freshUrls, onEveryDatabase } from "../../support/databases.ts";

const urls = await freshUrls();
const check = await onEveryDatabase(urls);
const one: Migration = { number: 1, statements: ["CREATE TABLE a (b TEXT)"], appendOnly: ["a"] };
const two: Migration = { number: 2, statements: ["CREATE TABLE c (d TEXT)"], appendOnly: [] };

check("a database that is up to date is left as it is", async (house) => {
  await migrate(house.database, house.nowMs + 1);
  const applied = await house.database.query("SELECT number, applied_ms FROM migrations");
  assert.deepEqual(
    applied,
    migrations.map(({ number }) => ({ number, applied_ms: house.nowMs })),
  );
});

for (const [kind, url] of Object.entries(urls)) {
  test(`${kind}: programs that start at once on an empty database migrate it once`, async () => {
    const address = await url();
    await using parts = new AsyncDisposableStack();
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase(address)));
    for (const database of databases) parts.use(database);
    await Promise.all(databases.map((database) => migrate(database, 1, [one, two])));
    await databases[0]?.query("INSERT INTO c (d) VALUES ('e')");
  });
}

test("steps are applied in order, each once", async () => {
  await using database = await openDatabase("sqlite::memory:");
  await migrate(database, 1, [one]);
  await migrate(database, 2, [one, two]);
  const applied = await database.query("SELECT number, applied_ms FROM migrations");
  assert.deepEqual(applied, [
    { number: 1, applied_ms: 1 },
    { number: 2, applied_ms: 2 },
  ]);
});

test("a step that fails leaves nothing of it", async () => {
  await using database = await openDatabase("sqlite::memory:");
  const broken = { ...two, statements: [...two.statements, "CREATE TABLE a (b TEXT)"] };
  await assert.rejects(migrate(database, 1, [one, broken]), { code: "failed" });
  await assert.rejects(database.query("SELECT * FROM a"), { code: "failed" });
  await migrate(database, 1, [one, two]);
});

test("a database of a newer or of another program is refused, and left alone", async () => {
  await using database = await openDatabase("sqlite::memory:");
  await migrate(database, 1, [one, two]);
  await assert.rejects(migrate(database, 2, [one]), /it has step 2, this program knows up to 1/);
  const other = { ...one, statements: ["CREATE TABLE a (z TEXT)"] };
  await assert.rejects(migrate(database, 2, [other, two]), /step 1 is not this program's own/);
});
