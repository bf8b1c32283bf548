import type { Monitor } from "../diagnostics/monitor.ts";
import type { Settings } from "../settings/settings.ts";
import type { NoticeCard } from "../stage/card.ts";
import type { ToStage } from "../stage/messages.ts";

/**
 * What a board says on its screen between its first boot and its first configuration: nobody on
 * the site has given it a name or a broker, and for a while there was none at the usual place.
 */
export class Welcome {
  readonly #settings: Settings;
  readonly #monitor: Monitor;
  readonly #post: (message: ToStage) => void;
  #shown = "";

  constructor(settings: Settings, monitor: Monitor, post: (message: ToStage) => void) {
    this.#settings = settings;
    this.#monitor = monitor;
    this.#post = post;
  }

  /** To be called often; tells the stage when there is something else to show. */
  turn(): void {
    const card = this.#isLost() ? this.#card() : undefined;
    const text = JSON.stringify(card) ?? "";
    if (text === this.#shown) return;
    this.#shown = text;
    this.#post({ kind: "notice", ...(card ? { card } : {}) });
  }

  #isLost(): boolean {
    const isGone = this.#monitor.view.findings.some(({ code }) => code === "BROKER_GONE");
    if (!isGone) return false;
    const { sources } = this.#settings.report();
    return ["/device", "/broker/url"].every((key) => shipped.has(sources[key] ?? ""));
  }

  #card(): NoticeCard {
    const { device } = this.#settings.config;
    const [address] = this.#monitor.addresses;
    return {
      title: "Not configured yet",
      lines: [
        `This kiosk is called ${device} and ${address ? `is at ${address}` : "has no network"}.`,
        "The code holds the command that gives it a name and a broker.",
        "What that makes belongs into /etc/frontdesk.",
      ],
      code: command,
    };
  }
}

const shipped: ReadonlySet<string> = new Set(["built-in", "vendor"]);
const command = "frontdesk provision --device NAME --broker mqtts://HOST --out FOLDER";
