import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import type { TSchema } from "typebox";
import { preflightSchema } from "../config/preflight.ts";
import { driveSchema } from "../runtime/cloud/drive.ts";
import { channelSchema } from "../runtime/cloud/event.ts";
import { createSchema } from "../runtime/cloud/routes.ts";
import { openApi } from "../runtime/studio/web/openapi.ts";
import { codesPage } from "./doctor/page.ts";
import { commandLine } from "./frontdesk.ts";
import { configReference } from "./reference.ts";
import { contractFiles } from "./schemas.ts";
import { version } from "./version.ts";

/**
 * Writes the generated parts of the README, the page of all findings and the MQTT contract anew;
 * with `--check` only says whether they are current. A part stands between
 * `<!-- generated: NAME -->` and `<!-- end -->`.
 */
const program = await commandLine();
const parts: Readonly<Record<string, () => string>> = {
  "command line": () => ["```", ...helpOf(program), "```"].join("\n"),
  configuration: configReference,
};

const pages: readonly (readonly [file: string, make: (written: string) => string])[] = [
  [
    join(import.meta.dirname, "../README.md"),
    (written) =>
      Object.entries(parts).reduce(
        (text, [name, make]) => replacePart(text, name, make()),
        written,
      ),
  ],
  [join(import.meta.dirname, "../runtime/diagnostics/codes.md"), codesPage],
  [join(import.meta.dirname, "train-avatar/preflight.json"), () => schemaPage(preflightSchema)],
  [schemaFile("cloud.create"), () => schemaPage(createSchema)],
  [schemaFile("cloud.drive"), () => schemaPage(driveSchema)],
  [schemaFile("cloud.event"), () => schemaPage(channelSchema)],
  [
    join(import.meta.dirname, "../config/schema/openapi.json"),
    () => `${JSON.stringify(openApi(version), undefined, 2)}\n`,
  ],
  ...Object.entries(contractFiles()).map(
    ([path, text]) => [join(import.meta.dirname, "..", path), () => text] as const,
  ),
];

for (const [file, make] of pages) {
  const written = existsSync(file) ? readFileSync(file, "utf8") : "";
  const current = make(written);
  if (!process.argv.includes("--check")) writeFileSync(file, current);
  else if (current !== written) {
    process.stderr.write(`${basename(file)} is behind the code: run 'node scripts/docs.ts'\n`);
    process.exitCode = 1;
  }
}

/** A schema by itself, for those who call us from elsewhere. */
function schemaPage(schema: TSchema): string {
  const $schema = "https://json-schema.org/draft/2020-12/schema";
  return `${JSON.stringify({ $schema, ...schema }, undefined, 2)}\n`;
}

function schemaFile(id: string): string {
  return join(import.meta.dirname, `../config/schema/${id}.json`);
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
