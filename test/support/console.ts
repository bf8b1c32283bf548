import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScryptPasswords } from "../../drivers/passwords/scrypt.ts";
import { siteAssets } from "../../drivers/site/assets.ts";
import { openFastify } from "../../drivers/site/fastify.ts";
import { LocalTree } from "../../drivers/tree/local.ts";
import { LocalVault } from "../../drivers/vault/local.ts";
import type { Role } from "../../runtime/studio/act.ts";
import { Door } from "../../runtime/studio/web/door.ts";
import { Front } from "../../runtime/studio/web/front.ts";
import { Guard } from "../../runtime/studio/web/guard.ts";
import { studioRoutes } from "../../runtime/studio/web/routes.ts";
import { Uploads } from "../../runtime/studio/web/uploads.ts";
import { type House, openHouse, value } from "./studio.ts";

/** The password of everybody in a console under test. */
export const password = "a quiet river at dawn";

/** A studio with its console served on a port of its own, SQLite and files in a folder. */
export class ServedConsole implements AsyncDisposable {
  readonly house: House;
  readonly url: string;
  readonly vault: LocalVault;
  readonly folder: string;
  readonly troubles: unknown[];
  readonly #door: Door;
  readonly #parts: AsyncDisposableStack;

  private constructor(
    of: Pick<ServedConsole, "house" | "url" | "vault" | "folder" | "troubles">,
    door: Door,
  ) {
    this.#door = door;
    this.house = of.house;
    this.url = of.url;
    this.vault = of.vault;
    this.folder = of.folder;
    this.troubles = of.troubles;
    this.#parts = new AsyncDisposableStack();
  }

  static async open(): Promise<ServedConsole> {
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-console-"));
    const house = await openHouse(`sqlite:${join(folder, "studio.sqlite")}`);
    const { studio, clock } = house;
    const passwords = new ScryptPasswords({ log2N: 10, r: 8, p: 1 });
    const hash = await passwords.hash(password);
    const admin = house.act("administrator");
    for (const person of await studio.people.list(admin)) {
      value(await studio.people.setPassword(admin, person.id, hash));
    }
    const vault = new LocalVault(join(folder, "files"));
    const parts = { studio, vault, passwords, uploads: new Uploads(vault, newIds()) };
    const guarded = { door: new Door(studio, passwords), guard: new Guard() };
    const licenceKey = generateKeyPairSync("ed25519").privateKey;
    const repository = new LocalTree(join(folder, "repository"));
    const all = { ...parts, ...guarded, repository, licenceKey, newId: newIds() };
    const now = (): number => clock.wallMs();
    const front = new Front(all, now);
    const outside = { now, version: "0", assets: siteAssets() };
    const troubles: unknown[] = [];
    const onTrouble = (error: unknown): void => void troubles.push(error);
    const place = { host: "127.0.0.1", port: 0, behindProxy: false, onTrouble };
    const routes = studioRoutes(all, front, outside);
    const site = await openFastify(place, routes, (status, request) =>
      front.problem(status, request),
    );
    const served = new ServedConsole({ house, url: site.url, vault, folder, troubles }, all.door);
    served.#parts.defer(() => rmSync(folder, { recursive: true }));
    served.#parts.use(house);
    served.#parts.use(site);
    return served;
  }

  emailOf(role: Role): string {
    return emails[role];
  }

  /** A token of the API. */
  async token(role: Role): Promise<string> {
    const body = JSON.stringify({ email: this.emailOf(role), password });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${this.url}/api/v1/tokens`, { method: "POST", headers, body });
    return ((await answer.json()) as { token: string }).token;
  }

  /** What a browser's cookie holds, once this person has signed in. */
  async browserToken(role: Role): Promise<string> {
    const wish = { email: emails[role], password, kind: "browser" } as const;
    return value(await this.#door.enter(wish, this.house.nowMs)).token;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}

const emails: Readonly<Record<Role, string>> = {
  administrator: "ada@studio.example",
  delivery: "dora@studio.example",
  customer: "carl@firm.example",
};

function newIds(): () => string {
  let count = 0;
  return () => `file${String(++count).padStart(6, "0")}`;
}
