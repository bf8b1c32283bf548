import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";

const executablePath = "/usr/bin/chromium";

/** Why a test in a browser has to be left out; false when it can be made. */
export const noBrowser = existsSync(executablePath)
  ? false
  : "chromium is not installed (apt-get install chromium)";

export function openBrowser(): Promise<Browser> {
  // Root may not have a sandbox of its own; everything it loads is ours.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

/** What axe finds wrong with a page, by WCAG 2.2 A and AA: rule, and where. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By way of the debugger: the page's own policy lets in no script from elsewhere.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe.source });
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const options = JSON.stringify({ runOnly: { type: "tag", values: tags } });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, ${options}).then((run) => JSON.stringify(run.violations))`,
    awaitPromise: true,
  });
  const violations = JSON.parse(String(result.value)) as Violation[];
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
