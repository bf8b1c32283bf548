import { Value } from "typebox/value";
import { limits } from "../../config/limits.ts";
import { avatarError, contentErrors, contentOf, isStop, sourceError } from "./content.ts";
import type { Job, JobError, Reply } from "./job.ts";
import { hashOf, readPayload } from "./payload.ts";
import { cancelSchema, type Submit, schemaErrors, submitSchema } from "./schema.ts";
import { signatureError } from "./signature.ts";

/** What came with a payload: how long it may still live, and where the answer goes. */
export interface Request {
  /** The *remaining* Message Expiry in seconds, as the broker handed it over. */
  readonly expirySeconds?: number;
  readonly reply?: Reply;
  /** Public keys of who may have this device speak; none: anybody whom the broker lets through. */
  readonly signers?: readonly string[];
  /** URLs below which a job may name its sound; none: no job may. */
  readonly sources?: readonly string[];
  /** Ids of avatars that can be shown; absent: it shows when the job's turn comes. */
  readonly avatars?: readonly string[];
}

/** A job, or (`stop`: blank text with `interrupt` or `replace`) the wish to hear no more. */
export interface Submission {
  readonly kind: "speak" | "stop";
  readonly job: Job;
  /** Everything that was sent, unknown fields included. */
  readonly body: Readonly<Record<string, unknown>>;
  /** SHA-256 of the body, whatever the order of its keys. */
  readonly hash: string;
  readonly lifeMs: number;
}

/** A request that cannot be met. `jobId` is what it names, as far as that could be read. */
interface Rejection {
  readonly kind: "rejected";
  readonly jobId: string | null;
  readonly errors: readonly [JobError, ...JobError[]];
}

/** Reads a submitted job. `id` is for one that brings none; `nowMs` is monotonic. */
export function parseJob(
  payload: Uint8Array,
  request: Request,
  id: string,
  nowMs: number,
): Submission | Rejection {
  const read = readPayload(payload, "job");
  if ("error" in read) return reject(null, [read.error]);
  const untrusted = signatureError(read.body, request.signers ?? []);
  if (untrusted) return reject(idIn(read.body), [untrusted]);
  const foreign = sourceError(read.body, request.sources ?? []);
  if (foreign) return reject(idIn(read.body), [foreign]);
  const stranger = avatarError(read.body, request.avatars);
  if (stranger) return reject(idIn(read.body), [stranger]);
  return readJob(read.body, lifeOf(read.body, request), id, nowMs);
}

/** The same for a body that is an object already, such as one from the ledger. */
export function readJob(
  body: Readonly<Record<string, unknown>>,
  lifeMs: number,
  id: string,
  nowMs: number,
): Submission | Rejection {
  const errors = [...schemaErrors(submitSchema, body), ...contentErrors(body)];
  if (!Value.Check(submitSchema, body) || errors.length > 0) return reject(idIn(body), errors);
  const job = jobOf(body, body.jobId ?? id, nowMs + lifeMs);
  return { kind: isStop(job) ? "stop" : "speak", job, body, hash: hashOf(body), lifeMs };
}

/** Reads whom to cancel: an id, or everybody. */
export function parseCancel(payload: Uint8Array): { jobId: string } | { all: true } | Rejection {
  const read = readPayload(payload, "cancel");
  if ("error" in read) return reject(null, [read.error]);
  const { body } = read;
  const errors = schemaErrors(cancelSchema, body);
  if (!Value.Check(cancelSchema, body)) return reject(idIn(body), errors);
  if (body.all === true && body.jobId === undefined) return { all: true };
  if (body.jobId !== undefined && body.all !== true) return { jobId: body.jobId };
  const given = body.all === true ? "both are there" : "neither is there";
  return reject(idIn(body), [
    invalid("", `Cannot cancel: ${given}, give either jobId or all: true`),
  ]);
}

function jobOf(body: Submit, id: string, deadlineMs: number): Job {
  const { voice, lang, rate, pitch, volume, avatar } = body;
  return {
    id,
    ...contentOf(body),
    ...(voice === undefined ? {} : { voice }),
    ...(lang === undefined ? {} : { lang }),
    ...(rate === undefined ? {} : { rate }),
    ...(pitch === undefined ? {} : { pitch }),
    ...(volume === undefined ? {} : { volume }),
    ...(avatar === undefined ? {} : { avatar }),
    priority: body.priority ?? priorityDefault,
    mode: body.mode ?? "enqueue",
    interruptible: body.interruptible ?? true,
    captions: body.captions ?? true,
    actions: body.actions ?? [],
    onRestart: body.onRestart ?? "drop",
    deadlineMs,
  };
}

const priorityDefault = 5;

/** The shorter of what the broker says is left and what the job asks for. */
function lifeOf(body: Readonly<Record<string, unknown>>, { expirySeconds }: Request): number {
  const { ttlMs } = body;
  const asked = typeof ttlMs === "number" ? ttlMs : undefined;
  const left = expirySeconds === undefined ? undefined : expirySeconds * 1e3;
  if (asked === undefined && left === undefined) return limits.jobTtlMsDefault;
  return Math.min(asked ?? Infinity, left ?? Infinity, limits.jobTtlMsMax);
}

function idIn({ jobId }: Readonly<Record<string, unknown>>): string | null {
  return typeof jobId === "string" && jobId.length <= limits.jobIdCharsMax ? jobId : null;
}

function invalid(path: string, message: string): JobError {
  return { code: "INVALID_VALUE", message, path, retryable: false };
}

function reject(jobId: string | null, errors: readonly JobError[]): Rejection {
  const [first, ...more] = errors;
  if (!first) throw new Error("a rejection has a reason");
  return { kind: "rejected", jobId, errors: [first, ...more] };
}
