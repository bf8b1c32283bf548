import assert from "node:assert/strict";
import { test } from "node:test";
import { readSources } from "./sources.ts";

const fileLinesMax = 300;
const lineCharsMax = 100;
/** Aim of the house: half of the files are far below the bound. */
const medianLinesMax = 130;

test("no file is over 300 lines, and the median is small", () => {
  const lines = readSources().map(({ path, text }) => ({ path, lines: text.split("\n").length }));
  const long = lines.filter((file) => file.lines > fileLinesMax);
  assert.deepEqual(long, []);
  const sorted = lines.map((file) => file.lines).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  assert(median <= medianLinesMax, `median file has ${median} lines, at most ${medianLinesMax}`);
});

test("no line is over 100 characters", () => {
  const long = readSources().flatMap(({ path, text }) =>
    text
      .split("\n")
      .map((line, index) => ({ at: `${path}:${index + 1}`, chars: [...line].length }))
      .filter(({ chars }) => chars > lineCharsMax),
  );
  assert.deepEqual(long, []);
});

test("file names are kebab-case nouns, and no drawer is called utils", () => {
  const wrong = readSources()
    .map(({ path }) => path)
    .filter((path) => !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.test)?\.ts$/.test(path) || /util/.test(path));
  assert.deepEqual(wrong, []);
});

test("every runtime, driver and config file is reached from an entry", () => {
  const sources = readSources();
  const graph = new Map(sources.map(({ path, files }) => [path, files]));
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const next of graph.get(path) ?? []) visit(next);
  };
  const entry = /^(runtime\/(main|stage-main)\.ts|drivers\/display\/probe\.ts|scripts\/|test\/)/;
  for (const { path } of sources.filter(({ path }) => entry.test(path))) visit(path);
  const dead = sources.map(({ path }) => path).filter((path) => !reached.has(path));
  assert.deepEqual(dead, []);
});

test("every exported value has a reader", () => {
  const sources = readSources();
  const unread = sources
    .filter(({ path }) => !path.startsWith("test/"))
    .flatMap(({ path, text }) =>
      exportNames(text)
        .filter((name) => !sources.some((other) => other.path !== path && mentions(other, name)))
        .map((name) => `${path}: ${name}`),
    );
  assert.deepEqual(unread, []);
});

function exportNames(text: string): string[] {
  const pattern = /^export (?:async )?(?:function\*?|class|const|abstract class) (\w+)/gm;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function mentions({ text }: { text: string }, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text);
}
