import assert from "node:assert/strict";
import { test } from "node:test";
import type { Performer } from "../../runtime/avatar/performer.ts";
import { castFor, type Wishes } from "../../runtime/wiring/cast.ts";
import { residents } from "../../runtime/wiring/troupe.ts";

const anna: Performer = { id: "anna", tiers: ["360p", "540p", "720p", "1080p"] };
const ben: Performer = { id: "ben", tiers: ["360p", "720p"], version: "2", files: { a: "/a" } };
const carl: Performer = { id: "carl", tiers: ["1080p"] };
const nobody: Wishes = { job: undefined, scheduled: undefined, configured: "anna" };

/** `id@tier` of who is to be on stage; anna, ben and carl are here. */
function due(
  wishes: Partial<Wishes>,
  { level = "720p" as const, first = undefined as string | undefined, refused = [""] } = {},
): string | undefined {
  const known = new Map([anna, ben, carl].map((one) => [one.id, one]));
  const troupe = { find: (id: string) => known.get(id), first: () => first };
  const isRefused = ({ id, tier }: { id: string; tier: string }) =>
    refused.includes(`${id}@${tier}`);
  const cast = castFor({ ...nobody, ...wishes }, troupe, level, isRefused);
  return cast && `${cast.id}@${cast.tier}`;
}

test("castFor(): the job before the hour, the hour before the fleet, that before the site", () => {
  assert.equal(due({}), "anna@720p");
  assert.equal(due({}, { first: "ben" }), "ben@720p");
  assert.equal(due({ scheduled: "anna" }, { first: "ben" }), "anna@720p");
  assert.equal(due({ scheduled: "anna", job: "ben" }), "ben@720p");
});

test("castFor() passes over who is not here, has no tier so low, or was refused", () => {
  assert.equal(due({ job: "nobody", scheduled: "ben" }), "ben@720p");
  assert.equal(due({ job: "carl" }), "anna@720p");
  assert.equal(due({ job: "ben" }, { refused: ["ben@720p"] }), "ben@360p");
  assert.equal(due({ job: "ben" }, { refused: ["ben@720p", "ben@360p"] }), "anna@720p");
  assert.equal(due({ configured: "nobody" }), undefined, "who is there stays");
});

test("castFor() says where the files of a release lie", () => {
  const troupe = { find: () => ben, first: () => undefined };
  const cast = castFor(nobody, troupe, "540p", () => false);
  assert.deepEqual(cast, { id: "ben", version: "2", tier: "360p", files: { a: "/a" } });
});

test("residents() has the tiers of both packages of one avatar", () => {
  const troupe = residents([
    { id: "ben", tiers: ["720p"] },
    { id: "anna", tiers: ["360p"] },
    { id: "ben", tiers: ["360p", "720p"] },
  ]);
  assert.deepEqual(troupe.ids(), ["anna", "ben"]);
  assert.deepEqual(troupe.find("ben"), { id: "ben", tiers: ["360p", "720p"] });
  assert.equal(troupe.find("carl"), undefined);
});
