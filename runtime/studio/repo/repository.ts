import type { Metadata, Root, TargetFile, Targets } from "@tufjs/models";
import { expiryOf, type Kind, type Kinds } from "../../content/trust/metadata.ts";
import type { Signer } from "./key.ts";
import {
  type Place,
  type Published,
  readPublished,
  readSheet,
  type Versions,
  versionsOf,
  writePublished,
} from "./published.ts";
import { folderOf, hashOf, orderOf, type Release, targetFiles } from "./release.ts";
import { brought, requestFor, type SigningAnswer, type SigningRequest } from "./request.ts";
import { sealed } from "./seal.ts";
import {
  bytesOf,
  changedKeys,
  type RoleChange,
  type RoleKeys,
  reissued,
  rolesOf,
  rootOf,
  targetsOf,
} from "./sheets.ts";
import { type Draft, isComplete, signed } from "./signing.ts";
import { type Days, expiryAfter, isDue, readTerms, writeTerms } from "./terms.ts";
import { must, RepositoryError } from "./trouble.ts";

/** Roles whose keys may lie elsewhere: what they sign is drafted first. */
type Drafted = "root" | "targets";

/** What came of publishing: new numbers, or drafts that wait for signatures. */
export type Outcome =
  | { readonly state: "published"; readonly versions: Versions }
  | { readonly state: "waiting"; readonly drafts: readonly Draft[] };

/**
 * A repository of avatars that a static server can serve: `metadata/` and `targets/` by The Update
 * Framework, specification 1.0.33, with consistent snapshots and one list of targets. Changes of
 * root and targets are drafts in `staged/` until enough keys have signed; then they are published,
 * with a new snapshot and timestamp, in an order in which clients find the old or the new at every
 * moment. The same changes at the same times give the same bytes. One keeper at a time.
 */
export class Repository {
  readonly #place: Place;
  readonly #terms: Days;
  #published: Published;
  #drafts: Partial<{ readonly [K in Drafted]: Metadata<Kinds[K]> }>;

  private constructor(place: Place, terms: Days, published: Published) {
    this.#place = place;
    this.#terms = terms;
    this.#published = published;
    this.#drafts = {};
  }

  /** Drafts the first root and an empty list. Throws RepositoryError where there is one already. */
  static async create(
    place: Place,
    roles: Readonly<Record<Kind, RoleKeys>>,
    terms: Days,
    nowMs: number,
  ): Promise<Repository> {
    const disk = await place("");
    const isNew = (await disk.read("repository.json")) === undefined;
    must(isNew, "make repository", () => "there is one already, an empty folder is due");
    const repository = new Repository(place, terms, {});
    await repository.#draft("root", rootOf(roles, repository.#issue("root", nowMs)));
    await repository.#draft("targets", targetsOf([], repository.#issue("targets", nowMs)));
    await disk.replace("repository.json", writeTerms(terms));
    return repository;
  }

  /** Throws RepositoryError or TrustError when there is none, or one that cannot be read. */
  static async open(place: Place): Promise<Repository> {
    const terms = readTerms(await (await place("")).read("repository.json"));
    const repository = new Repository(place, terms, await readPublished(place));
    await repository.#readDrafts();
    return repository;
  }

