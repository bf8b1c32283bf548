import {
  accountBytesMax,
  type UploadKind,
  type UploadPurpose,
  uploadIdleMsMax,
  uploadKinds,
  uploadsOpenMax,
} from "../../../config/uploads.ts";
import type { Vault, VaultFile } from "../../../drivers/vault/vault.ts";
import type { Act } from "../act.ts";
import { invalid, Refusal, unknown } from "../refusal.ts";

/** A file that somebody hands in, before a task names it. */
export interface Upload extends VaultFile {
  readonly id: string;
  readonly purpose: UploadPurpose;
  /** The name that it had. */
  readonly name: string;
}

/** What is known of a file before its first byte. */
export interface UploadWish {
  readonly purpose: string;
  readonly name: string;
  readonly bytes: number;
}

/** Files on their way in: what they may be, whose they are, and what they turn out to be. */
export class Uploads {
  readonly #vault: Vault;
  readonly #newId: () => string;

  constructor(vault: Vault, newId: () => string) {
    this.#vault = vault;
    this.#newId = newId;
  }

  /** Makes room for a file; gives its id. */
  begin(act: Act, wish: UploadWish): Promise<string | Refusal> {
    return this.#begin(act, wish, wish.bytes);
  }

  async #begin({ actor, nowMs }: Act, wish: UploadWish, room: number) {
    const fault = faultOf(wish);
    if (fault) return fault;
    await this.#sweep(nowMs);
    const crowded = await this.#crowdedBy(actor.accountId, wish.bytes);
    if (crowded) return crowded;
    const id = this.#newId();
    const note = { account: actor.accountId, purpose: wish.purpose, name: wish.name.slice(-200) };
    await this.#vault.begin(id, room, { ...note, by: actor.userId });
    return id;
  }

  /** The upload of that id, where it is of the actor's account. */
  async find({ actor }: Act, id: string): Promise<Upload | Refusal> {
    const file = /^[\w-]{1,64}$/.test(id) ? await this.#vault.find(id) : undefined;
    const { account, purpose, name = "" } = file?.note ?? {};
    const isTheirs = account === actor.accountId || actor.role !== "customer";
    if (!file || !isTheirs || !isPurpose(purpose)) return unknown("upload", id);
    return { ...file, id, purpose, name };
  }

  /** Adds a piece and gives where the file ends; what is not what it says it is, is removed. */
  async add(upload: Upload, at: number, bytes: AsyncIterable<Uint8Array>) {
    const end = await this.#vault.append(upload.id, at, bytes);
    if (at >= headBytes || end < Math.min(headBytes, upload.bytes)) return end;
    const fault = await this.#faultOfHead(upload);
    if (fault) await this.#vault.remove(upload.id);
    return fault ?? end;
  }

  /** Takes a whole file of a form, whose size is `bytes` at most; gives its id. */
  async take(act: Act, wish: UploadWish, bytes: AsyncIterable<Uint8Array>) {
    const bytesMax = isPurpose(wish.purpose) ? uploadKinds[wish.purpose].bytesMax : 0;
    const bound = Math.min(wish.bytes, bytesMax);
    // One byte more than it may have: then it is seen to have too many.
    const id = await this.#begin(act, { ...wish, bytes: bound }, bound + 1);
    const upload = id instanceof Refusal ? id : await this.find(act, id);
    if (upload instanceof Refusal) return upload;
    const bounded = new Bounded(bytes, bytesMax);
    const end = await this.add(upload, 0, bounded);
    if (end instanceof Refusal) return end;
    if (!bounded.isOver && end > 0) {
      await this.#vault.close(upload.id);
      return upload.id;
    }
    await this.#vault.remove(upload.id);
    return bounded.isOver ? tooLarge(wish.name, bytesMax) : faultOf({ ...wish, bytes: 0 })!;
  }

  async end(id: string): Promise<void> {
    await this.#vault.remove(id);
  }

  async #faultOfHead({ id, purpose, name }: Upload): Promise<Refusal | undefined> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#vault.read(id, 0, headBytes)) chunks.push(chunk);
    const head = Buffer.concat(chunks).toString("hex");
    const { heads } = uploadKinds[purpose];
    if (heads.some((pattern) => new RegExp(`^${pattern}`).test(head))) return undefined;
    return invalid("/file", `Cannot take ${name}: its content is none of a ${purpose}`);
  }

  /** Why an account has no room for another file. */
  async #crowdedBy(accountId: string, bytes: number): Promise<Refusal | undefined> {
    const files = (await this.#all()).filter(({ note }) => note.account === accountId);
    const open = files.filter((file) => file.there < file.bytes).length;
    if (open >= uploadsOpenMax) {
      return invalid("", `Cannot begin upload: ${open} are open, finish or end one first`);
    }
    const sum = files.reduce((all, file) => all + file.bytes, bytes);
    if (sum <= accountBytesMax) return undefined;
    const most = Math.floor(accountBytesMax / 1e9);
    return invalid("", `Cannot begin upload: the account has room for ${most} GB, it is full`);
  }

  /** Drops what nobody went on with. */
  async #sweep(nowMs: number): Promise<void> {
    for (const { id, there, bytes, changedMs } of await this.#all()) {
      if (there < bytes && nowMs - changedMs > uploadIdleMsMax) await this.#vault.remove(id);
    }
  }

  async #all(): Promise<readonly (VaultFile & { id: string })[]> {
    const ids = await this.#vault.list();
    const files = await Promise.all(
      ids.map(async (id) => ({ id, file: await this.#vault.find(id) })),
    );
    return files.flatMap(({ id, file }) => (file ? [{ ...file, id }] : []));
  }
}

/** A stream that ends at a bound, and knows whether more would have come. */
class Bounded {
  readonly #bytes: AsyncIterable<Uint8Array>;
  readonly #max: number;
  isOver = false;

  constructor(bytes: AsyncIterable<Uint8Array>, max: number) {
    this.#bytes = bytes;
    this.#max = max;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let sum = 0;
    for await (const chunk of this.#bytes) {
      sum += chunk.length;
      this.isOver = sum > this.#max;
      if (this.isOver) return;
      yield chunk;
    }
  }
}

/** As much of a file as tells what it is. */
const headBytes = 12;

function faultOf({ purpose, name, bytes }: UploadWish): Refusal | undefined {
  if (!isPurpose(purpose)) return invalid("/purpose", `Cannot take a file for ${purpose}`);
  const { bytesMax, endings }: UploadKind = uploadKinds[purpose];
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    return invalid("/bytes", `Cannot take ${name}: it has ${bytes} bytes, it should have some`);
  }
  if (bytes > bytesMax) return tooLarge(name, bytesMax);
  if (endings.some((ending) => name.toLowerCase().endsWith(ending))) return undefined;
  return invalid("/name", `Cannot take ${name}: a ${purpose} should end in ${endings.join(" ")}`);
}

function tooLarge(name: string, bytesMax: number): Refusal {
  const megabytes = Math.floor(bytesMax / 1e6);
  return invalid("/bytes", `Cannot take ${name}: it should have ${megabytes} MB at most`);
}

function isPurpose(purpose: string | undefined): purpose is UploadPurpose {
  return purpose !== undefined && Object.hasOwn(uploadKinds, purpose);
}
