import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { Repository } from "../../runtime/studio/repo/repository.ts";
import { answer, describe, readAnswer, readRequest } from "../../runtime/studio/repo/request.ts";
import { readSigners } from "../studio/keys.ts";
import { holdPlace, knownPlace } from "../studio/place.ts";
import { outcomeLines } from "../studio/words.ts";

/** Signing with keys that lie elsewhere: a request goes out, signatures come back. */
export function addSigningCommands(repo: Command): void {
  repo
    .command("request")
    .description("write down what waits for signatures, for the machine that holds the keys")
    .argument("<folder>", "the repository")
    .requiredOption("--out <file>", "the request to write")
    .action(runRequest);
  repo
    .command("sign")
    .description("sign a request; or bring signatures into the repository and publish")
    .argument("<path>", "a request, or the repository")
    .option("--key <path...>", "keys in PEM, or folders of such", [])
    .option("--keys <path...>", "the same", [])
    .option("--out <file>", "of a request: the signatures to write")
    .option("--signatures <file...>", "for a repository: what was signed elsewhere", [])
    .action(runSign);
}

async function runRequest(folder: string, { out }: { out: string }): Promise<void> {
  const repository = await Repository.open(knownPlace(folder));
  const request = repository.request();
  if (request.sheets.length === 0) {
    throw new Error(`Cannot ask for signatures of ${folder}: nothing waits for any`);
  }
  writeFileSync(out, `${JSON.stringify(request, null, 2)}\n`);
  process.stdout.write(`${describe(request).join("\n")}\n`);
}

interface SignOptions {
  readonly key: readonly string[];
  readonly keys: readonly string[];
  readonly out?: string;
  readonly signatures: readonly string[];
}

async function runSign(path: string, options: SignOptions): Promise<void> {
  const signers = readSigners([...options.key, ...options.keys]);
  if (!statSync(path).isDirectory()) {
    const request = readRequest(readFileSync(path));
    const made = answer(request, signers);
    if (options.out === undefined) throw new Error("Cannot sign a request: --out is missing");
    process.stdout.write(`${describe(request).join("\n")}\n`);
    if (made.signatures.length === 0) {
      throw new Error(`Cannot sign ${path}: none of these keys is asked for`);
    }
    writeFileSync(options.out, `${JSON.stringify(made, null, 2)}\n`);
    process.stdout.write(`${made.signatures.length} signatures in ${options.out}\n`);
    return;
  }
  await using held = await holdPlace(path);
  const repository = await Repository.open(held.place);
  for (const file of options.signatures) {
    const taken = await repository.bring(readAnswer(readFileSync(file)));
    if (taken === 0) throw new Error(`Cannot take signatures of ${file}: none fits what waits`);
  }
  process.stdout.write(outcomeLines(await repository.publish(signers, Date.now())));
}
