import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { WebRequest } from "../../drivers/web/web.ts";
import { Metrics } from "../../runtime/diagnostics/metrics.ts";
import { Monitor } from "../../runtime/diagnostics/monitor.ts";
import { Guard } from "../../runtime/diagnostics/page/guard.ts";
import { escaped } from "../../runtime/diagnostics/page/html.ts";
import { Page } from "../../runtime/diagnostics/page/page.ts";
import type { PageSource } from "../../runtime/diagnostics/page/source.ts";
import { Redactor } from "../../runtime/diagnostics/redact.ts";
import { Throttle } from "../../runtime/diagnostics/throttle.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";

const token = "the-token-of-this-start";
const host = ["host", "127.0.0.1:7780"] as const;

function request(over: Partial<WebRequest> & { readonly more?: [string, string][] } = {}) {
  const { more = [], ...rest } = over;
  const headers = new Map<string, string>([host, ...more]);
  const plain = { method: "GET", path: "/", query: new Map(), body: "", from: "127.0.0.1" };
  return { ...plain, headers, ...rest };
}

function guard(password?: string): Guard {
  return new Guard({ hosts: ["127.0.0.1", "::1"], token, ...(password ? { password } : {}) });
}

const said: string[] = [];

function page(over: Partial<PageSource> = {}): Page {
  const monitor = new Monitor(0, new TraceRing());
  const source: PageSource = {
    device: "lobby",
    version: "0.1.0",
    view: () => monitor.view,
    stage: () => ({ facts: undefined, pulse: undefined }),
    temperatureC: () => 51,
    licence: () => undefined,
    avatars: () => [],
    configuration: () => [{ key: "device", value: '"<lobby>"', source: "site" }],
    events: () => [{ area: "fleet", kind: "disconnected", reason: "mqtt://u:hunter22@broker" }],
    say: async (text) => {
      said.push(text);
      return "job-1";
    },
    overridableKeys: ["audio.volume"],
    override: async () => "2026-01-01T00:00:00.000Z",
    bench: () => false,
    preview: async () => undefined,
    metrics: () => new Metrics("0.1.0").text({ view: monitor.view, ...nothing }),
    bundle: async () => new Uint8Array([1]),
    ...over,
  };
  const assets = new Map([["/page.css", { type: "text/css", body: "p{}" }]]);
  return new Page(source, { guard: guard(), assets }, new Redactor(), token);
}

const nothing = { facts: undefined, pulse: undefined, temperatureC: undefined };

test("Guard turns away a name that is not the kiosk's: DNS rebinding", () => {
  for (const name of ["evil.example", "127.0.0.1.evil.example", "evil.example:7780", ""]) {
    const refused = guard().refuse(request({ headers: new Map([["host", name]]) }), 0);
    assert.equal(refused?.status, 421, name);
  }
  assert.equal(
    guard().refuse(request({ headers: new Map([["host", "[::1]:7780"]]) }), 0),
    undefined,
  );
});

test("Guard turns away other origins, whatever they want", () => {
  for (const more of [
    ["origin", "http://evil.example"],
    ["origin", "null"],
    ["origin", "http://127.0.0.1:9999"],
    ["sec-fetch-site", "cross-site"],
  ] as [string, string][]) {
    assert.equal(guard().refuse(request({ more: [more] }), 0)?.status, 403, more.join(": "));
  }
  const own: [string, string] = ["origin", "http://127.0.0.1:7780"];
  assert.equal(guard().refuse(request({ more: [own] }), 0), undefined);
});

test("Guard demands the page's token for every change: CSRF", () => {
  const post = { method: "POST", path: "/say" };
  assert.equal(guard().refuse(request(post), 0)?.status, 403);
  const wrong: [string, string] = ["x-frontdesk-token", "guessed"];
  assert.equal(guard().refuse(request({ ...post, more: [wrong] }), 0)?.status, 403);
  const right: [string, string] = ["x-frontdesk-token", token];
  assert.equal(guard().refuse(request({ ...post, more: [right] }), 0), undefined);
  assert.equal(guard().refuse(request({ method: "DELETE" }), 0)?.status, 405);
});

test("Guard demands the password and slows down who guesses", () => {
  const locked = guard("correct horse");
  const basic = (word: string): [string, string] => [
    "authorization",
    `Basic ${Buffer.from(`technician:${word}`).toString("base64")}`,
  ];
  assert.equal(locked.refuse(request(), 0)?.status, 401);
  assert.equal(locked.refuse(request({ more: [basic("correct horse")] }), 0), undefined);
  const tries = Array.from(
    { length: 8 },
    (_, at) => locked.refuse(request({ more: [basic(`guess ${at}`)] }), at)?.status,
  );
  assert.deepEqual(tries, [401, 401, 401, 401, 401, 429, 429, 429]);
  assert.equal(locked.refuse(request({ more: [basic("guess")] }), 60_000)?.status, 401);
});

