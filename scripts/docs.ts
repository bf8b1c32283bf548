import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { commandLine } from "./frontdesk.ts";
import { configReference } from "./reference.ts";

/**
 * Writes the generated parts of the README anew; with `--check` only says whether they are current.
 * A part stands between `<!-- generated: NAME -->` and `<!-- end -->`.
 */
const readme = join(import.meta.dirname, "../README.md");

const parts: Readonly<Record<string, () => string>> = {
  "command line": () => ["```", ...helpOf(commandLine()), "```"].join("\n"),
  configuration: configReference,
};

const written = readFileSync(readme, "utf8");
const current = Object.entries(parts).reduce(
  (text, [name, make]) => replacePart(text, name, make()),
  written,
);

if (!process.argv.includes("--check")) writeFileSync(readme, current);
else if (current !== written) {
  process.stderr.write("README.md is behind the code: run 'node scripts/docs.ts'\n");
  process.exitCode = 1;
}

function replacePart(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- generated: ${name} -->`, "<!-- end -->"];
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) {
    throw new Error(`Cannot update README.md: part "${name}" has no ${start < 0 ? open : close}`);
  }
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
}

function helpOf(command: Command): string[] {
  const inner = command.commands.flatMap((sub) => ["", `$ ${pathOf(sub)} --help`, ...helpOf(sub)]);
  const help = command.configureHelp({ helpWidth: 100 }).helpInformation().trimEnd();
  return [...help.split("\n"), ...inner];
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
