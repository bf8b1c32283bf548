import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "../../config/limits.ts";
import { parseCancel, parseJob } from "../../runtime/job/parse.ts";
import { canonical } from "../../runtime/job/payload.ts";

test("parseJob() makes every choice the sender left open", () => {
  const read = parse({ text: "Hello" });
  assert(read.kind === "speak");
  assert.deepEqual(read.job, {
    id: "fresh",
    kind: "text",
    text: "Hello",
    priority: 5,
    mode: "enqueue",
    interruptible: true,
    captions: true,
    actions: [],
    onRestart: "drop",
    deadlineMs: 1_000 + limits.jobTtlMsDefault,
  });
});

test("parseJob() keeps unknown fields and ignores them", () => {
  const read = parse({ text: "Hello", colour: "red", nested: { a: [1] } });
  assert(read.kind === "speak");
  assert.deepEqual(read.body, { text: "Hello", colour: "red", nested: { a: [1] } });
});

test("parseJob() reads SSML from its own field", () => {
  const read = parse({ kind: "ssml", ssml: "<speak>Hello</speak>", jobId: "a:1" });
  assert(read.kind === "speak");
  assert.deepEqual(
    [read.job.kind, read.job.text, read.job.id],
    ["ssml", "<speak>Hello</speak>", "a:1"],
  );
});

test("parseJob() counts life from the shorter of Message Expiry and ttlMs", () => {
  const lives: [Record<string, unknown>, number | undefined, number][] = [
    [{}, undefined, limits.jobTtlMsDefault],
    [{}, 30, 30_000],
    [{ ttlMs: 500 }, 30, 500],
    [{ ttlMs: 500_000 }, 30, 30_000],
    [{ ttlMs: 500_000 }, undefined, 500_000],
    [{}, 4_294_967_295, limits.jobTtlMsMax],
  ];
  for (const [more, expirySeconds, lifeMs] of lives) {
    const request = expirySeconds === undefined ? {} : { expirySeconds };
    const read = parseJob(bytes({ text: "Hello", ...more }), request, "fresh", 1_000);
    assert(read.kind === "speak");
    assert.equal(read.job.deadlineMs, 1_000 + lifeMs);
  }
});

test("parseJob() takes blank text with interrupt or replace as the wish for silence", () => {
  assert.equal(parse({ text: "", mode: "interrupt" }).kind, "stop");
  assert.equal(parse({ text: " \n", mode: "replace" }).kind, "stop");
  assert.deepEqual(refused({ text: " \n" }), ["EMPTY_TEXT /text"]);
});

test("parseJob() gives the same hash for any order of keys, another for another text", () => {
  const hash = (body: object) => {
    const read = parse(body);
    assert(read.kind === "speak");
    return read.hash;
  };
  assert.equal(hash({ text: "a", x: { b: 1, c: 2 } }), hash({ x: { c: 2, b: 1 }, text: "a" }));
  assert.notEqual(hash({ text: "a" }), hash({ text: "b" }));
});

test("parseJob() says what is wrong with a payload that is no job at all", () => {
  const cases: [Uint8Array, string, RegExp][] = [
    [new Uint8Array(limits.jobBytesMax + 1), "TOO_LARGE", /131073 bytes, limit is 131072$/],
    [Uint8Array.of(0x22, 0xff, 0x22), "INVALID_UTF8", /not UTF-8/],
    [text('{"text": "Hel'), "INVALID_JSON", /not JSON: /],
    [text(""), "INVALID_JSON", /not JSON: /],
    [text("[1]"), "NOT_AN_OBJECT", /an array, not an object$/],
    [text("null"), "NOT_AN_OBJECT", /null, not an object$/],
    [text('"Hello"'), "NOT_AN_OBJECT", /a string, not an object$/],
    [text(`{"text":"a","x":${"[".repeat(50_000)}${"]".repeat(50_000)}}`), "TOO_DEEP", /16 levels$/],
  ];
  for (const [payload, code, message] of cases) {
    const read = parseJob(payload, {}, "fresh", 0);
    assert(read.kind === "rejected");
    assert.deepEqual([read.errors.length, read.errors[0].code, read.jobId], [1, code, null]);
    assert.match(read.errors[0].message, message);
  }
});