test("Guard slows down a flood and lets it in again later", () => {
  const calm = guard();
  const statuses = Array.from({ length: 120 }, () => calm.refuse(request(), 0)?.status);
  assert.equal(statuses.filter((status) => status === 429).length, 40);
  assert.equal(calm.refuse(request({ from: "192.0.2.9" }), 0), undefined);
  assert.equal(calm.refuse(request(), 1_000), undefined);
});

test("Page carries a strict policy with every answer", async () => {
  for (const path of ["/", "/status.json", "/nowhere", "/page.css", "/metrics"]) {
    const { headers } = await page().answer(request({ path }), 0);
    const policy = headers["content-security-policy"] ?? "";
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
});

test("Page writes what it shows as text, and no secret of the log", async () => {
  const { body } = await page().answer(request(), 0);
  assert.match(String(body), /&lt;lobby&gt;/);
  assert.doesNotMatch(String(body), /<lobby>|hunter22/);
  assert.equal(escaped(`<a href="x">'&`), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
});

test("Page shows each avatar that is desired, with how far its download is", async () => {
  const none = await bodyOf({});
  assert.match(none, /<p id="no-avatars">/);
  const row = { id: "ben", version: "2", state: "downloading", note: "1.2 MB/s <of> 24.0 MB" };
  const page = await bodyOf({ avatars: () => [{ ...row, share: 0.254 }] });
  assert.match(page, /<p id="no-avatars" hidden>/);
  assert.match(page, /<td>ben<\/td><td>2<\/td><td>downloading<\/td>/);
  assert.match(page, /<progress max="100" value="25" aria-label="Download of ben">25 %</);
  assert.match(page, /1\.2 MB\/s &lt;of&gt; 24\.0 MB/);
});

test("Page says how the licence stands, where one is asked for", async () => {
  const licensed = await bodyOf({ licence: () => "valid, until 2027-02-21" });
  assert.match(licensed, /<dt>Licence<\/dt><dd>valid, until 2027-02-21<\/dd>/);
  assert.doesNotMatch(await bodyOf({}), /Licence/);
});

test("Page hands a text to the kiosk, and refuses what is none", async () => {
  const say = (body: string) =>
    page().answer(
      request({ method: "POST", path: "/say", body, more: [["x-frontdesk-token", token]] }),
      0,
    );
  assert.deepEqual((await say('{"text":"Hello"}')).body, "Job job-1\n");
  assert.deepEqual(said, ["Hello"]);
  for (const body of ["", "{}", '{"text":" "}', '{"text":3}', `{"text":"${"x".repeat(2001)}"}`]) {
    assert.equal((await say(body)).status, 400, body.slice(0, 20));
  }
});

test("metrics have base units, and few labels", async () => {
  const names = await new Metrics("0.1.0").names();
  const own = names.filter((name) => name.startsWith("frontdesk_"));
  assert.ok(own.length >= 10);
  for (const name of own) assert.doesNotMatch(name, /_(ms|percent|mb|milliseconds)(_|$)/);
});

test("Metrics counts on when the stage begins again at nothing", async () => {
  const metrics = new Metrics("0.1.0");
  const monitor = new Monitor(0, new TraceRing());
  const pulse = { shown: 100, dropped: 1, late: 0, workMs: [12], sounding: false, heard: 0 };
  for (const shown of [100, 150, 25])
    metrics.pulse({ ...pulse, shown, underruns: 0, resting: false });
  const text = await metrics.text({ view: monitor.view, ...nothing });
  assert.match(text, /^frontdesk_frames_shown_total 175$/m);
  assert.match(text, /^frontdesk_frame_work_seconds_count 3$/m);
});

test("the Grafana dashboard names only metrics that there are", async () => {
  const dashboard = JSON.parse(readFileSync("scripts/grafana/frontdesk.json", "utf8"));
  const panels = dashboard.panels as { targets: { expr: string }[] }[];
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const used = expressions.flatMap(
    (text) => text.match(/\b(?:frontdesk|process|nodejs)_\w+/g) ?? [],
  );
  const known = await new Metrics("0.1.0").names();
  assert.ok(used.length >= 12);
  const missing = used.filter((name) => !known.includes(name.replace(/_bucket$/, "")));
  assert.deepEqual(missing, []);
});

test("Throttle lets 20 of a kind pass in ten seconds and tells how many it held", () => {
  const throttle = new Throttle();
  const late = { area: "stage", kind: "frame-late" };
  const passed = Array.from({ length: 50 }, () => throttle.pass(late, 0)).filter(Boolean);
  assert.equal(passed.length, 20);
  assert.ok(throttle.pass({ area: "stage", kind: "lost" }, 0));
  assert.equal(throttle.pass(late, 10_000)?.suppressed, 30);
});

async function bodyOf(over: Partial<PageSource>): Promise<string> {
  return String((await page(over).answer(request({}), 0)).body);
}
