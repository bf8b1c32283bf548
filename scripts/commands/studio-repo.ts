import { type Command, Option } from "commander";
import type { Kind } from "../../runtime/content/trust/metadata.ts";
import { checkRepository } from "../../runtime/studio/repo/check.ts";
import { readRelease } from "../../runtime/studio/repo/release.ts";
import { Repository } from "../../runtime/studio/repo/repository.ts";
import { type Days, usualDays } from "../../runtime/studio/repo/terms.ts";
import { openPackage } from "../avatar/open.ts";
import { keysOfRoles, makeRepositoryKey, readKeyFile, readSigners } from "../studio/keys.ts";
import { holdNewPlace, holdPlace, knownPlace } from "../studio/place.ts";
import { outcomeLines, reportLines, versionLine } from "../studio/words.ts";
import { addSigningCommands } from "./studio-signing.ts";

const roles = ["root", "targets", "snapshot", "timestamp"] as const;

const examples = `
Examples:
  frontdesk studio repo init /srv/avatars --keys keys/
  frontdesk studio repo add /srv/avatars avatars/ben 1.0.0 --keys keys/
  frontdesk studio repo renew /srv/avatars --keys keys/
  frontdesk studio repo check /srv/avatars
With the keys of root and targets in a safe:
  frontdesk studio repo request /srv/avatars --out request.json
  frontdesk studio repo sign request.json --key targets.pem --out signatures.json
  frontdesk studio repo sign /srv/avatars --signatures signatures.json --keys keys/`;

/** `frontdesk studio repo …`: the repository that devices fetch avatars from. */
export function addRepoCommands(studio: Command): void {
  const repo = studio
    .command("repo")
    .description("the signed repository that devices fetch avatars from, for any web server");
  repo.addHelpText("after", examples);
  addInit(repo);
  addReleases(repo);
  addKeys(repo);
  addSigningCommands(repo);
  repo
    .command("check")
    .description("follow it as a device does and read every file; exit 1 when something is wrong")
    .argument("<folder>", "the repository")
    .option("--json", "print it as JSON", false)
    .action(runCheck);
}

function addInit(repo: Command): void {
  repo
    .command("init")
    .description("make a repository; its metadata/1.root.json is what content.rootFile names")
    .argument("<folder>", "where; the web server serves it")
    .requiredOption("--keys <folder>", "ROLE.pem and ROLE-*.pem in it; what is missing is made")
    .option("--threshold <role=n...>", "signatures that a role needs (default: 1)")
    .option("--days <role=n...>", "for how long signatures last (default: 365, 365, 30, 7)")
    .action(runInit);
}

function addReleases(repo: Command): void {
  withKeys(repo.command("add"))
    .description("publish a package as a version of its avatar")
    .argument("<folder>", "the repository")
    .argument("<package>", "a folder, a file .fda, or the id of one that is shipped")
    .argument("<version>", "1 to 64 of 0-9 A-Z a-z . + -")
    .action(runAdd);
  withKeys(repo.command("remove"))
    .description("publish a list without a version; its files stay where they are")
    .argument("<folder>", "the repository")
    .argument("<id>", "the avatar")
    .argument("<version>", "its version")
    .action(async (folder: string, id: string, version: string, { keys }: KeysOption) => {
      await change(folder, keys, (repository, nowMs) =>
        repository.removeRelease({ id, version }, nowMs),
      );
    });
  withKeys(repo.command("renew"))
    .description("sign snapshot and timestamp anew, and what ends within a third of its time")
    .argument("<folder>", "the repository")
    .addOption(new Option("--role <role...>", "these in any case").choices(["root", "targets"]))
    .action(runRenew);
}

function addKeys(repo: Command): void {
  repo
    .command("keygen")
    .description("make a key, and its public half beside it as .pub.pem")
    .requiredOption("--out <file>", "where to keep it; there must be none yet")
    .action(({ out }: { out: string }) => {
      process.stdout.write(`key ${makeRepositoryKey(out).keyID}\n`);
    });
  withKeys(repo.command("rotate"))
    .description("give a role other keys")
    .argument("<folder>", "the repository")
    .addOption(new Option("--role <role>", "whose").choices(roles).makeOptionMandatory())
    .option("--add <file...>", "keys in PEM, either half", [])
    .option("--remove <id...>", "keys by the beginning of their ids", [])
    .option("--threshold <n>", "signatures that the role needs")
    .action(runRotate);
}

