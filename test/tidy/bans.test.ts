import assert from "node:assert/strict";
import { test } from "node:test";
import { entryFiles, readSources, type Source } from "./sources.ts";

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Files the ban does not reach. */
  readonly except: RegExp;
}

const edges = new RegExp(`^(drivers|scripts|test)/|${entryFiles.source}`);
const nowhere = /^test\/tidy\//;

const bans: readonly Ban[] = [
  { pattern: /\bDate\b/, instead: "take time as an argument", except: edges },
  { pattern: /\bperformance\b/, instead: "take time as an argument", except: edges },
  {
    pattern: /\b(setTimeout|setInterval|setImmediate)\b/,
    instead: "one loop sleeps, by the Clock",
    except: edges,
  },
  {
    pattern: /\bprocess\.(env|exit|hrtime)\b/,
    instead: "entry files read the process and pass values",
    except: edges,
  },
  {
    pattern: /"node:(fs|fs\/promises|net|child_process|worker_threads|http|dgram)"/,
    instead: "a driver touches the outside",
    except: edges,
  },
  {
    pattern: /from "koffi"/,
    instead: "only the raylib facade speaks to C",
    except: /^drivers\/display\/facade\.ts$/,
  },
  { pattern: /\bconsole\./, instead: "write a trace event", except: /^(scripts|test)\// },
  { pattern: /\bas any\b|: any\b/, instead: "unknown, then parse", except: nowhere },
  { pattern: /\bexport default\b/, instead: "a named export", except: nowhere },
  { pattern: /\bprivate\s(?!constructor)/, instead: "#private", except: nowhere },
  { pattern: /^\s*(export )?enum /m, instead: "a union of strings", except: nowhere },
  { pattern: /\b(vi|jest|mock)\.(mock|fn)\b/, instead: "a driver that ships", except: nowhere },
  { pattern: /\b(FIXME|XXX|HACK)\b/, instead: "mend it", except: nowhere },
  { pattern: /@ts-(ignore|nocheck)/, instead: "types that are true", except: nowhere },
];

test("what is banned stays out", () => {
  const wrong = readSources().flatMap((source) =>
    bans.filter((ban) => hits(ban, source)).map((ban) => `${source.path}: ${ban.instead}`),
  );
  assert.deepEqual(wrong, []);
});

test("a ban finds what it bans", () => {
  const sample = "const x = Date.now();";
  const source: Source = { path: "runtime/job/x.ts", text: sample, files: [], packages: [] };
  assert(bans.some((ban) => hits(ban, source)));
});

function hits({ pattern, except }: Ban, { path, text }: Source): boolean {
  if (except.test(path) || nowhere.test(path)) return false;
  return pattern.test(withoutComments(text));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