test("parseJob() names the field and the rule of every error, not of the first", () => {
  const read = parse({
    jobId: "a/b",
    kind: "text",
    text: 4,
    voice: "",
    lang: "klingon!",
    priority: 11,
    mode: "shout",
    captions: "yes",
    actions: [{ at: -1 }],
    ttlMs: 0,
  });
  assert(read.kind === "rejected");
  const errors = read.errors.map(({ code, path }) => `${code} ${path}`);
  assert.deepEqual(errors.sort(), [
    "INVALID_TYPE /captions",
    "INVALID_TYPE /text",
    "INVALID_VALUE /actions/0/at",
    "INVALID_VALUE /jobId",
    "INVALID_VALUE /lang",
    "INVALID_VALUE /priority",
    "INVALID_VALUE /ttlMs",
    "INVALID_VALUE /voice",
    "MISSING_FIELD /actions/0/name",
    "UNKNOWN_VALUE /mode",
  ]);
  const mode = read.errors.find(({ path }) => path === "/mode");
  const rule = "it must be one of enqueue, interrupt, replace, drop-if-busy";
  assert.equal(mode?.message, `Cannot read /mode: it is "shout", ${rule}`);
});

test("parseJob() takes rate, pitch and volume within their ranges", () => {
  const read = parse({ text: "a", rate: 1.5, pitch: 0.5, volume: 0 });
  assert(read.kind === "speak");
  assert.deepEqual([read.job.rate, read.job.pitch, read.job.volume], [1.5, 0.5, 0]);
  assert.deepEqual(refused({ text: "a", rate: 0.4, pitch: 2.1, volume: "loud" }).sort(), [
    "INVALID_TYPE /volume",
    "INVALID_VALUE /pitch",
    "INVALID_VALUE /rate",
  ]);
});

test("parseJob() names the place where SSML is broken, and what of it is left aside", () => {
  const broken = parse({ kind: "ssml", ssml: "<speak>\nHello <b>you</speak>" });
  assert(broken.kind === "rejected");
  assert.deepEqual(broken.errors[0], {
    code: "INVALID_SSML",
    message: "Cannot read /ssml: line 2, column 13: </speak>, </b> should come first",
    path: "/ssml",
    retryable: false,
  });
  const left = parse({ kind: "ssml", ssml: "<speak><emphasis>Hi</emphasis></speak>" });
  assert(left.kind === "speak");
  assert.deepEqual(left.job.unsupported, ["emphasis"]);
});

test("parseJob() refuses what this version cannot speak", () => {
  const half = JSON.parse('"\\ud83d"');
  const tooLong = "ä".repeat(limits.textBytesMax / 2 + 1);
  assert.deepEqual(refused({ kind: "audio" }), ["MISSING_FIELD /audio"]);
  assert.deepEqual(refused({ kind: "audio", audio: "AAA" }), ["INVALID_VALUE /audio"]);
  const foreign = { kind: "audio", audioUrl: "https://a.example/b.wav" };
  assert.deepEqual(refused(foreign), ["SOURCE_NOT_ALLOWED /audioUrl"]);
  assert.deepEqual(refused({ kind: "stream", rateHz: 4_000 }), ["INVALID_VALUE /rateHz"]);
  assert.deepEqual(refused({ kind: "stream", text: half }), ["INVALID_VALUE /text"]);
  assert.deepEqual(refused({ kind: "smell", text: "a" }), ["UNKNOWN_VALUE /kind"]);
  assert.deepEqual(refused({ text: tooLong }), ["TEXT_TOO_LONG /text"]);
  assert.deepEqual(refused({ text: half }), ["INVALID_VALUE /text"]);
  assert.deepEqual(refused({ kind: "ssml", text: "a" }), ["MISSING_FIELD /ssml"]);
  assert.deepEqual(refused({}), ["MISSING_FIELD /text"]);
});

