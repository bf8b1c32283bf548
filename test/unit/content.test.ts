import assert from "node:assert/strict";
import { test } from "node:test";
import { answerContent, contentAsIs } from "../../runtime/fleet/content.ts";

const installed = [{ id: "anna", tier: "720p" }];

test("answerContent() names each avatar that is not here, and takes a set that is", () => {
  const here = answer({ version: 3, avatars: [{ id: "anna" }] });
  assert.deepEqual([here.version, here.state, here.errors], [3, "installed", []]);
  const other = answer({ version: 4, avatars: [{ id: "anna" }, { id: "ben" }, { id: "cleo" }] });
  assert.deepEqual([other.version, other.state], [4, "rejected"]);
  const paths = other.errors.map(({ code, path }) => `${code} ${path}`);
  assert.deepEqual(paths, ["UNSUPPORTED /avatars/1/id", "UNSUPPORTED /avatars/2/id"]);
  assert.deepEqual(other.installed, installed);
});

test("answerContent() tells every error of a document that cannot be read", () => {
  const wrong = answer({ version: 0, avatars: [{ id: "No Id" }] });
  assert.deepEqual(
    wrong.errors.map(({ path }) => path),
    ["/version", "/avatars/0/id"],
  );
  const torn = answerContent(new TextEncoder().encode("{"), installed);
  assert.deepEqual([torn.version, torn.errors[0]?.code], [null, "INVALID_JSON"]);
  assert.equal(contentAsIs(installed).state, "none");
});

function answer(body: object) {
  return answerContent(new TextEncoder().encode(JSON.stringify(body)), installed);
}
