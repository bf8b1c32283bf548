import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Action } from "../../runtime/studio/web/action.ts";
import { actions } from "../../runtime/studio/web/actions.ts";

/** A studio somewhere, and the token that it gave. */
export interface Access {
  /** As `https://studio.example`. */
  readonly server: string;
  readonly token: string;
}

/** Where the last sign-in is kept, readable for its owner alone. */
const accessFile = join(homedir(), ".config/frontdesk/studio.json");

export function keepAccess(access: Access): void {
  mkdirSync(dirname(accessFile), { recursive: true, mode: 0o700 });
  writeFileSync(accessFile, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  chmodSync(accessFile, 0o600);
}

/** By the environment, else by the last sign-in. */
export function readAccess(): Access {
  const { FRONTDESK_STUDIO_URL: server, FRONTDESK_STUDIO_TOKEN: token } = process.env;
  if (server !== undefined && token !== undefined) return { server, token };
  try {
    return JSON.parse(readFileSync(accessFile, "utf8")) as Access;
  } catch (error) {
    const due = "run 'frontdesk studio sign-in' first";
    throw new Error(`Cannot ask the studio: nobody is signed in, ${due}`, { cause: error });
  }
}

/** Asks for one action by its id; throws with the studio's own words when it refuses. */
export async function ask<T>(
  { server, token }: Partial<Access> & Pick<Access, "server">,
  id: string,
  given: Readonly<Record<string, unknown>> = {},
): Promise<T> {
  const action = actionOf(id);
  const { path, rest } = pathOf(action, given);
  const query = action.method === "GET" ? `?${new URLSearchParams(textsOf(rest))}` : "";
  const answer = await fetch(new URL(`/api/v1${path}${query}`, server), {
    method: action.method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(action.method === "POST" && { "content-type": "application/json" }),
    },
    ...(action.method === "POST" && { body: JSON.stringify(rest) }),
  });
  const told = (await answer.json()) as Refused;
  if (answer.ok) return told as T;
  const missing = (told.missing ?? []).map(({ text }) => `\n  missing: ${text}`).join("");
  throw new Error(`${told.code}: ${told.message}${missing}`);
}

interface Refused {
  readonly code: string;
  readonly message: string;
  readonly missing?: readonly { readonly text: string }[];
}

export function actionOf(id: string): Action {
  const action = actions.find((one) => one.id === id);
  if (action) return action;
  throw new Error(`Cannot call ${id}: 'frontdesk studio call' lists what there is`);
}

/** The path with its names filled in, and what is left over for query or body. */
function pathOf({ path }: Action, given: Readonly<Record<string, unknown>>) {
  const rest: Record<string, unknown> = { ...given };
  const filled = path.replaceAll(/:(\w+)/g, (_whole, name: string) => {
    const value = rest[name];
    if (typeof value !== "string") throw new Error(`Cannot call ${path}: ${name} is due`);
    delete rest[name];
    return encodeURIComponent(value);
  });
  return { path: filled, rest };
}

function textsOf(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}
