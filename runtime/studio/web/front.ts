import type { SiteAnswer, SiteFields, SiteRequest, SiteRoute } from "../../../drivers/site/site.ts";
import { Refusal } from "../refusal.ts";
import type { Action } from "./action.ts";
import { actions } from "./actions.ts";
import { downloadAnswer, pageAnswer, redirect, statusOf } from "./answers.ts";
import { callerOf, roleFault } from "./caller.ts";
import { checked, inputOf } from "./form.ts";
import { fieldsOf } from "./handed-in.ts";
import type { House } from "./house.ts";
import type { Page, PageCall } from "./page.ts";
import { problem } from "./pages/entrance.ts";
import { pages } from "./pages.ts";
import { type Frame, shell } from "./shell.ts";

/** The pages of the console, and the forms on them. */
export class Front {
  readonly #house: House;
  readonly #now: () => number;

  constructor(house: House, now: () => number) {
    this.#house = house;
    this.#now = now;
  }

  routes(): readonly SiteRoute[] {
    const shown = pages.map((page) => ({
      method: "GET" as const,
      path: page.path,
      answer: (request: SiteRequest) => this.#show(page, request),
    }));
    const done = actions.flatMap((action) =>
      action.form
        ? [
            {
              method: "POST" as const,
              path: action.path,
              answer: (request: SiteRequest) => this.#do(action, request),
            },
          ]
        : [],
    );
    return [...shown, ...done];
  }

  /** A page about what went wrong. */
  async problem(status: number, request: SiteRequest): Promise<SiteAnswer> {
    const call = await callerOf(this.#house, request, this.#now());
    const { words } = call.scene;
    const title = words.of(`problem.${status}.title`);
    const known = title.startsWith("problem.") ? words("problem.500.title") : title;
    const frame = { ...frameOf(call, request.path), title: known, notice: undefined };
    return pageAnswer(status, shell(call.scene, frame, problem(call.scene, status)));
  }

  async #show(page: Page, request: SiteRequest): Promise<SiteAnswer> {
    const nowMs = this.#now();
    const call = await callerOf(this.#house, request, nowMs);
    if (call.session === undefined) return toEntrance(request);
    if (this.#house.guard.isTooFast("read", call.session.person.id, nowMs)) {
      return this.problem(429, request);
    }
    const done = request.query.get("done");
    const text = done === undefined ? undefined : call.scene.words.of(`done.${done}`);
    const notice = text?.startsWith("done.") ? undefined : text;
    return this.#paint(page, call, { request, notice, status: 200 });
  }

  async #paint(
    page: Page,
    call: PageCall,
    { request, notice, status }: { request: SiteRequest; notice: Frame["notice"]; status: number },
  ): Promise<SiteAnswer> {
    if (roleFault(page, call.session)) return this.problem(403, request);
    const painted = await page.load(call);
    if (painted instanceof Refusal) return this.problem(statusOf(painted), request);
    const title = painted.title ?? call.scene.words(page.title);
    const path = page.path.replace(":id", call.param("id"));
    const frame = { ...frameOf(call, path), title, notice, scripts: page.scripts ?? [] };
    return pageAnswer(status, shell(call.scene, frame, painted.content));
  }

  /** What a form asks for is done and shown by another page, or the form's page says why not. */
  async #do(action: Action, request: SiteRequest): Promise<SiteAnswer> {
    const nowMs = this.#now();
    const first = await callerOf(this.#house, request, nowMs);
    const { session } = first;
    if (session === undefined) return toEntrance(request);
    const { guard } = this.#house;
    if (guard.isTooFast("write", session.person.id, nowMs)) return this.problem(429, request);
    const isMeant = (token: string | undefined) => guard.isMeant(request, session, token);
    const fields = await fieldsOf(request, first, isMeant);
    if (fields === "unmeant") return this.problem(403, request);
    if (roleFault(action, session)) return this.problem(403, request);
    const outcome = fields instanceof Refusal ? fields : await run(action, first, fields);
    if (outcome instanceof Refusal) {
      const entered = fields instanceof Refusal ? new Map() : fields;
      return this.#again(action, request, { refusal: outcome, entered });
    }
    const file = action.form?.file?.(outcome);
    if (file) return downloadAnswer(file.name, file.text);
    const next = action.form?.next(outcome, first) ?? "/";
    return redirect(`${next}${next.includes("?") ? "&" : "?"}done=${action.id}`);
  }

  async #again(
    action: Action,
    request: SiteRequest,
    { refusal, entered }: { readonly refusal: Refusal; readonly entered: SiteFields },
  ): Promise<SiteAnswer> {
    const status = statusOf(refusal);
    const page = pages.find(({ path }) => path === action.form?.page);
    if (!page) return this.problem(status, request);
    const call = await callerOf(this.#house, request, this.#now(), entered);
    const query = new Map([...entered].map(([name, values]) => [name, values.at(-1) ?? ""]));
    return this.#paint(page, { ...call, query }, { request, notice: refusal, status });
  }
}

async function run(action: Action, call: PageCall, fields: SiteFields): Promise<unknown> {
  const raw = action.form?.read ? action.form.read(fields) : inputOf(action.input, fields);
  const input = checked(action.input, raw);
  return "refusal" in input ? input.refusal : action.run(call, input.input);
}

function frameOf({ session }: PageCall, path: string) {
  return { path, person: session?.person, scripts: [] };
}

/** Whoever has to sign in first comes to where they wanted to go. */
function toEntrance({ method, path }: SiteRequest): SiteAnswer {
  return redirect(method === "GET" && path !== "/" ? `/sign-in?to=${path}` : "/sign-in");
}
