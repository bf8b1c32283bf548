import { Type } from "typebox";
import { avatarKinds, lipSyncTypes } from "../../../config/skus.ts";
import { tierNames } from "../../../config/tiers.ts";
import { roles } from "../act.ts";
import { targets } from "../quota/quota.ts";
import { stages } from "../task/task.ts";

/** An id that the studio made, or a name that people chose. */
export const id = Type.String({ minLength: 1, maxLength: 64 });

/** Milliseconds since 1970 UTC. */
const ms = Type.Integer({ minimum: 0, description: "ms since 1970 UTC" });
const later = Type.Union([ms, Type.Null()]);
const count = Type.Integer({ minimum: 0 });
const text = Type.String();
const file = Type.String({ description: "id of an upload" });

const kind = Type.Enum([...avatarKinds]);
const type = Type.Enum([...lipSyncTypes]);
const target = Type.Enum([...targets]);
const tier = Type.Enum([...tierNames]);

const missing = Type.Object({
  what: Type.Enum(["quota", "hours"]),
  skus: Type.Array(text),
  text,
});

const orderLine = Type.Object({
  sku: id,
  count: Type.Integer({ minimum: 1, maximum: 1000 }),
  poolId: Type.Optional(id),
});

const order = Type.Object({
  id,
  accountId: id,
  placedBy: text,
  state: Type.Enum(["placed", "confirmed", "refused", "cancelled"]),
  lines: Type.Array(orderLine),
  note: text,
  placedMs: ms,
  decidedMs: later,
  decidedBy: Type.Union([text, Type.Null()]),
  reason: text,
});

const sku = Type.Object({ sku: id, name: text, grant: Type.Object({ kind: text }) });

const quota = Type.Object({
  id,
  accountId: id,
  orderId: id,
  kind,
  type,
  state: Type.Enum(["unused", "reusable", "spent", "expired"]),
  grantedMs: ms,
  uses: Type.Array(Type.Object({ form: Type.Enum([1, 2]), taskId: id, target, atMs: ms })),
  reusableUntilMs: later,
});

const hours = Type.Object({
  grantedSeconds: count,
  usedSeconds: count,
  leftSeconds: Type.Integer(),
});

const material = Type.Object({
  purpose: Type.Enum(["take", "sound", "photo", "idle", "action"]),
  file,
  name: Type.String({ maxLength: 255 }),
});

const demo = Type.Object({ tier, file });

const finding = Type.Object({
  code: text,
  severity: Type.Enum(["error", "warning"]),
  message: text,
  advice: text,
});

const task = Type.Object({
  id,
  accountId: id,
  pairId: id,
  submittedBy: text,
  name: text,
  kind,
  type,
  target,
  avatarId: id,
  stage: Type.Enum([...stages]),
  status: text,
  round: Type.Integer({ minimum: 1 }),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  note: text,
  findings: Type.Array(finding),
  materials: Type.Array(material),
  consentFile: Type.Union([file, Type.Null()]),
  sentence: text,
  assigneeId: Type.Union([text, Type.Null()]),
  demos: Type.Array(demo),
  build: text,
  createdMs: ms,
  changedMs: ms,
  endedMs: later,
});

const taskEvent = Type.Object({
  seq: count,
  atMs: ms,
  by: text,
  step: text,
  stage: Type.Enum([...stages]),
  status: text,
  round: count,
  reason: text,
});

const taskLog = Type.Object({ seq: count, atMs: ms, round: count, text });

const round = Type.Object({ round: count, demos: Type.Array(demo), build: text, trainedMs: ms });

const release = Type.Object({
  version: text,
  sha256: text,
  publishedMs: ms,
  files: Type.Array(
    Type.Object({ name: text, tier: Type.Union([tier, Type.Null()]), bytes: count, sha256: text }),
  ),
});

const avatar = Type.Object({
  id,
  accountId: id,
  taskId: id,
  name: text,
  kind,
  type,
  target,
  acceptedMs: ms,
  build: text,
  release: Type.Union([release, Type.Null()]),
});

const assignment = Type.Object({
  id,
  accountId: id,
  kind: Type.Enum(["device", "group"]),
  name: text,
  avatarId: id,
  assignedBy: text,
  assignedMs: ms,
  writtenMs: later,
});

const pool = Type.Object({
  id,
  accountId: id,
  orderId: text,
  kind: Type.Enum(["bought", "test"]),
  application: Type.Union([text, Type.Null()]),
  code: text,
  seats: count,
  seatsTaken: count,
  fromMs: ms,
  untilMs: ms,
});

const seat = Type.Object({
  deviceKey: text,
  deviceId: text,
  nonce: count,
  takenMs: ms,
  leaseUntilMs: ms,
  releasedMs: later,
});

const account = Type.Object({ id, name: text, timeZone: text, createdMs: ms });

const person = Type.Object({
  id,
  accountId: id,
  email: text,
  name: text,
  role: Type.Enum([...roles]),
  language: Type.Enum(["en", "zh"]),
  disabled: Type.Boolean(),
  createdMs: ms,
});

const auditEntry = Type.Object({
  id,
  atMs: ms,
  accountId: text,
  by: text,
  action: text,
  subject: text,
  detail: Type.Record(Type.String(), Type.Unknown()),
});

const work = Type.Object({
  id,
  accountId: text,
  kind: text,
  subject: text,
  state: text,
  attempt: count,
  holder: text,
  leaseUntilMs: ms,
  dueMs: ms,
  error: text,
});

const refusal = Type.Object({
  code: text,
  message: text,
  missing: Type.Optional(Type.Array(missing)),
  path: Type.Optional(text),
});

/** What the API tells, by the names under which its document has them. */
export const shapes = {
  missing,
  orderLine,
  order,
  sku,
  quota,
  hours,
  material,
  demo,
  finding,
  task,
  taskEvent,
  taskLog,
  round,
  release,
  avatar,
  assignment,
  pool,
  seat,
  account,
  person,
  auditEntry,
  work,
  refusal,
} as const;

/** Words of the studio's language that inputs take as well. */
export const choices = { kind, type, target, tier } as const;
