import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Role } from "../../runtime/studio/act.ts";
import type { ServedConsole } from "./console.ts";

/** People in front of browsers of their own. */
export class Visitors {
  /** What any of their browsers had to complain of. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #served: ServedConsole;

  constructor(browser: Browser, served: ServedConsole) {
    this.#browser = browser;
    this.#served = served;
  }

  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ locale: "en-GB", ...options });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    return page;
  }

  /** Somebody of this role, on the first page. */
  async signIn(role: Role, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(options);
    const { url } = this.#served;
    const value = await this.#served.browserToken(role);
    await page.context().addCookies([{ name: "frontdesk_session", value, url }]);
    await page.goto(url);
    return page;
  }
}

/** A file as somebody picks it. */
export function fileOf(name: string, buffer: Buffer) {
  return { name, mimeType: "application/octet-stream", buffer };
}

export async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.textContent(selector)) ?? "").trim();
}
