import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArchiveCode } from "../../runtime/content/archive-error.ts";
import { malices } from "./malice/all.ts";

/** What the process of `archives-main.ts` reads. */
export interface ArchiveList {
  readonly signer: string;
  readonly archives: readonly {
    readonly file: string;
    readonly name: string;
    readonly codes: readonly ArchiveCode[];
  }[];
}

/** What became of malicious archives. */
export interface ArchivesTold {
  refused: number;
  /** Those that were taken, or refused as something else. */
  readonly wrong: string[];
  /** Those after which something outside of staging was another than before. */
  readonly outside: string[];
  /** The most memory that was resident, beyond what was before the first. */
  growthBytes: number;
}

/** Has a process of its own install every malicious archive from a file. */
export function refuseArchives(): ArchivesTold & { readonly count: number } {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-archives-"));
  try {
    const { all, good, signer } = malices();
    const archives = all.map(({ name, codes, bytes }, at) => {
      writeFileSync(join(folder, `${at}.fda`), bytes);
      return { file: `${at}.fda`, name, codes };
    });
    writeFileSync(join(folder, "good.fda"), good);
    writeFileSync(join(folder, "list.json"), JSON.stringify({ signer, archives }));
    mkdirSync(join(folder, "kiosk"));
    const program = join(import.meta.dirname, "archives-main.ts");
    const words = ["--expose-gc", program, folder];
    const told = execFileSync(process.execPath, words, { encoding: "utf8" });
    return { ...(JSON.parse(told) as ArchivesTold), count: archives.length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
