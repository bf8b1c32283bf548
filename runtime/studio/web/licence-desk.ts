import { answerLicenceRequest } from "../licence/exchange.ts";
import type { House } from "./house.ts";

/** A request is some 600 bytes. */
const requestCharsMax = 8_192;

/** Answers a device's request, come over the network or carried here. */
export async function exchangeLicence(
  { studio, licenceKey: key, newId }: House,
  kind: "activate" | "renew",
  text: string,
  nowMs: number,
): ReturnType<typeof answerLicenceRequest> {
  if (key === undefined) return { status: 404, body: noKey };
  if (text.length > requestCharsMax) return { status: 413, body: tooLong };
  const desk = { book: studio.licences, key, newId };
  return answerLicenceRequest(kind, Buffer.from(text), desk, nowMs);
}

const noKey = {
  code: "NO_KEY",
  message: "Cannot give a licence: this studio has no key to sign it with",
} as const;

const tooLong = {
  code: "BAD_REQUEST",
  message: `Cannot read request: it has more than ${requestCharsMax} characters`,
} as const;
