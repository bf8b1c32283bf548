import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";

/** One step of the check: what it is called and the command that does it. */
interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** Suites that are quick enough for every save; the rest needs servers, displays or minutes. */
const quickSuites = ["tidy", "unit", "contract", "golden", "sim", "fuzz"];
const allSuites = [...quickSuites, "e2e"];

/** A handle that a test forgets must not keep a check alive for ever. */
const stepMsMax = 25 * 60_000;

const suites = process.argv.includes("--all") ? allSuites : quickSuites;
const files = suites.flatMap((suite) => globSync(`test/${suite}/**/*.test.ts`)).sort();

const steps: readonly Step[] = [
  { name: "format and lint", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["tsc", "--project", "."] },
  { name: "docs in step with the code", command: ["node", "scripts/docs.ts", "--check"] },
  {
    name: `tests: ${suites.join(", ")}`,
    command: ["node", "--import", "tsx", "--test", "--test-concurrency=2", ...files],
  },
];

for (const { name, command } of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const [file, ...args] = command;
  const { status, error } = spawnSync(file, args, {
    stdio: ["ignore", "inherit", "inherit"],
    timeout: stepMsMax,
  });
  if (error) throw new Error(`Cannot check ${name}: ${error.message}, run 'npm run setup' first`);
  if (status !== 0) {
    process.stdout.write(`\n== ${name}: failed\n`);
    process.exit(1);
  }
}
