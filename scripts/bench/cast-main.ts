import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tier, tierNames } from "../../config/tiers.ts";
import type { Casting } from "../../runtime/stage/cast.ts";
import { type Exchange, StageBench } from "./stage-bench.ts";

/** What came of each switch, and what the process keeps after a fifth of them and after all. */
export interface CastRun {
  readonly seen: readonly Exchange[];
  readonly restMb: readonly number[];
}

/** `node scripts/bench/cast-main.ts SWITCHES`: prints a CastRun as JSON. */
const switches = Number(process.argv[2]);
/** Whole rounds, so that the same avatar is on stage at both looks. */
const first = Math.ceil(switches / 20) * 4;
const folder = mkdtempSync(join(tmpdir(), "frontdesk-cast-"));
try {
  const ben = twinOf({ id: "ben", lipsync: ["studio"] });
  const both = (tier: Tier): Casting[] => [
    { ...ben, tier },
    { id: "anna", tier },
  ];
  const round = [...both("540p"), ...both("720p")];
  const seen: Exchange[] = [];
  const restMb: number[] = [];
  await using stage = await StageBench.open();
  for (let at = 0; at < switches; at++) {
    const isSpeaking = Math.floor(at / 2) % 2 === 1;
    seen.push(await stage.exchange(round[at % round.length]!, isSpeaking));
    if (seen.length === first || seen.length === switches) restMb.push(await stage.restMb());
  }
  process.stdout.write(JSON.stringify({ seen, restMb } satisfies CastRun));
} finally {
  rmSync(folder, { recursive: true });
}

/** Another avatar made of the files of the shipped one, as an installed release. */
function twinOf(change: { readonly id: string; readonly lipsync: string[] }) {
  const shipped = join(import.meta.dirname, "../../config/avatars/anna");
  const own = JSON.parse(readFileSync(join(shipped, "manifest.json"), "utf8"));
  const manifest = join(folder, "manifest.json");
  writeFileSync(manifest, JSON.stringify({ ...own, ...change }));
  const names = ["shared.part", ...tierNames.map((tier) => `${tier}.tier`)];
  const others = Object.fromEntries(names.map((name) => [name, join(shipped, name)]));
  return { id: change.id, version: "1", files: { "manifest.json": manifest, ...others } };
}
