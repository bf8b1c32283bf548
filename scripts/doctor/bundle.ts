import { globSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import type { Config } from "../../config/config.ts";
import { ask } from "../../drivers/board/files.ts";
import { lastVolatileFolder } from "../../drivers/disk/volatile.ts";
import { type BundleContent, packBundle } from "../../runtime/diagnostics/bundle.ts";
import type { Finding } from "../../runtime/diagnostics/finding.ts";
import { Redactor } from "../../runtime/diagnostics/redact.ts";
import type { World } from "../../runtime/diagnostics/world.ts";
import { version } from "../version.ts";
import { knownSecrets } from "./secrets.ts";

/** What a bundle is made of. */
export interface Case {
  readonly world: World;
  readonly findings: readonly Finding[];
}

/** Packs everything that helps somebody far away; works while the daemon lives and after. */
export async function makeBundle({ world, findings }: Case): Promise<Uint8Array> {
  const { config, board } = world;
  const left = lastVolatileFolder(config.device);
  const content: BundleContent = {
    "findings.json": findings,
    "board.json": board,
    "network.json": world.reached ?? null,
    "config.json": config,
    "versions.json": await versions(),
    "journal.txt": await journal(),
    "kernel.txt": textOf(await ask("dmesg", ["--level=err,warn"])),
    "state.txt": listing(config),
    ...(left === undefined ? {} : leftBehind(left)),
    ...(left === undefined ? {} : await pictures(left)),
  };
  return packBundle(content, new Redactor(knownSecrets(config)));
}

async function versions(): Promise<Record<string, unknown>> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const packages = await ask("dpkg-query", ["-W", "-f", "${Package} ${Version}\\n", ...wanted]);
  return { frontdesk: version, ...process.versions, packages: textOf(packages).split("\n") };
}

const wanted = ["frontdesk", "espeak-ng", "libasound2*", "libdrm2", "mosquitto", "ffmpeg"];

async function journal(): Promise<string> {
  const lines = ["--lines=3000", "--no-pager", "--output=short-iso", "--boot"];
  return textOf(await ask("journalctl", ["--unit=frontdesk.service", ...lines]));
}

function textOf(answer: Awaited<ReturnType<typeof ask>>): string {
  return "text" in answer ? answer.text : `(not available: ${answer.reason})\n`;
}

/** Names and sizes alone: the files hold texts of jobs. */
function listing({ state }: Config): string {
  const files = globSync(join(state, "*")).sort();
  return `${state}\n${files.map((file) => `${basename(file)} ${sizeOf(file)}`).join("\n")}\n`;
}

function sizeOf(file: string): string {
  try {
    return `${readFileSync(file).length} bytes`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The daemon's last words, from memory that outlived it. */
function leftBehind(folder: string): BundleContent {
  const files = ["daemon.json", "trace.json"].flatMap((name) => {
    try {
      return [[name, readFileSync(join(folder, name), "utf8")]];
    } catch {
      // A daemon that died while it started left only some of them.
      return [];
    }
  });
  return Object.fromEntries(files);
}

/** The last pictures as PNG, or as they are when no PNG can be made of them. */
async function pictures(folder: string): Promise<BundleContent> {
  const files = globSync(join(folder, "picture-*.jpg")).sort();
  const entries = files.map(async (file) => {
    const jpeg = readFileSync(file);
    const name = basename(file, ".jpg");
    const png = await sharp(jpeg)
      .png()
      .toBuffer()
      .catch(() => undefined);
    return png ? [`${name}.png`, png] : [`${name}.jpg`, jpeg];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Writes a bundle to `file`, else where there is room, and says where it is. */
export function placeBundle(bundle: Uint8Array, file: string): string {
  const name = basename(file);
  const places = [file, ...["/run", "/dev/shm", tmpdir(), homedir()].map((at) => join(at, name))];
  const refused: string[] = [];
  for (const place of places) {
    try {
      writeFileSync(place, bundle, { mode: 0o600 });
      return place;
    } catch (error) {
      refused.push(`${place}: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new Error(`Cannot write the bundle: no place has room for it\n${refused.join("\n")}`);
}
