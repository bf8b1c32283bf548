import type { AvatarKind, LipSyncType } from "../../../config/skus.ts";
import type { Database, Queries } from "../../../drivers/database/database.ts";
import { type Act, scopeOf, sees } from "../act.ts";
import { attempt } from "../attempt.ts";
import { type Page, rowsOf } from "../page.ts";
import type { Queue } from "../queue/queue.ts";
import type { Work } from "../queue/work.ts";
import type { Target } from "../quota/quota.ts";
import { Refusal, unknown } from "../refusal.ts";
import type { Task } from "../task/task.ts";
import type { Avatar, AvatarRelease } from "./avatar.ts";

/** Avatars that are accepted, and as what they are published. */
export class Catalogue {
  readonly #database: Database;
  readonly #queue: Queue;

  constructor(database: Database, queue: Queue) {
    this.#database = database;
    this.#queue = queue;
  }

  async list(
    act: Act,
    { accountId, target }: { readonly accountId?: string; readonly target?: Target } = {},
    page?: Page,
  ): Promise<readonly Avatar[]> {
    const columns = { account_id: scopeOf(act.actor, accountId), target };
    const table = `(${selectAvatars}) AS avatars`;
    return (await rowsOf<AvatarRow>(this.#database, table, columns, page)).map(avatarOf);
  }

  async get(act: Act, id: string): Promise<Avatar | Refusal> {
    const avatar = await this.#find(this.#database, id);
    return avatar && sees(act.actor, avatar.accountId) ? avatar : unknown("avatar", id);
  }

  /** The end of a piece of `publish`: from now on people and devices can fetch it. */
  published(
    work: Work,
    release: Omit<AvatarRelease, "publishedMs">,
    nowMs: number,
  ): Promise<Avatar | Refusal> {
    return attempt(this.#database, async (queries) => {
      const done = await this.#queue.finish(queries, work);
      if (done instanceof Refusal) return done;
      const kept: AvatarRelease = { ...release, publishedMs: nowMs };
      await queries.query("UPDATE avatars SET release = $2 WHERE id = $1", [
        work.subject,
        JSON.stringify(kept),
      ]);
      const avatar = await this.#find(queries, work.subject);
      if (!avatar) throw new Error(`Cannot publish ${work.subject}: it should be in the catalogue`);
      return avatar;
    });
  }

  /** A task's avatar, once it is accepted; it is published next. */
  async add(queries: Queries, task: Task, nowMs: number): Promise<Avatar> {
    const { avatarId, accountId } = task;
    await queries.query(
      `INSERT INTO avatars (id, account_id, task_id, accepted_ms, build)
       VALUES ($1, $2, $3, $4, $5)`,
      [avatarId, accountId, task.id, nowMs, task.build],
    );
    await this.#queue.add(queries, { kind: "publish", subject: avatarId, accountId, nowMs });
    const avatar = await this.#find(queries, avatarId);
    if (!avatar) throw new Error(`Cannot find avatar ${avatarId}: it was written just now`);
    return avatar;
  }

  async #find(queries: Pick<Queries, "query">, id: string): Promise<Avatar | undefined> {
    const sql = `${selectAvatars} WHERE a.id = $1`;
    const [row] = await queries.query<AvatarRow>(sql, [id]);
    return row && avatarOf(row);
  }
}

const selectAvatars = `SELECT a.*, t.name, t.kind, t.type, t.target
  FROM avatars a JOIN tasks t ON t.id = a.task_id`;

type AvatarRow = {
  readonly id: string;
  readonly account_id: string;
  readonly task_id: string;
  readonly accepted_ms: number;
  readonly build: string;
  readonly release: string | null;
  readonly name: string;
  readonly kind: AvatarKind;
  readonly type: LipSyncType;
  readonly target: Target;
};

function avatarOf(row: AvatarRow): Avatar {
  return {
    id: row.id,
    accountId: row.account_id,
    taskId: row.task_id,
    name: row.name,
    kind: row.kind,
    type: row.type,
    target: row.target,
    acceptedMs: row.accepted_ms,
    build: row.build,
    release: row.release === null ? null : JSON.parse(row.release),
  };
}
