import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { SettledConfig } from "../../config/config.ts";
import { openAlsa } from "../../drivers/audio/alsa.ts";
import type { Trouble } from "../../runtime/diagnostics/world.ts";
import { tryAvatar } from "./avatar.ts";
import { tryContent } from "./content.ts";
import { modelOutput } from "./golden.ts";
import { tryLicence } from "./licence.ts";
import { tryVoice } from "./voice.ts";

/** Folders of the program: the native parts, the model, the avatars that are shipped. */
export interface Places {
  readonly native: string;
  readonly model: string;
  readonly avatars: string;
}

const nodeMajorMin = 24;

/** Tries what the daemon will need: each part by itself, so that one fault hides no other. */
export async function tryInstallation(config: SettledConfig, places: Places): Promise<Trouble[]> {
  const troubles = await Promise.all([
    tryNode(process.versions.node),
    tryNative(places.native),
    tryVoice(places.native, config),
    trySound(places.native),
    tryModel(places.model),
    tryAvatar(config, places.avatars),
    tryCredentials(config),
    tryContent(config),
    tryLicence(config),
  ]);
  return troubles.flat().filter((trouble) => trouble !== undefined);
}

export function tryNode(node: string): Trouble | undefined {
  if (Number.parseInt(node, 10) >= nodeMajorMin) return undefined;
  return { code: "RUNTIME_NODE_OLD", evidence: { node, due: nodeMajorMin } };
}

/** Opens and closes a picture in memory, in a process of its own: a broken part may crash it. */
async function tryNative(native: string): Promise<Trouble | undefined> {
  const probe = join(import.meta.dirname, "../../drivers/display/probe.ts");
  const child = spawn(process.execPath, [probe, native, "memory", "64", "64"], {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 8_000,
  });
  const [complaint, [status, signal]] = await Promise.all([
    text(child.stderr),
    once(child, "exit"),
  ]);
  if (status === 0) return undefined;
  const reason = complaint.split("\n").find((line) => /^\w*Error: /.test(line));
  const ended = String(signal ?? status);
  return { code: "RUNTIME_NATIVE_MISSING", evidence: { folder: native, reason: reason ?? ended } };
}

/** ALSA's own `null` plays into nothing on any board. */
async function trySound(native: string): Promise<Trouble | undefined> {
  const file = join(native, "bin/alsa");
  try {
    await using _audio = await openAlsa(file, "null");
    return undefined;
  } catch (error) {
    return { code: "RUNTIME_SOUND_MISSING", evidence: { file, reason: reasonOf(error) } };
  }
}

async function tryModel(folder: string): Promise<Trouble | undefined> {
  const file = join(folder, "speech.onnx");
  if (!existsSync(file)) return { code: "RUNTIME_MODEL_MISSING", evidence: { file } };
  try {
    const model = readFileSync(file);
    const golden = JSON.parse(readFileSync(join(folder, "golden.json"), "utf8"));
    const sha256 = createHash("sha256").update(model).digest("hex");
    if (sha256 !== golden.sha256) {
      const evidence = { file, reason: "SHA-256 differs", sha256, due: String(golden.sha256) };
      return { code: "RUNTIME_MODEL_WRONG", evidence };
    }
    const output = await modelOutput(model);
    if (output.every((value, at) => Math.abs(value - golden.output[at]) < 1e-3)) return undefined;
    const reason = `output ${output.join(" ")}, due ${golden.output.join(" ")}`;
    return { code: "RUNTIME_MODEL_WRONG", evidence: { file, reason } };
  } catch (error) {
    return { code: "RUNTIME_MODEL_WRONG", evidence: { file, reason: reasonOf(error) } };
  }
}

/** The first file with a secret or a certificate that this user may not read. */
function tryCredentials({ broker, page }: SettledConfig): Trouble | undefined {
  const { passwordFile, caFile, certFile, keyFile } = broker;
  for (const file of [passwordFile, caFile, certFile, keyFile, page.passwordFile]) {
    if (file === undefined) continue;
    try {
      readFileSync(file);
    } catch (error) {
      return { code: "CREDENTIALS_UNREADABLE", evidence: { file, reason: reasonOf(error) } };
    }
  }
  return undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
