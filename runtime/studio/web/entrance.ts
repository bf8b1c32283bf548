import type { SiteAnswer, SiteRequest, SiteRoute } from "../../../drivers/site/site.ts";
import { Refusal } from "../refusal.ts";
import { localPath, pageAnswer, redirect } from "./answers.ts";
import { callerOf } from "./caller.ts";
import { isSame, visitOf } from "./door.ts";
import { fieldsOf } from "./handed-in.ts";
import type { House } from "./house.ts";
import { isLanguage } from "./language.ts";
import { signIn } from "./pages/entrance.ts";
import { shell } from "./shell.ts";

/** Coming in, going out, and in which language. */
export class Entrance {
  readonly #house: House;
  readonly #now: () => number;

  constructor(house: House, now: () => number) {
    this.#house = house;
    this.#now = now;
  }

  routes(): readonly SiteRoute[] {
    return [
      { method: "GET", path: "/sign-in", answer: (request) => this.#form(request) },
      { method: "POST", path: "/sign-in", answer: (request) => this.#enter(request) },
      { method: "POST", path: "/sign-out", answer: (request) => this.#leave(request) },
      { method: "GET", path: "/language/:tag", answer: async (request) => speak(request) },
    ];
  }

  async #form(request: SiteRequest, refusal?: Refusal, fields?: ReadonlyMap<string, string[]>) {
    const call = await callerOf(this.#house, request, this.#now(), fields);
    if (call.session) return redirect("/");
    // Who has no cookie yet gets the one that this form's token goes with.
    const visit = visitOf(request);
    const scene = { ...call.scene, csrf: visit.csrf };
    const to = localPath(fields?.get("to")?.[0] ?? request.query.get("to"));
    const title = scene.words("sign-in");
    const frame = { title, path: "/sign-in", person: undefined, notice: refusal, scripts: [] };
    const page = shell(scene, frame, signIn(scene, to));
    return pageAnswer(refusal ? 403 : 200, page, [visit.cookie]);
  }

  async #enter(request: SiteRequest): Promise<SiteAnswer> {
    const { guard, door } = this.#house;
    const nowMs = this.#now();
    const call = await callerOf(this.#house, request, nowMs);
    const { csrf } = visitOf(request);
    const isMeant = (token: string | undefined) =>
      !guard.isForeign(request) && isSame(token ?? "", csrf);
    const fields = await fieldsOf(request, call, isMeant);
    if (fields === "unmeant" || fields instanceof Refusal) return this.#form(request, unmeant);
    const email = (fields.get("email")?.[0] ?? "").slice(0, 255);
    const entered = new Map([...fields].map(([name, values]) => [name, [...values]]));
    const isTooFast =
      guard.isTooFast("sign-in", request.from, nowMs) ||
      guard.isTooFast("crowd", "", nowMs) ||
      guard.isTooFast("account", email.trim().toLowerCase(), nowMs);
    if (isTooFast) return this.#form(request, tooFast, entered);
    const password = fields.get("password")?.[0] ?? "";
    const come = await door.enter({ email, password, kind: "browser" }, nowMs);
    if (come instanceof Refusal) return this.#form(request, come, entered);
    const cookies = [door.cookie(come.token, come.seconds)];
    return redirect(localPath(fields.get("to")?.[0]), cookies);
  }

  async #leave(request: SiteRequest): Promise<SiteAnswer> {
    const { guard, door } = this.#house;
    const call = await callerOf(this.#house, request, this.#now());
    const { session } = call;
    if (session === undefined) return redirect("/sign-in");
    const isMeant = (token: string | undefined) => guard.isMeant(request, session, token);
    if ((await fieldsOf(request, call, isMeant)) === "unmeant") return redirect("/");
    await door.leave(session);
    return redirect("/sign-in", [door.cookie("", 0)]);
  }
}

const yearSeconds = 365 * 24 * 3600;

function speak({ params, query }: SiteRequest): SiteAnswer {
  const tag = params.get("tag");
  const value = isLanguage(tag) ? tag : "en";
  const cookie = { name: "frontdesk_language", value, seconds: yearSeconds };
  return redirect(localPath(query.get("to")), [cookie]);
}

const unmeant = new Refusal("FORBIDDEN", "Cannot sign in: this form is old, try again");
const tooFast = new Refusal("FORBIDDEN", "Cannot sign in: too many tries, wait a few minutes");
