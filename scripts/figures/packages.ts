import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, parseManifest } from "../../runtime/avatar/manifest.ts";
import { demoAvatars } from "../bench/demo-avatar.ts";
import type { Figure } from "../bench/figure-line.ts";

const root = join(import.meta.dirname, "../..");
const megabyte = 1e6;

/** What the demo avatar's package weighs, and what opening it costs; damaged ones are refused. */
export async function* packageFigures(quick: boolean): AsyncIterable<Figure> {
  const manifest = parseManifest(readFileSync(join(demoAvatars, "anna/manifest.json")));
  yield* weights(manifest);
  for (const tier of Object.keys(manifest.tiers)) yield* opening(tier);
  yield* damaged(quick ? 1_000 : 10_000);
}

function* weights({ tiers, shared }: Manifest): Iterable<Figure> {
  let total = shared?.bytes ?? 0;
  for (const [tier, { bytes }] of Object.entries(tiers)) {
    total += bytes;
    yield { ...mega(`${tier}: the file`, bytes), target: { atMost: 25 } };
  }
  yield mega("what the tiers share", shared?.bytes ?? 0);
  yield { ...mega("the whole package", total), target: { atMost: 80 } };
}

/** In a process of its own each: processor time, and memory that stays. */
function* opening(tier: string): Iterable<Figure> {
  const program = join(root, "scripts/bench/open-tier.ts");
  const words = ["--expose-gc", program, demoAvatars, "anna", tier];
  const told = JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" }));
  const name = `${tier}: opening with all checks`;
  yield { name, value: told.ms, unit: "ms", target: undefined };
  yield mega(`${tier}: memory while it is open`, told.residentBytes);
}

/** As many damaged packages as the test of that name is asked for. */
function* damaged(cases: number): Iterable<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-figures-"));
  const words = ["--import", "tsx", "--test", "--test-reporter=tap", "test/fuzz/avatar.test.ts"];
  const env = { ...process.env, FUZZ_CASES: String(cases), TMPDIR: folder };
  const output = execFileSync(process.execPath, words, { encoding: "utf8", env, cwd: root });
  rmSync(folder, { recursive: true });
  const tally = JSON.parse(/# (\{"cases".*\})/.exec(output)?.[1] ?? "{}");
  yield { name: "damaged packages opened", value: tally.cases, unit: "", target: atLeast(cases) };
  yield { name: "of these refused by name", value: tally.refused, unit: "", target: undefined };
  yield { ...mega("memory that they cost at most", tally.growthBytes), target: { atMost: 128 } };
}

function atLeast(value: number): { readonly atLeast: number } {
  return { atLeast: value };
}

function mega(name: string, bytes: number): Figure {
  return { name, value: bytes / megabyte, unit: "MB", target: undefined };
}
