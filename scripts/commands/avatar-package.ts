import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { type Tier, tierNames } from "../../config/tiers.ts";
import type { Manifest } from "../../runtime/avatar/manifest.ts";
import { readPackage } from "../../runtime/avatar/package.ts";
import { keyId } from "../../runtime/avatar/signature.ts";
import { archive } from "../avatar/archive.ts";
import { openPackage } from "../avatar/open.ts";
import { previewSheet } from "../avatar/preview.ts";
import { makeKey, signPackage } from "../avatar/sign.ts";
import { type Verdict, verify } from "../avatar/verify.ts";

/** Commands that look at packages which are made: `frontdesk avatar verify` and its like. */
export function addPackageCommands(avatar: Command): void {
  avatar
    .command("verify")
    .description("read every byte as the kiosk would; exit 1 when something is wrong")
    .argument("<package>", "a folder, a file .fda, or the id of one that is shipped")
    .option("--signer <key...>", "public keys (base64) of which one must have signed")
    .option("--partial", "tiers may be missing, as on a kiosk", false)
    .option("--json", "print it as JSON", false)
    .action(runVerify);
  avatar
    .command("info")
    .description("what a package holds")
    .argument("<package>", "a folder, a file .fda, or the id of one that is shipped")
    .option("--json", "print the manifest", false)
    .action(runInfo);
  avatar
    .command("preview")
    .description("draw the avatar at rest, speaking and in its actions, as PNG or JPEG")
    .argument("<package>", "a folder, a file .fda, or the id of one that is shipped")
    .requiredOption("--out <file>", "the picture to write")
    .addOption(new Option("--tier <tier>", "resolution").choices([...tierNames]).default("360p"))
    .action(runPreview);
  avatar
    .command("sign")
    .description("sign a package's manifest, which holds the hash of every other file")
    .argument("<folder>", "the package")
    .requiredOption("--key <file>", "an Ed25519 key (PEM), e.g. from frontdesk avatar keygen")
    .action((folder: string, { key }: { key: string }) => {
      const signer = signPackage(folder, key);
      process.stdout.write(`signed by key ${keyId(signer)}, for avatar.signers: ${signer}\n`);
    });
  avatar
    .command("keygen")
    .description("make a key to sign with")
    .requiredOption("--out <file>", "where to keep it; there must be none yet")
    .action(({ out }: { out: string }) => {
      const signer = makeKey(out);
      process.stdout.write(`key ${keyId(signer)}, for avatar.signers: ${signer}\n`);
    });
  avatar
    .command("pack")
    .description("put a package into one file")
    .argument("<folder>", "the package")
    .requiredOption("--out <file>", "as anna.fda")
    .action((folder: string, { out }: { out: string }) => {
      const bytes = archive(folder);
      writeFileSync(out, bytes);
      process.stdout.write(`${out}: ${bytes.length} bytes\n`);
    });
}

interface VerifyOptions {
  readonly signer?: readonly string[];
  readonly partial: boolean;
  readonly json: boolean;
}

async function runVerify(path: string, { signer, partial, json }: VerifyOptions): Promise<void> {
  using folder = await openPackage(path);
  const verdict = await verify(folder, { signers: signer ?? [], partial });
  process.stdout.write(json ? `${JSON.stringify(verdict, null, 2)}\n` : verdictLines(verdict));
  if (verdict.faults.length > 0) process.exitCode = 1;
}

function verdictLines({ manifest, files, signed, faults }: Verdict): string {
  const names = Object.entries(files).map(([file, state]) => `  ${file.padEnd(16)} ${state}`);
  const by = signed.keys.length === 0 ? "not signed" : `signed by ${signed.keys.join(", ")}`;
  const trust = signed.trusted.length > 0 ? ", a key that is asked for" : "";
  const end = faults.length === 0 ? "the package is whole" : `${faults.length} faults`;
  return `${manifest.id}: ${by}${trust}\n${names.join("\n")}\n${end}\n`;
}

async function runInfo(path: string, { json }: { json: boolean }): Promise<void> {
  using folder = await openPackage(path);
  const manifest = await readPackage(folder, []);
  process.stdout.write(json ? `${JSON.stringify(manifest, null, 2)}\n` : infoLines(manifest));
}

function infoLines(manifest: Manifest): string {
  const { id, name, kind, lipsync, idle, actions, poses, shared, tiers, fps } = manifest;
  const seconds = (frames: number) => `${(frames / fps).toFixed(1)} s`;
  const sizes = Object.entries(tiers).map(
    ([tier, { width, height, bytes }]) => `  ${tier.padEnd(7)} ${width}x${height}, ${mega(bytes)}`,
  );
  const clips = actions.map((action) => `${action.name} ${seconds(action.frames)}`).join(", ");
  return [
    `${name} (${id}), ${kind}, format ${manifest.version}`,
    `lip-sync: ${lipsync.join(", ") || "pictures of visemes"}`,
    `idle loop: ${seconds(idle.frames)} at ${fps} frames a second`,
    `actions: ${clips || "none"}`,
    `poses that are held: ${poses.join(", ") || "none"}`,
    `licence: ${manifest.licence}; consent: ${manifest.consent ?? "not told"}`,
    "tiers:",
    ...sizes,
    ...(shared === undefined ? [] : [`  ${"shared".padEnd(7)} ${mega(shared.bytes)}`]),
    "",
  ].join("\n");
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

async function runPreview(path: string, { out, tier }: { out: string; tier: Tier }): Promise<void> {
  writeFileSync(out, await previewSheet(path, tier, out.endsWith(".png") ? "png" : "jpeg"));
  process.stdout.write(`${out}\n`);
}
