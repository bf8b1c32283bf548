import type { SiteAnswer, SiteFile, SiteRequest, SiteRoute } from "../../../drivers/site/site.ts";
import { guardedHeaders } from "../../diagnostics/page/answer.ts";
import { Refusal, unknown } from "../refusal.ts";
import { jsonAnswer, redirect, statusOf } from "./answers.ts";
import { apiRoot } from "./api.ts";
import { callerOf } from "./caller.ts";
import type { House } from "./house.ts";
import { mediaTypeOf } from "./media-type.ts";
import type { PageCall } from "./page.ts";
import { packageOf } from "./parcel.ts";

type Found = { readonly file: SiteFile; readonly type: string; readonly name: string } | Refusal;

/** Films, material and packages, for who may see what they belong to. */
export function fileRoutes(house: House, now: () => number): readonly SiteRoute[] {
  const shown = [
    { path: "/tasks/:id/demos/:tier", find: demo },
    { path: "/tasks/:id/files/:file", find: material },
    { path: "/catalogue/:id/:file", find: parcel },
  ];
  const told = [
    { path: `${apiRoot}/tasks/:id/demos/:tier`, find: demo },
    { path: `${apiRoot}/tasks/:id/files/:file`, find: material },
    { path: `${apiRoot}/avatars/:id/packages/:file`, find: parcel },
  ];
  const routes = [...shown, ...told].map(({ path, find }) => ({
    method: "GET" as const,
    path,
    answer: (request: SiteRequest) => answer(house, find, request, now()),
  }));
  const published: SiteRoute = {
    method: "GET",
    path: "/repository/*",
    answer: (request) => repository(house, request, now()),
  };
  return [...routes, published];
}

async function answer(
  house: House,
  find: (call: PageCall) => Promise<Found>,
  request: SiteRequest,
  nowMs: number,
): Promise<SiteAnswer> {
  const call = await callerOf(house, request, nowMs);
  if (call.session === undefined) {
    const isProgram = request.path.startsWith(apiRoot);
    return isProgram ? jsonAnswer(401, signInFirst) : redirect("/sign-in");
  }
  const found = await find(call);
  return found instanceof Refusal ? jsonAnswer(statusOf(found), found) : fileAnswer(found);
}

function fileAnswer({ file, type, name }: Exclude<Found, Refusal>): SiteAnswer {
  const how = /^(video|audio|image)\//.test(type) ? "inline" : "attachment";
  const disposition = `${how}; filename*=UTF-8''${encodedName(name)}`;
  const caching = { "cache-control": "private, no-cache" };
  const headers = { "content-type": type, "content-disposition": disposition, ...caching };
  return { status: 200, headers: { ...guardedHeaders, ...headers }, body: file };
}

/** RFC 8187, 3.2.1: what of a name is told as it is, and what by its bytes. */
function encodedName(name: string): string {
  const byByte = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(name).replace(/['()*]/g, byByte);
}

async function demo(call: PageCall): Promise<Found> {
  const { house, act, param } = call;
  const task = await house.studio.tasks.get(act, param("id"));
  if (task instanceof Refusal) return task;
  const wanted = call.query.get("of");
  const rounds = await house.studio.tasks.rounds(act, task.id);
  if (rounds instanceof Refusal) return rounds;
  const films = [...task.demos, ...rounds.flatMap(({ demos }) => demos)];
  const film = films.find(
    ({ tier, file }) => tier === param("tier") && (wanted === undefined || file === wanted),
  );
  if (!film) return unknown("film", param("tier"));
  const name = `${task.avatarId}-${film.tier}.mp4`;
  return kept(call, film.file, { type: "video/mp4", name });
}

async function material(call: PageCall): Promise<Found> {
  const { house, act, param } = call;
  const task = await house.studio.tasks.get(act, param("id"));
  if (task instanceof Refusal) return task;
  const id = param("file");
  const named = task.materials.find(({ file }) => file === id);
  if (named) return kept(call, id, { type: mediaTypeOf(named.name), name: named.name });
  if (task.consentFile !== id) return unknown("file", id);
  const name = (await house.vault.find(id))?.note.name ?? "consent";
  return kept(call, id, { type: "application/octet-stream", name });
}

async function kept({ house }: PageCall, id: string, of: { type: string; name: string }) {
  const found = await house.vault.find(id);
  if (!found || found.there < found.bytes) return unknown("file", id);
  const read = (from: number, to: number) => house.vault.read(id, from, to);
  return { ...of, file: { bytes: found.bytes, etag: id, read } };
}

async function parcel({ house, act, param }: PageCall): Promise<Found> {
  const avatar = await house.studio.catalogue.get(act, param("id"));
  if (avatar instanceof Refusal) return avatar;
  const [, tier] = /^(\d+p)(?:\.fda)?$/.exec(param("file")) ?? [];
  const file = tier === undefined ? undefined : await packageOf(house.repository, avatar, tier);
  if (file === undefined) return unknown("package", param("file"));
  return { file, type: "application/octet-stream", name: `${avatar.id}-${tier}.fda` };
}

/** As devices fetch it: everything is signed, nothing is secret. */
async function repository(house: House, request: SiteRequest, nowMs: number): Promise<SiteAnswer> {
  if (house.guard.isTooFast("read", request.from, nowMs)) return jsonAnswer(429, tooFast);
  const path = request.params.get("*") ?? "";
  const found = await house.repository.find(path);
  if (found === undefined) return jsonAnswer(404, unknown("file", path));
  const read = (from: number, to: number) => house.repository.read(path, from, to);
  const type = path.endsWith(".json") ? "application/json" : "application/octet-stream";
  const headers = { ...guardedHeaders, "content-type": type, "cache-control": "no-cache" };
  return { status: 200, headers, body: { bytes: found.bytes, etag: found.tag, read } };
}

const signInFirst = new Refusal("FORBIDDEN", "Cannot do that: nobody is signed in");
const tooFast = { code: "TOO_FAST", message: "Cannot answer: slow down" } as const;
