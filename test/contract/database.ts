import assert from "node:assert/strict";
import { test } from "node:test";
import { type Database, DatabaseError } from "../../drivers/database/database.ts";

/** A fresh, empty database, and the same one as another process opens it. */
export interface DatabaseUnderTest {
  readonly database: Database;
  readonly another: () => Promise<Database>;
}

/** What every Database keeps, whatever it is made of. */
export function databaseContract(name: string, make: () => Promise<DatabaseUnderTest>): void {
  test(`${name}: query() gives rows with the values that were put in`, async () => {
    const { database } = await tables(make);
    const rows = await database.query(
      "INSERT INTO things (id, count, share, word) VALUES ($1, $2, $3, $4) RETURNING *",
      ["a", 2 ** 53 - 1, 0.25, null],
    );
    assert.deepEqual(rows, [{ id: "a", count: 2 ** 53 - 1, share: 0.25, word: null }]);
    const sums = await database.query("SELECT COUNT(*) AS n, SUM(count) AS sum FROM things");
    assert.deepEqual(sums, [{ n: 1, sum: 2 ** 53 - 1 }]);
  });

  test(`${name}: a value is a value, whatever it contains, and may stand twice`, async () => {
    const { database } = await tables(make);
    const word = "'; DROP TABLE things; -- $1 你好";
    await database.query("INSERT INTO things (id, word) VALUES ($1, $2)", ["a", word]);
    const rows = await database.query("SELECT id FROM things WHERE word = $1 OR id = $1", [word]);
    assert.deepEqual(rows, [{ id: "a" }]);
  });

  test(`${name}: troubles are told apart by their code`, async () => {
    const { database } = await tables(make);
    await put(database, "a");
    await assert.rejects(put(database, "a"), troubled("unique"));
    const negative = "INSERT INTO things (id, count) VALUES ('n', -1)";
    await assert.rejects(database.query(negative), troubled("constraint"));
    const orphan = "INSERT INTO parts (id, thing) VALUES ('p', 'none')";
    await assert.rejects(database.query(orphan), troubled("constraint"));
    await assert.rejects(database.query("SELECT * FROM nothing"), troubled("failed"));
  });

  test(`${name}: an append-only table takes rows and keeps them`, async () => {
    const { database } = await tables(make);
    await database.appendOnly("things");
    await put(database, "a");
    for (const change of ["UPDATE things SET count = 2", "DELETE FROM things"]) {
      await assert.rejects(database.query(change), troubled("append-only"), change);
    }
    assert.equal((await database.query("SELECT id FROM things")).length, 1);
  });

  test(`${name}: transaction() keeps all of its work, or nothing when it throws`, async () => {
    const { database } = await tables(make);
    const given = await database.transaction(async (queries) => {
      await put(queries, "a");
      await put(queries, "b");
      return "done";
    });
    assert.equal(given, "done");
    const failing = database.transaction(async (queries) => {
      await put(queries, "c");
      throw new RangeError("stop");
    });
    await assert.rejects(failing, RangeError);
    assert.equal(await count(database), 2);
  });

  test(`${name}: transaction() rolls back what a trouble of the database ends`, async () => {
    const { database } = await tables(make);
    await put(database, "a");
    const failing = database.transaction(async (queries) => {
      await put(queries, "b");
      await put(queries, "a");
    });
    await assert.rejects(failing, troubled("unique"));
    assert.equal(await count(database), 1);
    await put(database, "b");
  });

  test(`${name}: transactions at once count as if one came after the other`, async () => {
    const { database, another } = await tables(make);
    await using second = await another();
    await put(database, "a");
    const steps = Array.from({ length: 40 }, (_, index) => (index % 2 ? second : database));
    await Promise.all(steps.map((one) => one.transaction(increment)));
    assert.deepEqual(await database.query("SELECT count FROM things"), [{ count: 40 }]);
  });

  test(`${name}: two that each read what the other writes do not both pass unseen`, async () => {
    const { database, another } = await tables(make);
    await using second = await another();
    // Write skew: each inserts only while there are none; under snapshots alone both would.
    const insertIfNone = (id: string) => (queries: Pick<Database, "query">) =>
      count(queries).then((n) => (n === 0 ? put(queries, id).then(() => id) : undefined));
    const both = await Promise.all([
      database.transaction(insertIfNone("a")),
      second.transaction(insertIfNone("b")),
    ]);
    assert.equal(both.filter((id) => id !== undefined).length, 1);
    assert.equal(await count(database), 1);
  });

  test(`${name}: transactions about the same thing wait for each other`, async () => {
    const { database, another } = await tables(make);
    await using second = await another();
    await put(database, "a");
    const steps = Array.from({ length: 40 }, (_, index) => (index % 2 ? second : database));
    let runs = 0;
    const counted = (queries: Pick<Database, "query">) => {
      runs++;
      return increment(queries);
    };
    await Promise.all(steps.map((one) => one.transaction(counted, "the count")));
    assert.deepEqual(await database.query("SELECT count FROM things"), [{ count: 40 }]);
    assert.equal(runs, 40);
    const failing = database.transaction(() => Promise.reject(new RangeError("stop")), "the count");
    await assert.rejects(failing, RangeError);
    await second.transaction(counted, "the count");
  });

  test(`${name}: asking the database inside of its transaction is a broken program`, async () => {
    const { database } = await tables(make);
    const work = database.transaction(() => database.query("SELECT 1"));
    await assert.rejects(work, { name: "AssertionError" });
    assert.equal(await count(database), 0);
  });

  test(`${name}: rows are there for whoever opens it next`, async () => {
    const { database, another } = await tables(make);
    await put(database, "a");
    await using second = await another();
    assert.equal(await count(second), 1);
  });

  test(`${name}: one row goes to one taker, however many ask at once`, async () => {
    const { database, another } = await tables(make);
    await using second = await another();
    for (let index = 0; index < 10; index++) await put(database, `row-${index}`);
    const skip = database.dialect === "postgres" ? "FOR UPDATE SKIP LOCKED" : "";
    const take = `UPDATE things SET count = 1 WHERE id =
      (SELECT id FROM things WHERE count = 0 ORDER BY id LIMIT 1 ${skip}) RETURNING id`;
    const takers = Array.from({ length: 10 }, (_, index) => (index % 2 ? second : database));
    const taken = await Promise.all(takers.map((one) => one.query<{ id: string }>(take)));
    assert.equal(new Set(taken.flat().map(({ id }) => id)).size, 10);
  });
}

