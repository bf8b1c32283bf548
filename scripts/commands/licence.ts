import { readFileSync, writeFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import type { Command } from "commander";
import type { Config } from "../../config/config.ts";
import { httpsEnquiry } from "../../drivers/enquiry/https.ts";
import { writeLease } from "../../runtime/content/licence/lease.ts";
import { askStudio } from "../../runtime/content/licence/studio.ts";
import { holds, type LicenceState } from "../../runtime/content/licence/verdict.ts";
import { readCode } from "../../runtime/studio/licence/code.ts";
import { makeKey } from "../avatar/sign.ts";
import { Cabinet, day } from "../licence/cabinet.ts";
import { codePng, codeText } from "../licence/code-picture.ts";
import { findLease } from "../licence/sticks.ts";
import { addConfigOptions, type ConfigOptions, readConfig } from "./options.ts";

const examples = `
A daemon that runs takes a new lease within seconds; nothing is started again.

Examples:
  frontdesk licence activate 1ST6-QJHC-MKVY-6SS2      where there is a network
  frontdesk licence request 1ST6-QJHC-MKVY-6SS2 --png request.png   where there is none:
  frontdesk licence install                           the answer comes on a stick`;

export function addLicenceCommand(program: Command): void {
  const licence = program
    .command("licence")
    .description("the lease of this device, where licence.signers asks for one")
    .addHelpText("after", examples);
  addConfigOptions(licence.command("status"))
    .description("how the lease stands; exit 1 when none holds")
    .option("--json", "print it as JSON", false)
    .action(runStatus);
  addConfigOptions(licence.command("activate"))
    .description("ask the studio for a lease and put it in place")
    .argument("[code]", "the activation code; none: renew the lease that is there", parseCode)
    .action(runActivate);
  addConfigOptions(licence.command("request"))
    .description("print what the studio has to be asked, to be carried there")
    .argument("[code]", "the activation code; none: renew, or the studio chooses", parseCode)
    .option("--png <file>", "write it as a QR code")
    .option("--json", "print the JSON alone", false)
    .action(runRequest);
  licence
    .command("keygen")
    .description("make the key that a studio signs leases with: studio serve --licence-key")
    .requiredOption("--out <file>", "where to keep it; there must be none yet")
    .action(({ out }: { out: string }) => {
      process.stdout.write(`for licence.signers: ${makeKey(out)}\n`);
    });
  addConfigOptions(licence.command("install"))
    .description("put a lease in place that was made for this device")
    .argument("[file]", "the studio's file, - for standard input (default: that on a stick)")
    .action(runInstall);
}

async function runStatus(options: ConfigOptions & { json: boolean }): Promise<void> {
  const config = readConfig(options);
  const { verdict, device } = await Cabinet.look(config).verdict();
  const isAsked = config.licence.signers.length > 0;
  const { state, lease, reason } = verdict;
  if (options.json) {
    const told = { isAsked, holds: holds(state), state, device, reason, lease };
    process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
  } else {
    const words = isAsked ? (reason ?? meanings[state]) : "none is asked for";
    const rows = { licence: words, device, ...rowsOf(lease) };
    const lines = Object.entries(rows).map(([key, value]) => `${key.padEnd(10)}${value}\n`);
    process.stdout.write(lines.join(""));
  }
  if (isAsked && !holds(state)) process.exitCode = 1;
}

const meanings: Readonly<Record<LicenceState, string>> = {
  valid: "it holds",
  due: "it holds, and its renewal is due",
  "no-clock": "it holds; the clock of this board is not set, so it counts the time it runs",
  expired: "it has ended",
  early: "it does not hold yet",
  absent: "there is none, one is asked for",
  unreadable: "its file is damaged",
  untrusted: "nobody in licence.signers has signed it",
  "other-device": "it is for another device",
  "other-application": "it is for another application",
  "no-key": "the key of this device cannot be read",
};

function rowsOf(lease: Awaited<ReturnType<Cabinet["install"]>> | undefined) {
  if (!lease) return {};
  const { id, pool, test, application, renewAfterMs, expiresMs } = lease;
  return {
    lease: `${id} of pool ${pool}${test ? ", a test" : ""}`,
    ...(application === null ? {} : { for: application }),
    until: `${day(expiresMs)}, renewed from ${day(renewAfterMs)}`,
  };
}

async function runActivate(code: string | undefined, options: ConfigOptions): Promise<void> {
  const config = readConfig(options);
  const { url, caFile } = config.licence;
  const action = code === undefined ? "renew" : "activate";
  if (url === undefined) {
    const due = "it should name the studio, or: frontdesk licence request";
    throw new Error(`Cannot ${action}: licence.url is not set, ${due}`);
  }
  const cabinet = await Cabinet.open(config);
  const request = await cabinet.request(code ?? null);
  if (code === undefined && request.pool === null) {
    throw new Error("Cannot renew: there is no lease of this device, an activation code is due");
  }
  const never = new AbortController().signal;
  const answer = await askStudio(httpsEnquiry({ caFile }), url, request, never);
  if ("code" in answer) throw new Error(`${answer.message} (${answer.code})`);
  tellInstalled(await cabinet.install(writeLease(answer.lease), `the lease of ${url}`), config);
}

async function runRequest(
  code: string | undefined,
  { png, json, ...options }: ConfigOptions & { png?: string; json: boolean },
): Promise<void> {
  const cabinet = await Cabinet.open(readConfig(options));
  const text = JSON.stringify(await cabinet.request(code ?? null));
  process.stdout.write(`${text}\n`);
  if (png !== undefined) writeFileSync(png, await codePng(text));
  else if (!json) process.stdout.write(`${codeText(text)}\n`);
}

async function runInstall(file: string | undefined, options: ConfigOptions): Promise<void> {
  const config = readConfig(options);
  const from = file ?? findLease();
  const bytes = from === "-" ? await buffer(process.stdin) : readFile(from);
  const cabinet = await Cabinet.open(config);
  tellInstalled(await cabinet.install(bytes, from === "-" ? "standard input" : from), config);
}

function tellInstalled(
  lease: Awaited<ReturnType<Cabinet["install"]>>,
  { device }: Pick<Config, "device">,
): void {
  const { expiresMs, renewAfterMs, test } = lease;
  const kind = test ? "a test lease" : "a lease";
  const renewed = day(renewAfterMs);
  process.stdout.write(`${device} has ${kind} until ${day(expiresMs)}, renewed from ${renewed}\n`);
}

function readFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : message;
    throw new Error(`Cannot install ${file}: ${reason}, the studio's file is due`);
  }
}

function parseCode(typed: string): string {
  const code = readCode(typed);
  if (code !== undefined) return code;
  const due = "16 letters and digits as 1ST6-QJHC-MKVY-6SS2 are due";
  throw new Error(`Cannot use code "${typed}": there is a slip in it, ${due}`);
}
