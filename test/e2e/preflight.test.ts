import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Preflight } from "../../config/preflight.ts";
import { preflight } from "../../scripts/avatar/preflight.ts";
import { badTakes, covered, takeSeconds, wall } from "../../scripts/bench/bad-takes.ts";
import { Takes } from "../../scripts/bench/takes.ts";

describe("Material is checked", () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-takes-"));
  let takes: Takes;
  before(() => {
    takes = new Takes(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  test("a good take is fit", async () => {
    const told = await preflight(takes.good, { seconds: takeSeconds });
    assert.deepEqual(failed(told), []);
    assert.equal(told.verdict, "fit");
    assert(Math.abs(told.facts?.syncMs ?? 1000) < 60, `sound is ${told.facts?.syncMs} ms late`);
  });

  for (const [name, kind] of Object.entries(badTakes)) {
    test(`${name} is refused for what it is`, async () => {
      const take = takes.make(name.replaceAll(" ", "-"), kind);
      const told = await preflight(take, { seconds: kind.seconds ?? takeSeconds });
      assert.deepEqual(failed(told), kind.reasons);
      assert.equal(told.verdict, "refused");
    });
  }

  test("a text that is called a film is refused", async () => {
    const told = await preflight(
      takes.bend("text", () => Buffer.from("no film")),
      { seconds: takeSeconds },
    );
    assert.deepEqual(failed(told), ["FILE_UNREADABLE"]);
    assert.equal(told.facts, null);
  });

  test("a film that lost its end is refused", async () => {
    const cut = takes.bend("cut-off", (bytes) => bytes.subarray(0, bytes.length * 0.67));
    assert(failed(await preflight(cut, { seconds: takeSeconds })).includes("FILE_CUT_OFF"));
  });

  test("a film with errors inside is refused", async () => {
    const bent = takes.bend("damaged", (bytes) =>
      bytes.fill(85, Math.floor(bytes.length / 2), Math.floor(bytes.length * 0.51)),
    );
    assert(failed(await preflight(bent, { seconds: takeSeconds })).includes("FILE_DAMAGED"));
  });

  test("every other rate is warned of, and no more", async () => {
    const take = takes.make("rates", {
      picture: "select='gt(mod(n\\,9)\\,0)'",
      words: ["-fps_mode", "vfr"],
    });
    const told = await preflight(take, { seconds: takeSeconds });
    assert.deepEqual(failed(told), []);
    assert(outcomes(told, "warned").includes("RATE_VARIABLE"));
  });

  test("a face that is given by hand is believed", async () => {
    const box = [97, 99, 166, 166];
    const told = await preflight(takes.good, { seconds: takeSeconds, box });
    assert.deepEqual(told.facts?.face?.box, box);
    assert.deepEqual(failed(told), []);
  });
});

describe("A photo is checked", () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-photos-"));
  let takes: Takes;
  before(() => {
    takes = new Takes(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  const photos: Readonly<Record<string, readonly [picture: string, reasons: readonly string[]]>> = {
    fit: ["null", []],
    small: ["scale=180:320", ["SIZE_SMALL", "FACE_SMALL"]],
    wide: [`pad=1400:640:520:0:${wall}`, ["SHAPE"]],
    faceless: [covered, ["FACE_NONE"]],
    reversed: ["hflip,vflip", ["PICTURE_TURNED"]],
    blurred: ["gblur=sigma=4", ["PICTURE_BLURRED"]],
    dark: ["curves=all=0/0 1/0.3", ["PICTURE_DARK"]],
  };

  for (const [name, [picture, reasons]] of Object.entries(photos)) {
    test(`${name}: ${reasons.join(", ") || "nothing is wrong"}`, async () => {
      const told = await preflight(takes.still(name, 1, picture), { photo: true });
      assert.deepEqual(failed(told), reasons);
    });
  }
});

test("a photo with parted lips is warned of", async () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-photos-"));
  const told = await preflight(new Takes(folder).still("speaking", 11), { photo: true });
  assert.deepEqual(outcomes(told, "warned"), ["MOUTH_OPEN"]);
  rmSync(folder, { recursive: true });
});

function failed(told: Preflight): string[] {
  return outcomes(told, "failed");
}

function outcomes(told: Preflight, outcome: string): string[] {
  return told.checks.filter((check) => check.outcome === outcome).map(({ code }) => code);
}
