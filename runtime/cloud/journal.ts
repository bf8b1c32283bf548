import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { Disk } from "../../drivers/disk/disk.ts";

const count = Type.Integer({ minimum: 0 });

const entrySchema = Type.Object({
  sessionId: Type.String({ minLength: 1 }),
  /** Seconds that began, and how many of them the books have for certain. */
  used: count,
  told: count,
  /** Of the part that is told next. */
  seq: Type.Integer({ minimum: 1 }),
  /** Seconds of the part that was perhaps told; it is never changed until it is. */
  part: Type.Optional(Type.Union([count, Type.Undefined()])),
  isOver: Type.Boolean(),
});

const journalSchema = Type.Object({ version: Type.Literal(1), sessions: Type.Array(entrySchema) });

/** What is known of the seconds of one session. */
export type Entry = Static<typeof entrySchema>;

const file = "cloud-meter.json";

/** What stood in the journal when the server ended, in whatever way. */
export async function readJournal(disk: Disk): Promise<Entry[]> {
  const bytes = await disk.read(file);
  if (!bytes) return [];
  const journal: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (Value.Check(journalSchema, journal)) return journal.sessions;
  throw new Error(`Cannot meter: ${file} is not what this version wrote, it should be`);
}

/** Resolves when it is on the medium. */
export async function writeJournal(disk: Disk, sessions: readonly Entry[]): Promise<void> {
  await disk.replace(file, Buffer.from(JSON.stringify({ version: 1, sessions })));
}
