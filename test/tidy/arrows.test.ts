import assert from "node:assert/strict";
import { test } from "node:test";
import { entryFiles, readSources, type Source } from "./sources.ts";

/** Where drivers are picked and the process is touched: entry files. */
const entries = new RegExp(`${entryFiles.source}|^scripts/`);

/** Loops over pixels in C, for whoever has a picture in his hands. */
const loops = /^drivers\/pixels\/native\.ts$/;

/** What every area may use: where it notes what happened, lines of a file, percentiles. */
const shared = /^runtime\/(diagnostics\/trace|line|percentile)\.ts$/;

/**
 * Which files of other areas an area may see: the output type of the area before it in the flow
 * job -> speech -> mouth -> playback -> stage, and what several areas hand to each other as data.
 */
const arrows: Readonly<Record<string, readonly RegExp[]>> = {
  job: [],
  speech: [/^runtime\/job\/(job|ssml|ssml-elements)\.ts$/],
  mouth: [/^runtime\/speech\/utterance\.ts$/],
  playback: [/^runtime\/speech\/utterance\.ts$/],
  avatar: [/^runtime\/mouth\/(viseme|shape)\.ts$/],
  stage: [
    /^runtime\/speech\/utterance\.ts$/,
    /^runtime\/mouth\/(viseme|shape|track|heard)\.ts$/,
    /^runtime\/playback\/(playback|playhead)\.ts$/,
    /^runtime\/avatar\/(tier|library|shelf|error|stretch|instant|studio|voice-window)\.ts$/,
  ],
  desk: [
    /^runtime\/job\/(job|jobs|ssml|stream)\.ts$/,
    /^runtime\/speech\/(prepare|script|sound|utterance|resample)\.ts$/,
    /^runtime\/mouth\/(align|expected|heard|hearing|mel)\.ts$/,
    /^runtime\/stage\/messages\.ts$/,
  ],
  settings: [/^runtime\/job\/(job|told|payload|pushed)\.ts$/],
  fleet: [
    /^runtime\/job\/(job|told|payload|schema)\.ts$/,
    /^runtime\/(settings|content)\/report\.ts$/,
    /^runtime\/diagnostics\/health\.ts$/,
  ],
  tier: [/^runtime\/mouth\/shape\.ts$/],
  content: [
    /^runtime\/avatar\/(manifest|signature|archive|error)\.ts$/,
    // Documents that are read and sealed as jobs are.
    /^runtime\/job\/(job|told|payload|pushed|schema|signature)\.ts$/,
  ],
  studio: [
    /^runtime\/content\/licence\/(lease|request|seal)\.ts$/,
    // A repository is made of what its clients read, and holds packages.
    /^runtime\/content\/trust\/(metadata|moment|signers|state|trouble|trusted)\.ts$/,
    /^runtime\/avatar\/(archive|manifest|seal)\.ts$/,
    /^runtime\/job\/payload\.ts$/,
    // The console's pages are guarded and escaped as the technician's page is; a download is a tar.
    /^runtime\/diagnostics\/(page\/(answer|buckets|html)|tar)\.ts$/,
  ],
  // A session says what it is driven with as the desk says a job.
  cloud: [/^runtime\/job\/(job|schema|stream)\.ts$/, /^runtime\/desk\/speaker\.ts$/],
  diagnostics: [/^runtime\/stage\/(messages|card)\.ts$/],
};

test("an area sees its own files and what the area before it gives, nothing else", () => {
  const wrong: string[] = [];
  for (const { path, files } of areaSources()) {
    for (const target of files.filter((file) => !mayArea(areaOf(path), file))) {
      wrong.push(`${path} imports ${target}: area "${areaOf(path)}" may not see it`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("a driver imports its own port, config and libraries", () => {
  const wrong = readSources()
    .filter(({ path }) => path.startsWith("drivers/"))
    .flatMap(({ path, files }) =>
      files
        .filter((file) => !file.startsWith(portOf(path)) && !file.startsWith("config/"))
        .filter((file) => !isContract(file) && !loops.test(file))
        .map((file) => `${path} imports ${file}: a driver knows contracts, not other parts`),
    );
  assert.deepEqual(wrong, []);
});

test("only entry files import driver implementations", () => {
  const wrong = readSources()
    .filter(({ path }) => path.startsWith("runtime/") || path.startsWith("config/"))
    .filter(({ path }) => !entries.test(path))
    .flatMap(({ path, files }) =>
      files
        .filter((file) => file.startsWith("drivers/") && !isContract(file))
        .map((file) => `${path} imports ${file}: pick drivers in an entry file`),
    );
  assert.deepEqual(wrong, []);
});

test("config imports nothing of the house", () => {
  const wrong = readSources()
    .filter(({ path }) => path.startsWith("config/"))
    .flatMap(({ path, files }) =>
      files.filter((file) => !file.startsWith("config/")).map((file) => `${path} imports ${file}`),
    );
  assert.deepEqual(wrong, []);
});

test("no file imports itself through others", () => {
  const graph = new Map(readSources().map(({ path, files }) => [path, files]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    assert(!trail.includes(path), `circle: ${[...trail, path].join(" -> ")}`);
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
});

/** The files of areas; `wiring` is the composition root in parts and may see everybody. */
function areaSources(): readonly Source[] {
  return readSources().filter(({ path }) => /^runtime\/(?!wiring\/)[a-z]+\//.test(path));
}

function areaOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function portOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

function isContract(file: string): boolean {
  const [root, port, name] = file.split("/");
  return root === "drivers" && name === `${port}.ts`;
}

function mayArea(area: string, file: string): boolean {
  if (file.startsWith(`runtime/${area}/`) || file.startsWith("config/")) return true;
  if (isContract(file) || shared.test(file)) return true;
  return (arrows[area] ?? []).some((allowed) => allowed.test(file));
}