  /** What waits for signatures or for being published. */
  get drafts(): readonly Draft[] {
    const { root, targets } = this.#drafts;
    const before = this.#published.root?.signed;
    const roots = root ? [...(before ? [before] : []), root.signed] : [];
    return [
      ...(root ? [{ role: "root", metadata: root, roots } as const] : []),
      ...(targets ? [{ role: "targets", metadata: targets, roots: [this.#root] } as const] : []),
    ];
  }

  /** The files of the newest list, drafted or served. */
  get files(): readonly TargetFile[] {
    return Object.values(this.#targets.targets);
  }

  /** The keys of each role by the newest root, drafted or served. */
  get roles(): Readonly<Record<Kind, RoleKeys>> {
    return rolesOf(this.#root);
  }

  /**
   * Drafts a list with the release and lays its files down. False when it is listed already; throws
   * RepositoryError when another release has its id and version.
   */
  async addRelease(release: Release, nowMs: number): Promise<boolean> {
    const folder = folderOf(release);
    const listed = this.#targets.targets[`${folder}manifest.json`];
    if (listed !== undefined) {
      must(listed.hashes.sha256 === release.sha256, `add ${folder}`, () => {
        return "another package has this version, a new one is due";
      });
      return false;
    }
    const disk = await this.#place(`targets/${folder.slice(0, -1)}`);
    for (const { name, bytes } of release.files) {
      await disk.replace(`${hashOf(bytes)}.${name}`, bytes);
    }
    const issue = this.#issue("targets", nowMs);
    const order = 1 + Math.max(0, ...this.files.map(orderOf));
    const files = [...this.files, ...targetFiles(release, order)];
    await this.#draft("targets", targetsOf(files, issue));
    return true;
  }

  /** Drafts a list without the release; its files stay for those who are fetching them. */
  async removeRelease(release: Pick<Release, "id" | "version">, nowMs: number): Promise<void> {
    const folder = folderOf(release);
    const files = this.files.filter(({ path }) => !path.startsWith(folder));
    must(files.length < this.files.length, `remove ${folder}`, () => "it is not listed");
    await this.#draft("targets", targetsOf(files, this.#issue("targets", nowMs)));
  }

  /** Drafts a root in which a role has other keys, and a list that its new keys are to sign. */
  async rotate(role: Kind, change: RoleChange, nowMs: number): Promise<void> {
    const roles = { ...this.roles, [role]: changedKeys(this.roles[role], change) };
    await this.#draft("root", rootOf(roles, this.#issue("root", nowMs)));
    if (role === "targets") await this.#reissue("targets", nowMs);
  }

  /** Drafts anew what ends within a third of its time, or all of `roles`. */
  async renew(nowMs: number, roles: readonly Drafted[] = []): Promise<void> {
    const newest = { root: this.#root, targets: this.#targets };
    for (const role of ["root", "targets"] as const) {
      const isLate = isDue(expiryOf(newest[role]), nowMs, this.#terms[role]);
      if (isLate || roles.includes(role)) await this.#reissue(role, nowMs);
    }
  }

  /** What is to be signed elsewhere. */
  request(): SigningRequest {
    return requestFor(this.drafts.filter((draft) => !isComplete(draft)));
  }

  /** Takes signatures that were made elsewhere; says how many fit. */
  async bring(answer: SigningAnswer): Promise<number> {
    const { drafts, taken } = brought(this.drafts, answer);
    await this.#keep(drafts);
    return taken;
  }

  /**
   * Signs the drafts with the keys at hand and publishes them, with a new snapshot and timestamp,
   * whose keys must be at hand. Nothing is published while a draft waits for signatures.
   */
  async publish(signers: readonly Signer[], nowMs: number): Promise<Outcome> {
    await this.#keep(this.drafts.map((draft) => signed(draft, signers)));
    const waiting = this.drafts.filter((draft) => !isComplete(draft));
    if (waiting.length > 0) return { state: "waiting", drafts: waiting };
    const { root = this.#published.root, targets = this.#published.targets } = this.#drafts;
    const versions = await this.#release(root, targets, signers, nowMs);
    this.#drafts = {};
    return { state: "published", versions };
  }

  /** A new snapshot and timestamp of what is served, whatever waits; throws RepositoryError. */
  async touch(signers: readonly Signer[], nowMs: number): Promise<Versions> {
    return this.#release(this.#published.root, this.#published.targets, signers, nowMs);
  }

  async #release(
    root: Metadata<Root> | undefined,
    targets: Metadata<Targets> | undefined,
    signers: readonly Signer[],
    nowMs: number,
  ): Promise<Versions> {
    if (root === undefined || targets === undefined) {
      throw new RepositoryError("publish", "there is no list of targets");
    }
    const issue = (role: Kind) => this.#issue(role, nowMs);
    const list = { root, targets, ...sealed(root.signed, targets, issue, signers) };
    await writePublished(this.#place, list);
    this.#published = list;
    return versionsOf(list);
  }

  get #root(): Root {
    const root = this.#drafts.root ?? this.#published.root;
    if (root === undefined) throw new RepositoryError("open repository", "it has no root");
    return root.signed;
  }

  get #targets(): Targets {
    const targets = this.#drafts.targets ?? this.#published.targets;
    if (targets === undefined) throw new RepositoryError("open repository", "it has no list");
    return targets.signed;
  }

  #issue(role: Kind, nowMs: number) {
    const version = (this.#published[role]?.signed.version ?? 0) + 1;
    return { version, expires: expiryAfter(nowMs, this.#terms, role) };
  }

  async #reissue(role: Drafted, nowMs: number): Promise<void> {
    const metadata = this.#drafts[role] ?? this.#published[role];
    if (metadata === undefined) throw new RepositoryError("renew", `there is no ${role}`);
    await this.#draft(role, reissued<Drafted>(role, metadata, this.#issue(role, nowMs)));
  }

  async #draft<K extends Drafted>(role: K, metadata: Metadata<Kinds[K]>): Promise<void> {
    await (await this.#place("staged")).replace(`${role}.json`, bytesOf(metadata));
    this.#drafts = { ...this.#drafts, [role]: metadata };
  }

  async #keep(drafts: readonly Draft[]): Promise<void> {
    for (const { role, metadata } of drafts) {
      const known = role === "root" || role === "targets";
      if (known) await this.#draft(role, metadata as Metadata<Kinds[typeof role]>);
    }
  }

  /** What was published since is no draft any more. */
  async #readDrafts(): Promise<void> {
    const disk = await this.#place("staged");
    for (const role of ["root", "targets"] as const) {
      const metadata = await readSheet(disk, role, `${role}.json`);
      const published = this.#published[role]?.signed.version ?? 0;
      if (metadata !== undefined && metadata.signed.version > published) {
        this.#drafts = { ...this.#drafts, [role]: metadata };
      }
    }
  }
}
