import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import fc from "fast-check";
import { Type } from "typebox";
import { skus } from "../../../config/skus.ts";
import { uploadKinds } from "../../../config/uploads.ts";
import { rangeOf } from "../../../drivers/site/range.ts";
import type { SiteRequest } from "../../../drivers/site/site.ts";
import type { Session } from "../../../runtime/studio/people/person.ts";
import { Refusal } from "../../../runtime/studio/refusal.ts";
import { steps } from "../../../runtime/studio/task/steps.ts";
import { stages } from "../../../runtime/studio/task/task.ts";
import { actions } from "../../../runtime/studio/web/actions.ts";
import { localPath } from "../../../runtime/studio/web/answers.ts";
import { checked, inputOf } from "../../../runtime/studio/web/form.ts";
import { Guard } from "../../../runtime/studio/web/guard.ts";
import { html } from "../../../runtime/studio/web/html.ts";
import { languageOf, wordsOf } from "../../../runtime/studio/web/language.ts";
import { openApi } from "../../../runtime/studio/web/openapi.ts";
import { pages } from "../../../runtime/studio/web/pages.ts";
import english from "../../../runtime/studio/web/words/en.json" with { type: "json" };
import chinese from "../../../runtime/studio/web/words/zh.json" with { type: "json" };

test("html`` escapes every text and lets nothing but its own markup through", () => {
  const evil = `<script>"&'</script>`;
  const safe = "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;";
  assert.equal(html`<a title="${evil}">${evil}</a>`.text, `<a title="${safe}">${safe}</a>`);
  assert.equal(html`${[html`<b>${1}</b>`, undefined, false, "&"]}`.text, "<b>1</b>&amp;");
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.doesNotMatch(html`${text}`.text, /[<>"']/);
    }),
  );
});

test("both dictionaries have the same words with the same fills", () => {
  assert.deepEqual(Object.keys(chinese), Object.keys(english));
  const fillsOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [word, text] of Object.entries(english)) {
    assert.deepEqual(fillsOf(chinese[word as keyof typeof chinese]), fillsOf(text), word);
  }
});