test("parseJob() takes an avatar that is here, and names those that are for another", () => {
  const request = { avatars: ["anna", "ben"] };
  const wished = (avatar: unknown) => parseJob(bytes({ text: "Hi", avatar }), request, "id", 0);
  const good = wished("ben");
  assert(good.kind === "speak");
  assert.equal(good.job.avatar, "ben");
  const bad = wished("carl");
  assert(bad.kind === "rejected");
  const message = 'Cannot show avatar "carl": those here are anna, ben';
  const code = "UNKNOWN_AVATAR";
  assert.deepEqual(bad.errors, [{ code, message, path: "/avatar", retryable: false }]);
  assert.deepEqual(refused({ text: "Hi", avatar: "A B" }), ["INVALID_VALUE /avatar"]);
  assert.deepEqual(refused({ text: "Hi", avatar: 7 }), ["INVALID_TYPE /avatar"]);
  const later = parse({ text: "Hi", avatar: "carl" });
  assert(later.kind === "speak", "of a job that was taken it shows when its turn comes");
});

test("parseJob() answers anything, and a rejection always has a reason", () => {
  const field = fc.constantFrom(
    "text",
    "kind",
    "mode",
    "priority",
    "jobId",
    "actions",
    "__proto__",
  );
  const body = fc.dictionary(field, fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(body, fc.jsonValue()), (value) => {
      const read = parseJob(bytes(value), {}, "fresh", 0);
      if (read.kind === "rejected") {
        assert(read.errors.every(({ code, message }) => /^[A-Z_0-9]+$/.test(code) && message));
      } else assert(read.job.text.length <= limits.textBytesMax);
    }),
    { numRuns: 1_000 },
  );
  fc.assert(fc.property(fc.uint8Array(), (noise) => parseJob(noise, {}, "x", 0).kind !== "stop"));
});

test("parseCancel() wants one job or all of them", () => {
  assert.deepEqual(parseCancel(bytes({ jobId: "a" })), { jobId: "a" });
  assert.deepEqual(parseCancel(bytes({ all: true, reason: "fire" })), { all: true });
  assert.deepEqual(parseCancel(bytes({ jobId: "a", all: false })), { jobId: "a" });
  for (const wrong of [{}, { all: false }, { jobId: "a", all: true }, { jobId: 4 }, []]) {
    const read = parseCancel(bytes(wrong));
    assert("errors" in read, JSON.stringify(wrong));
  }
});

function parse(body: object) {
  return parseJob(bytes(body), {}, "fresh", 1_000);
}

function refused(body: object): string[] {
  const read = parse(body);
  assert(read.kind === "rejected", "is refused");
  return read.errors.map(({ code, path }) => `${code} ${path}`);
}

function bytes(value: unknown): Uint8Array {
  return text(JSON.stringify(value));
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

test("where only known keys may have it speak, a job without their signature is refused", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const signer = Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url");
  const request = { signers: [signer.toString("base64")] };
  const body = { jobId: "a", text: "Hello" };
  const signature = sign(null, Buffer.from(canonical(body)), privateKey).toString("base64");
  const parse = (job: object) => {
    return parseJob(new TextEncoder().encode(JSON.stringify(job)), request, "id", 0);
  };
  assert.equal(parse({ text: "Hello", signature, jobId: "a" }).kind, "speak");
  for (const job of [body, { ...body, signature, text: "Good bye" }]) {
    const refused = parse(job);
    assert(refused.kind === "rejected");
    assert.deepEqual([refused.jobId, refused.errors[0].code], ["a", "UNTRUSTED"]);
  }
});

test("parseJob() reads sound from where it may come, and streams", () => {
  const sources = ["https://media.example/greetings/", "file:///srv/sounds/"];
  const read = (body: object) => parseJob(bytes(body), { sources }, "id", 0);
  const near = read({ kind: "audio", audioUrl: "https://media.example/greetings/a.mp3" });
  assert(near.kind === "speak");
  assert.deepEqual(near.job.audio, { url: "https://media.example/greetings/a.mp3" });
  assert.equal(near.job.text, "");
  const far = read({ kind: "audio", audioUrl: "https://media.example/greetings/../b.mp3" });
  assert(far.kind === "rejected" && /URLs allowed are those below/.test(far.errors[0].message));
  const inline = read({ kind: "audio", audio: "AAEC", text: "Hello" });
  assert(inline.kind === "speak" && inline.job.audio && "bytes" in inline.job.audio);
  assert.deepEqual([...inline.job.audio.bytes], [0, 1, 2]);
  const stream = read({ kind: "stream", channels: 2 });
  assert(stream.kind === "speak");
  assert.deepEqual(stream.job.pcm, { rateHz: 16_000, channels: 2 });
});
