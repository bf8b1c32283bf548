import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./checks.ts";

/** What was found so far, written anew after each check, so that a broken run leaves its part. */
export class Report {
  readonly #folder: string;
  readonly #findings: (Finding & { readonly name: string; readonly seconds: number })[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Runs one check; what it throws is a finding too. True when it passed. */
  async check(name: string, work: () => Promise<Finding>): Promise<boolean> {
    const startMs = performance.now();
    const finding = await work().catch((error: unknown) => ({
      passed: false,
      facts: { error: error instanceof Error ? error.message : String(error) },
    }));
    const seconds = Math.round((performance.now() - startMs) / 1000);
    this.#findings.push({ name, seconds, ...finding });
    const facts = Object.entries(finding.facts).map(([key, value]) => `${key} ${value}`);
    const verdict = finding.passed ? "passed" : "FAILED";
    process.stdout.write(`${verdict}  ${name}  (${seconds} s)  ${facts.join(", ")}\n`);
    this.#write();
    return finding.passed;
  }

  get passed(): boolean {
    return this.#findings.every(({ passed }) => passed);
  }

  #write(): void {
    writeFileSync(
      join(this.#folder, "report.json"),
      `${JSON.stringify({ at: new Date().toISOString(), findings: this.#findings }, null, 2)}\n`,
    );
  }
}