async function tables(make: () => Promise<DatabaseUnderTest>): Promise<DatabaseUnderTest> {
  const under = await make();
  await under.database.query(
    `CREATE TABLE things (id TEXT PRIMARY KEY, count BIGINT NOT NULL DEFAULT 0 CHECK (count >= 0),
     share DOUBLE PRECISION, word TEXT)`,
  );
  await under.database.query(
    "CREATE TABLE parts (id TEXT PRIMARY KEY, thing TEXT NOT NULL REFERENCES things (id))",
  );
  return under;
}

type Queries = Pick<Database, "query">;

async function put(queries: Queries, id: string): Promise<void> {
  await queries.query("INSERT INTO things (id) VALUES ($1)", [id]);
}

async function count(queries: Queries): Promise<number> {
  const [row] = await queries.query<{ n: number }>("SELECT COUNT(*) AS n FROM things");
  return row?.n ?? 0;
}

async function increment(queries: Queries): Promise<void> {
  const [row] = await queries.query<{ count: number }>("SELECT count FROM things WHERE id = 'a'");
  await queries.query("UPDATE things SET count = $1 WHERE id = 'a'", [(row?.count ?? 0) + 1]);
}

function troubled(code: string): (error: unknown) => boolean {
  return (error) => error instanceof DatabaseError && error.code === code;
}
