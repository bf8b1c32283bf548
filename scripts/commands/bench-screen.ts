import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { Config } from "../../config/config.ts";
import { addConfigOptions, type ConfigOptions, readConfig } from "./options.ts";

const examples = `
It leaves by itself after a minute, or as soon as a job begins.

Examples:
  frontdesk bench-screen`;

export function addBenchScreenCommand(program: Command): void {
  addConfigOptions(program.command("bench-screen"))
    .description("show the bench on the screen of the daemon that runs here")
    .addHelpText("after", examples)
    .action(async (options: ConfigOptions) => {
      process.stdout.write(await askForBench(readConfig(options)));
    });
}

/** By way of the page, as its button does. */
async function askForBench({ page }: Config): Promise<string> {
  if (page.port === 0) throw new Error("Cannot show the bench: page.port is 0, the page is off");
  const url = `http://${page.host.includes(":") ? `[${page.host}]` : page.host}:${page.port}`;
  const { passwordFile } = page;
  const word = passwordFile === undefined ? undefined : readFileSync(passwordFile, "utf8").trim();
  const code = Buffer.from(`bench:${word}`).toString("base64");
  const headers: Record<string, string> = word ? { authorization: `Basic ${code}` } : {};
  const html = await fetched(`${url}/`, { headers });
  const [, token = ""] = /<meta name="token" content="([^"]+)">/.exec(html) ?? [];
  headers["x-frontdesk-token"] = token;
  return fetched(`${url}/bench`, { method: "POST", headers });
}

async function fetched(url: string, options: RequestInit): Promise<string> {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(5_000) }).catch(() => {
    throw new Error(`Cannot show the bench: no daemon answers at ${url}`);
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Cannot show the bench: ${text.trim()} (${answer.status})`);
  return text;
}