test("the Chinese dictionary is Chinese", () => {
  const same = new Set(["avatar.id", "list.dot", "order.line"]);
  const left = Object.entries(chinese)
    .filter(([word]) => !same.has(word))
    .filter(([, text]) => !/[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/.test(text));
  assert.deepEqual(left, []);
});

test("every name that is made at run time has its words", () => {
  const names = [
    ...skus.map(({ sku }) => `sku.${sku}`),
    ...stages.map((stage) => `stage.${stage}`),
    ...Object.values(steps).map(({ to }) => `step.${to.replace(" ", ".")}`),
    ...Object.values(steps).flatMap(({ from }) =>
      from.map((place) => `step.${place.replace(" ", ".")}`),
    ),
    ...["submit", "revise", "assign", ...Object.keys(steps)].map((step) => `history.${step}`),
    ...Object.keys(uploadKinds).map((purpose) => `purpose.${purpose}`),
    ...actions.filter(({ form }) => form).map(({ id }) => `done.${id}`),
  ];
  const words = wordsOf("en");
  assert.deepEqual(
    names.filter((name) => words.of(name) === name),
    [],
  );
});

test("the check's advice is in the dictionary, in its own words", () => {
  const place = new URL("../../../scripts/train-avatar/findings.py", import.meta.url);
  const table = /ADVICE = \{(.*?)\n\}/s.exec(readFileSync(place, "utf8"))?.[1] ?? "";
  const rows = [...table.matchAll(/"([A-Z_]+)": \(\s*"\w+",\s*"([^"]+)",?\s*\)/g)];
  assert(rows.length > 40);
  const words = wordsOf("en");
  for (const [, code, advice] of rows) assert.equal(words.of(`advice.${code}`), advice);
});

test("the language is the chosen one, else the browser's first that is ours", () => {
  assert.equal(languageOf("zh", "en"), "zh");
  assert.equal(languageOf(undefined, "fr, zh-CN;q=0.8, en;q=0.9"), "en");
  assert.equal(languageOf(undefined, "zh-TW, en;q=0.1"), "zh");
  assert.equal(languageOf(undefined, "zh;q=0, de"), "en");
  assert.equal(languageOf("xx", undefined), "en");
});

test("the OpenAPI document is one by the judgement of another's validator", async () => {
  const document = JSON.parse(JSON.stringify(openApi("1.0.0")));
  const verdict = await new Validator().validate(document);
  assert.deepEqual(verdict.errors ?? [], []);
  const broken = { ...document, paths: { "/a": { get: { responses: { wrong: 1 } } } } };
  assert.equal((await new Validator().validate(broken)).valid, false, "a mistake is seen");
});

test("every action is in the document, and its page is there", () => {
  const document = openApi("1") as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const ids = Object.values(document.paths).flatMap((operations) =>
    Object.values(operations).map(({ operationId }) => operationId),
  );
  for (const { id, form, path, method } of actions) {
    assert(ids.includes(id), id);
    if (!form) continue;
    assert.equal(method, "POST", id);
    assert(
      pages.some((page) => page.path === form.page),
      `${path} is shown again by a page`,
    );
  }
  assert.equal(new Set(ids.filter(Boolean)).size, ids.filter(Boolean).length);
});

test("a form's fields become what the schema asks for; what is wrong is told by its place", () => {
  const schema = Type.Object({
    count: Type.Integer({ minimum: 1 }),
    targets: Type.Array(Type.String()),
    on: Type.Optional(Type.Boolean()),
    note: Type.Optional(Type.String()),
  });
  const fields = (text: string) => {
    const all = new Map<string, string[]>();
    for (const [name, value] of new URLSearchParams(text)) {
      all.set(name, [...(all.get(name) ?? []), value]);
    }
    return all;
  };
  const good = inputOf(schema, fields("count=3&targets=a&targets=b&on=true&note=&other=1"));
  assert.deepEqual(good, { count: 3, targets: ["a", "b"], on: true });
  assert.deepEqual(checked(schema, { ...good, other: 1 }), { input: good });
  const bad = checked(schema, inputOf(schema, fields("count=x&targets=a")));
  assert("refusal" in bad && bad.refusal instanceof Refusal);
  assert.equal(bad.refusal.path, "/count");
});

test("a way back leads nowhere else", () => {
  assert.equal(localPath("/tasks/01?type=studio"), "/tasks/01?type=studio");
  for (const path of ["//evil.example", "https://evil.example", "/\\evil", "", undefined, "x"]) {
    assert.equal(localPath(path), "/");
  }
});

test("rangeOf() gives bytes that are there", () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.nat(2_000), fc.nat(2_000), (bytes, first, last) => {
      for (const header of [`bytes=${first}-${last}`, `bytes=${first}-`, `bytes=-${last}`]) {
        const range = rangeOf(header, bytes);
        if (range === undefined || range === "unsatisfiable") continue;
        assert(range.from >= 0 && range.from < range.to && range.to <= bytes);
      }
    }),
  );
});

const session = { kind: "browser", csrf: "right" } as Session;

function request(headers: Record<string, string>, secure = false): SiteRequest {
  return { headers: new Map(Object.entries(headers)), secure } as unknown as SiteRequest;
}

test("Guard: a change is meant when it comes from our page with our token", () => {
  const guard = new Guard();
  const own = { host: "studio.example", origin: "http://studio.example" };
  assert(guard.isMeant(request(own), session, "right"));
  assert(guard.isMeant(request({ ...own, "x-frontdesk-token": "right" }), session, undefined));
  assert(!guard.isMeant(request(own), session, "wrong"));
  assert(!guard.isMeant(request(own), session, undefined));
  assert(!guard.isMeant(request({ ...own, origin: "http://evil.example" }), session, "right"));
  assert(!guard.isMeant(request({ ...own, origin: "null" }), session, "right"));
  assert(!guard.isMeant(request({ ...own, "sec-fetch-site": "cross-site" }), session, "right"));
  assert(!guard.isMeant(request(own, true), session, "right"), "the scheme belongs to the origin");
});

test("Guard: a program's token is no cookie", () => {
  const api = { ...session, kind: "api" } as Session;
  assert(new Guard().isMeant(request({ authorization: "Bearer x" }), api, undefined));
  assert(!new Guard().isMeant(request({ cookie: "frontdesk_session=x" }), api, "right"));
});

test("Guard: one address tries ten passwords at once, then one in ten seconds", () => {
  const guard = new Guard();
  const tries = Array.from({ length: 12 }, () => guard.isTooFast("sign-in", "10.0.0.1", 0));
  assert.equal(tries.filter((isTooFast) => !isTooFast).length, 10);
  assert(!guard.isTooFast("sign-in", "10.0.0.2", 0), "others are not held up");
  assert(!guard.isTooFast("sign-in", "10.0.0.1", 10_000));
});
