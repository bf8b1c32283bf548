import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { contractFiles } from "../../scripts/schemas.ts";

const files = contractFiles();
const document = JSON.parse(files["config/schema/asyncapi.json"] ?? "");

test("the contract is AsyncAPI 3.0 by the judgement of its makers' own schema", () => {
  const path = createRequire(import.meta.url).resolve("@asyncapi/specs");
  const official = new URL("schemas/3.0.0-without-$id.json", `file://${path}`);
  // Their schema has formats and keywords that a plain validator does not know.
  const judge = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const check = judge.compile(JSON.parse(readFileSync(official, "utf8")));
  assert.deepEqual(check(document) ? [] : check.errors, []);
  const broken = { ...document, channels: { state: { adress: "a" } } };
  assert.equal(check(broken), false, "a mistake is seen");
});

test("every reference of the contract leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
  assert(references.length > 50);
  for (const [, pointer = ""] of references) {
    const target = pointer.split("/").reduce((value, key) => value?.[key], document);
    assert(target !== undefined, pointer);
  }
});

test("every schema is valid JSON Schema 2020-12 with a name of its own", () => {
  const judge = new Ajv2020({ strict: false });
  const schemas = Object.entries(files).filter(([path]) => !path.endsWith("asyncapi.json"));
  for (const [path, text] of schemas) {
    const schema = JSON.parse(text);
    assert.equal(schema.$id, `urn:frontdesk:1:${path.replace(/^.*\/|\.json$/g, "")}`);
    assert.doesNotThrow(() => judge.compile(schema), path);
  }
});
