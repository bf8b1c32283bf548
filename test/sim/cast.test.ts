import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { tiers } from "../../config/tiers.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import type { Performer } from "../../runtime/avatar/performer.ts";
import { sha256Of } from "../support/sha256.ts";
import { tone, wavFile } from "../support/sounds.ts";
import { TheatreWorld } from "../support/theatre.ts";
import { writePackage } from "../unit/package.ts";

const display = openDisplay(resolve("build/native"), "memory", tiers["360p"]);
const folder = mkdtempSync(join(tmpdir(), "frontdesk-cast-"));
after(() => {
  display[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

let ben: Performer;
let carl: Performer;
/** Installed like the others, with a tier that is no longer what its manifest says. */
let spoiled: Performer;
before(async () => {
  ben = await installed("ben");
  carl = await installed("carl");
  spoiled = await installed("dora");
  writeFileSync(join(folder, "dora/360p.tier"), "spoiled");
});

test("a job names another avatar in the middle of an utterance: she ends, he begins", async () => {
  const world = await TheatreWorld.open(display, [ben]);
  await world.submit("a");
  await world.until(() => world.changes.includes("a speaking"));
  await world.submit("b", { avatar: "ben" });
  await world.until(() => world.changes.includes("b completed"));
  await world.until(() => world.shown.length === 3);
  assert.deepEqual(world.shown, ["anna@360p", "ben@360p", "anna@360p"]);
  assert.deepEqual(world.story, [
    ...["begin 1", "speaking 1", "ask ben", "finished 1", "shown ben"],
    ...["begin 2", "speaking 2", "finished 2", "ask anna", "shown anna"],
  ]);
  for (const { detail } of world.ends) {
    assert.deepEqual([detail?.framesDropped, detail?.unsupported], [0, undefined]);
  }
});

test("the next job of the same avatar finds him there, and only then she comes back", async () => {
  const world = await TheatreWorld.open(display, [ben]);
  await world.submit("a", { avatar: "ben" });
  await world.submit("b", { avatar: "ben" });
  await world.until(() => world.changes.includes("b completed"));
  await world.until(() => world.shown.length === 3);
  assert.deepEqual(world.shown, ["anna@360p", "ben@360p", "anna@360p"]);
});

test("an interrupt during a switch is spoken by whom it wants, then comes the switch", async () => {
  const world = await TheatreWorld.open(display, [ben, carl]);
  await world.submit("a", { avatar: "ben" });
  await world.until(() => world.story.includes("ask ben"));
  await world.submit("b", { avatar: "carl", mode: "interrupt" });
  await world.until(() => world.changes.includes("a completed"));
  assert.deepEqual(
    world.changes.filter((change) => change.endsWith("speaking")),
    ["b speaking", "a speaking"],
  );
  assert.deepEqual(world.story, [
    ...["ask ben", "ask carl", "shown carl", "begin 1", "speaking 1", "ask ben", "finished 1"],
    ...["shown ben", "begin 2", "speaking 2", "finished 2", "ask anna"],
  ]);
});

test("one who is replaced while he is made ready never comes, and she stays", async () => {
  const world = await TheatreWorld.open(display, [ben]);
  await world.submit("a");
  await world.until(() => world.changes.includes("a speaking"));
  await world.submit("b", { avatar: "ben" });
  await world.until(() => world.story.includes("ask ben"));
  await world.submit("c", { mode: "replace" });
  await world.until(() => world.changes.includes("c completed"));
  await world.run(500);
  assert.deepEqual(new Set(world.shown), new Set(["anna@360p"]));
  assert.equal(world.director.isChanging, false);
});

test("who is refused leaves the one before, who says the job, which tells of it", async () => {
  const world = await TheatreWorld.open(display, [spoiled]);
  await world.submit("a", { avatar: "dora" });
  await world.until(() => world.changes.includes("a completed"));
  assert.deepEqual(world.story.slice(0, 3), ["ask dora", "refused dora", "begin 1"]);
  assert.equal(world.ends[0]?.detail?.unsupported, "avatar");
  const [event] = world.events;
  assert.equal(event?.code, "AVATAR_REFUSED");
  assert.match(JSON.stringify(event), /Cannot open avatar dora at 360p: 360p.tier has 7 bytes/);
  await world.submit("b", { avatar: "dora" });
  await world.until(() => world.changes.includes("b completed"));
  assert.equal(world.story.filter((step) => step === "ask dora").length, 1, "not again so soon");
});

test("another release of who is refused is tried at once", async () => {
  const world = await TheatreWorld.open(display, [spoiled]);
  world.wanted.scheduled = "dora";
  await world.until(() => world.story.includes("refused dora"));
  world.troupe.set("dora", { ...(await installed("dora")), version: "2" });
  await world.until(() => world.shown.includes("dora@360p"));
  assert.equal(world.director.shown?.version, "2");
});

test("a stage lost during a switch is told again; the second time he is left out", async () => {
  const world = await TheatreWorld.open(display, [ben]);
  await world.submit("a", { avatar: "ben" });
  await world.until(() => world.story.includes("ask ben"));
  await world.loseStage();
  await world.run(1_000);
  await world.raise();
  await world.until(() => world.changes.includes("a completed"));
  assert.deepEqual(world.shown.slice(0, 3), ["anna@360p", "anna@360p", "ben@360p"]);
  await world.until(() => world.director.shown?.id === "anna");
  await world.run(11_000);
  await world.submit("b", { avatar: "ben" });
  await world.until(() => world.director.isChanging);
  await world.loseStage();
  await world.raise();
  await world.until(() => world.changes.includes("b completed"));
  assert.equal(world.ends.at(-1)?.detail?.unsupported, "avatar");
  assert.match(JSON.stringify(world.events.at(-1)), /the stage stopped under it/);
});

test("the hours change who is on stage, never within an utterance; a job goes first", async () => {
  const world = await TheatreWorld.open(display, [ben, carl]);
  await world.submit("a", { avatar: "carl" });
  await world.until(() => world.changes.includes("a speaking"));
  world.wanted.scheduled = "ben";
  await world.until(() => world.changes.includes("a completed"));
  await world.until(() => world.director.shown?.id === "ben");
  world.wanted.first = "carl";
  await world.run(500);
  world.wanted.scheduled = "nobody";
  await world.until(() => world.director.shown?.id === "carl");
  assert.equal(world.trace.count("cast.absent"), 1);
  assert.deepEqual(world.shown, ["anna@360p", "carl@360p", "ben@360p", "carl@360p"]);
});

test("the next one comes at the tier of the board, or at the next lower that he has", async () => {
  const world = await TheatreWorld.open(display, [ben]);
  world.director.level = "540p";
  await world.until(() => world.shown.includes("anna@540p"));
  assert.deepEqual([display.width, display.height], [540, 960]);
  assert.deepEqual(world.director.tiers, ["360p", "540p"]);
  world.wanted.scheduled = "ben";
  await world.until(() => world.shown.includes("ben@360p"));
  assert.deepEqual(world.director.tiers, ["360p"]);
  world.wanted.scheduled = undefined;
  await world.until(() => world.shown.length === 4);
  assert.equal(world.shown.at(-1), "anna@540p", "her tier is remembered");
  assert.deepEqual([display.width, display.height], [540, 960]);
});

test("all avatars hear by the one speech model, which none of them brings", async () => {
  const world = await TheatreWorld.open(display, [ben]);
  const wav = wavFile({ pcm: tone(16_000, 0.5), rateHz: 16_000 });
  const sound = { kind: "audio", text: "", audio: Buffer.from(wav).toString("base64") };
  await world.submit("a", sound);
  await world.submit("b", { ...sound, avatar: "ben" });
  await world.submit("c", sound);
  await world.until(() => world.changes.includes("c completed"));
  assert.deepEqual(world.shown, ["anna@360p", "ben@360p", "anna@360p"]);
  const heard = world.talk.flatMap((one) => (one.kind === "heard" ? [one.generation] : []));
  assert.deepEqual([...new Set(heard)], [1, 2, 3]);
  assert.equal(world.models, 1, "opened once");
  const model = readFileSync("config/models/speech/speech.onnx");
  const { speechModel } = JSON.parse(readFileSync("config/avatars/anna/manifest.json", "utf8"));
  assert.equal(speechModel.sha256, sha256Of(model), "an avatar says which one it was made for");
  const middle = model.subarray(model.length / 2, model.length / 2 + 64);
  for (const name of readdirSync("config/avatars/anna")) {
    assert(!readFileSync(join("config/avatars/anna", name)).includes(middle), `${name} brings it`);
  }
});

/** A small avatar as a release whose files lie anywhere. */
async function installed(id: string): Promise<Performer> {
  await writePackage(join(folder, id), { id });
  const names = ["manifest.json", "shared.part", "360p.tier"];
  const files = Object.fromEntries(names.map((name) => [name, join(folder, id, name)]));
  return { id, version: "1", tiers: ["360p"], files };
}
