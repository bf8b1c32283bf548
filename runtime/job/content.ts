import { limits } from "../../config/limits.ts";
import { isAllowedSource } from "../../config/sources.ts";
import type { Job, JobError } from "./job.ts";
import type { Submit } from "./schema.ts";
import { readSsml } from "./ssml.ts";
import { XmlFault } from "./xml.ts";

type Body = Readonly<Record<string, unknown>>;

/** What is wrong with the part of a body that says what is to be heard. */
export function contentErrors(body: Body): JobError[] {
  if (body.kind === "audio") return [...audioErrors(body), ...captionErrors(body)];
  return body.kind === "stream" ? captionErrors(body) : textErrors(body);
}

/** What is to be heard, of a body without errors. */
export function contentOf(
  body: Submit,
): Pick<Job, "kind" | "text" | "audio" | "pcm" | "unsupported"> {
  const { kind = "text", text = "", ssml = "", audio, audioUrl } = body;
  if (kind === "ssml") return { kind, text: ssml, unsupported: leftOf(ssml) };
  if (kind === "stream") {
    const { rateHz = vendorRateHz, channels = 1 } = body;
    return { kind, text, pcm: { rateHz, channels } };
  }
  if (kind === "text") return { kind, text };
  if (audioUrl !== undefined) return { kind, text, audio: { url: audioUrl } };
  return { kind, text, audio: { bytes: Buffer.from(audio ?? "", "base64") } };
}

/** Whether it has nothing to say and only ends what is said now. */
export function isStop({ kind, text }: Job): boolean {
  return (kind === "text" || kind === "ssml") && isBlank(text);
}

/** Why its sound may not be fetched from where it is said to be. */
export function sourceError({ audioUrl }: Body, sources: readonly string[]): JobError | undefined {
  if (typeof audioUrl !== "string" || isAllowedSource(audioUrl, sources)) return undefined;
  const known = sources.length === 0 ? "none" : `those below ${sources.join(", ")}`;
  const message = `Cannot speak ${shown(audioUrl)}: URLs allowed are ${known}`;
  return { code: "SOURCE_NOT_ALLOWED", message, path: "/audioUrl", retryable: false };
}

/** Why nobody here is who is to speak it. */
export function avatarError({ avatar }: Body, known?: readonly string[]): JobError | undefined {
  if (typeof avatar !== "string" || (known?.includes(avatar) ?? true)) return undefined;
  const here = known?.join(", ") || "none";
  const message = `Cannot show avatar ${shown(avatar)}: those here are ${here}`;
  return { code: "UNKNOWN_AVATAR", message, path: "/avatar", retryable: false };
}

/** PCM of the widely used vendor protocol. */
const vendorRateHz = 16_000;

function audioErrors({ audio, audioUrl }: Body): JobError[] {
  if (audio !== undefined && audioUrl !== undefined) {
    return [invalid("/audioUrl", "Cannot speak both audio and audioUrl: give one of them")];
  }
  if (audio === undefined && audioUrl === undefined) {
    const message = "Cannot read /audio: it is missing, a job of kind audio has it or audioUrl";
    return [{ code: "MISSING_FIELD", message, path: "/audio", retryable: false }];
  }
  if (typeof audio !== "string" || isBase64(audio)) return [];
  return [invalid("/audio", "Cannot read /audio: it is not base64 (RFC 4648, 4), it must be")];
}

/** Whether it is base64 with its padding, so that a torn one shows. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/** What sound says may be blank: it is shown, not spoken. */
function captionErrors({ text }: Body): JobError[] {
  return text === undefined ? [] : wordErrors(text, "/text");
}

function textErrors(body: Body): JobError[] {
  const field = body.kind === "ssml" ? "ssml" : "text";
  const text = body[field];
  const path = `/${field}`;
  if (text === undefined) {
    const message = `Cannot read ${path}: it is missing, a job of kind ${field} must have it`;
    return [{ code: "MISSING_FIELD", message, path, retryable: false }];
  }
  const wrong = wordErrors(text, path);
  if (wrong.length > 0 || typeof text !== "string") return wrong;
  if (field === "ssml" && !isBlank(text)) return markupErrors(text);
  if (!isBlank(text) || body.mode === "interrupt" || body.mode === "replace") return [];
  const message = `Cannot speak ${path}: it is blank, it may be so with interrupt or replace only`;
  return [{ code: "EMPTY_TEXT", message, path, retryable: false }];
}

function markupErrors(ssml: string): JobError[] {
  try {
    readSsml(ssml);
    return [];
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    const message = `Cannot read /ssml: ${error.message}`;
    return [{ code: "INVALID_SSML", message, path: "/ssml", retryable: false }];
  }
}

function leftOf(ssml: string): readonly string[] {
  return isBlank(ssml) ? [] : readSsml(ssml).unsupported;
}

function wordErrors(text: unknown, path: string): JobError[] {
  if (typeof text !== "string") return [];
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.textBytesMax) {
    const message = `Cannot speak ${path}: it is ${bytes} bytes, limit is ${limits.textBytesMax}`;
    return [{ code: "TEXT_TOO_LONG", message, path, retryable: false }];
  }
  return text.isWellFormed()
    ? []
    : [invalid(path, `Cannot speak ${path}: it has half a character`)];
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

function shown(text: string): string {
  return JSON.stringify(text.length <= 120 ? text : `${text.slice(0, 120)}…`);
}

function invalid(path: string, message: string): JobError {
  return { code: "INVALID_VALUE", message, path, retryable: false };
}
