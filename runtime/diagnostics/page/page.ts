import type { WebAnswer, WebRequest } from "../../../drivers/web/web.ts";
import type { Redactor } from "../redact.ts";
import { answer, plain } from "./answer.ts";
import type { Guard } from "./guard.ts";
import { renderPage } from "./render.ts";
import type { PageSource, Wish } from "./source.ts";

/** A file that the page loads. */
interface Asset {
  readonly type: string;
  readonly body: string;
}

const textCharsMax = 2_000;
/** A week, as long as an override may hold. */
const hoursMax = 168;

type Route = (request: WebRequest) => Promise<WebAnswer>;

/** The page for a technician: what there is to see and to do, behind its guard. */
export class Page {
  readonly #source: PageSource;
  readonly #guard: Guard;
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #redactor: Redactor;
  readonly #routes: Readonly<Record<string, Route>>;

  constructor(
    source: PageSource,
    parts: { readonly guard: Guard; readonly assets: ReadonlyMap<string, Asset> },
    redactor: Redactor,
    token: string,
  ) {
    this.#source = source;
    this.#guard = parts.guard;
    this.#assets = parts.assets;
    this.#redactor = redactor;
    this.#routes = {
      "GET /": async () => answer("text/html; charset=utf-8", this.#html(token)),
      "GET /status.json": async () => this.#status(),
      "GET /preview.jpg": () => this.#preview(),
      "GET /metrics": async () => answer(metricsType, await this.#source.metrics()),
      "GET /bundle.tar.gz": () => this.#bundle(),
      "POST /say": (request) => this.#say(request),
      "POST /override": (request) => this.#override(request),
      "POST /bench": async () => this.#bench(),
    };
  }

  async answer(request: WebRequest, nowMs: number): Promise<WebAnswer> {
    const refused = this.#guard.refuse(request, nowMs);
    if (refused) return refused;
    const method = request.method === "HEAD" ? "GET" : request.method;
    const route = this.#routes[`${method} ${request.path}`];
    if (route) return route(request);
    const asset = this.#assets.get(request.path);
    return asset ? answer(asset.type, asset.body) : plain(404, "There is no such page");
  }

  #html(token: string): string {
    const source = this.#source;
    return renderPage(
      {
        ...source,
        device: source.device,
        view: () => this.#redactor.value(source.view()),
        stage: () => this.#redactor.value(source.stage()),
        configuration: () => this.#redactor.value(source.configuration()),
        events: () => this.#redactor.value(source.events()),
        avatars: () => this.#redactor.value(source.avatars()),
      },
      token,
    );
  }

  #status(): WebAnswer {
    const { health, findings, now, connected } = this.#source.view();
    const { pulse } = this.#source.stage();
    const temperatureC = this.#source.temperatureC() ?? null;
    const workMs = pulse?.workMs ?? [];
    const avatars = this.#source.avatars();
    const status = { health, findings, now, connected, workMs, temperatureC, avatars };
    return answer("application/json", JSON.stringify(this.#redactor.value(status)));
  }

  async #override({ body }: WebRequest): Promise<WebAnswer> {
    const wish = readWish(body);
    if (wish === undefined) {
      return plain(400, `Cannot set it: a key, a value and 1 to ${hoursMax} hours are due`);
    }
    try {
      return plain(200, `${wish.key} holds until ${await this.#source.override(wish)}`);
    } catch (error) {
      return plain(409, error instanceof Error ? error.message : String(error));
    }
  }

  #bench(): WebAnswer {
    if (this.#source.bench()) return plain(200, "The bench is on the screen");
    return plain(503, "There is no screen yet");
  }

  async #preview(): Promise<WebAnswer> {
    const picture = await this.#source.preview();
    return picture ? answer("image/jpeg", picture) : plain(503, "There is no picture now");
  }

  async #bundle(): Promise<WebAnswer> {
    const name = `frontdesk-${this.#source.device}.tar.gz`;
    const disposition = { "content-disposition": `attachment; filename="${name}"` };
    return answer("application/gzip", await this.#source.bundle(), disposition);
  }

  async #say({ body }: WebRequest): Promise<WebAnswer> {
    const text = readText(body);
    if (text === undefined) {
      return plain(400, `Cannot say it: the text should have 1 to ${textCharsMax} characters`);
    }
    try {
      return plain(200, `Job ${await this.#source.say(text)}`);
    } catch (error) {
      return plain(409, error instanceof Error ? error.message : String(error));
    }
  }
}

/** Prometheus' exposition format, version 0.0.4. */
const metricsType = "text/plain; version=0.0.4; charset=utf-8";

/** The value as JSON where it is JSON, else as the text itself. */
function readWish(body: string): Wish | undefined {
  try {
    const { key, value, hours } = JSON.parse(body) as Record<string, unknown>;
    if (typeof key !== "string" || typeof value !== "string") return undefined;
    if (!Number.isInteger(hours) || Number(hours) < 1 || Number(hours) > hoursMax) return undefined;
    return { key, value: readValue(value), hours: Number(hours) };
  } catch {
    // Not the page's own request; the answer says what is due.
    return undefined;
  }
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Texts are typed without quotes.
    return text;
  }
}

function readText(body: string): string | undefined {
  try {
    const { text } = JSON.parse(body) as { text?: unknown };
    if (typeof text !== "string" || text.trim() === "") return undefined;
    return text.length > textCharsMax ? undefined : text;
  } catch {
    // Not the page's own request; the answer says what is due.
    return undefined;
  }
}