interface KeysOption {
  readonly keys: readonly string[];
}

interface InitOptions {
  readonly keys: string;
  readonly threshold?: readonly string[];
  readonly days?: readonly string[];
}

async function runInit(folder: string, options: InitOptions): Promise<void> {
  const thresholds = perRole("threshold", options.threshold ?? []);
  const days: Days = { ...usualDays, ...perRole("days", options.days ?? []) };
  const keys = keysOfRoles(options.keys, thresholds);
  const nowMs = Date.now();
  await using held = await holdNewPlace(folder);
  const repository = await Repository.create(held.place, keys, days, nowMs);
  const outcome = await repository.publish(readSigners([options.keys]), nowMs);
  process.stdout.write(outcomeLines(outcome));
}

async function runAdd(
  folder: string,
  name: string,
  version: string,
  { keys }: KeysOption,
): Promise<void> {
  using opened = await openPackage(name);
  const release = await readRelease(opened, version);
  await change(folder, keys, (repository, nowMs) => repository.addRelease(release, nowMs));
}

/** While a draft waits for a key in a safe, the timestamp must not run out. */
async function runRenew(
  folder: string,
  { keys, role }: KeysOption & { role?: readonly ("root" | "targets")[] },
): Promise<void> {
  await using held = await holdPlace(folder);
  const repository = await Repository.open(held.place);
  const [nowMs, signers] = [Date.now(), readSigners(keys)];
  await repository.renew(nowMs, role);
  const outcome = await repository.publish(signers, nowMs);
  process.stdout.write(outcomeLines(outcome));
  if (outcome.state === "published") return;
  const versions = await repository.touch(signers, nowMs);
  process.stdout.write(`renewed what is served: ${versionLine(versions)}\n`);
}

interface RotateOptions extends KeysOption {
  readonly role: Kind;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly threshold?: string;
}

async function runRotate(folder: string, options: RotateOptions): Promise<void> {
  const { role, threshold } = options;
  const add = options.add.map(readKeyFile);
  await change(folder, options.keys, (repository, nowMs) => {
    const known = repository.roles[role].keys.map(({ keyID }) => keyID);
    const remove = options.remove.map((start) => known.find((id) => id.startsWith(start)) ?? start);
    const changed = threshold === undefined ? {} : { threshold: Number(threshold) };
    return repository.rotate(role, { add, remove, ...changed }, nowMs);
  });
}

async function runCheck(folder: string, { json }: { json: boolean }): Promise<void> {
  const nowMs = Date.now();
  const report = await checkRepository(knownPlace(folder), nowMs);
  const text = json ? `${JSON.stringify(report, null, 2)}\n` : reportLines(report, nowMs);
  process.stdout.write(text);
  if (report.faults.length > 0) process.exitCode = 1;
}

/** Drafts a change, signs it with the keys that are here, and publishes it if they suffice. */
async function change(
  folder: string,
  keys: readonly string[],
  draft: (repository: Repository, nowMs: number) => Promise<unknown>,
): Promise<void> {
  await using held = await holdPlace(folder);
  const repository = await Repository.open(held.place);
  const nowMs = Date.now();
  await draft(repository, nowMs);
  process.stdout.write(outcomeLines(await repository.publish(readSigners(keys), nowMs)));
}

function withKeys(command: Command): Command {
  return command.requiredOption("--keys <path...>", "keys in PEM, or folders of such");
}

/** `root=2` and the like. */
function perRole(what: string, pairs: readonly string[]): Partial<Record<Kind, number>> {
  const read = pairs.map((pair) => {
    const [role, count] = pair.split("=");
    const isKnown = roles.some((one) => one === role) && /^[1-9]\d{0,3}$/.test(count ?? "");
    if (!isKnown) throw new Error(`Cannot read ${what} ${pair}: it should be like root=2`);
    return [role, Number(count)];
  });
  return Object.fromEntries(read);
}
