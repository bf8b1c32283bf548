import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { Kind } from "../../content/trust/metadata.ts";
import { writeMoment } from "../../content/trust/moment.ts";
import { RepositoryError } from "./trouble.ts";

const days = Type.Integer({ minimum: 1, maximum: 3650 });

const termsSchema = Type.Object({
  format: Type.Literal("frontdesk-repository"),
  version: Type.Literal(1),
  days: Type.Object({ root: days, targets: days, snapshot: days, timestamp: days }),
});

/** For how many days what a role signs is believed. */
export type Days = Static<typeof termsSchema>["days"];

/**
 * Keys of root and targets may lie in a safe, so that theirs last a year; a timestamp lasts as long
 * as somebody between may hide that there is news.
 */
export const usualDays: Days = { root: 365, targets: 365, snapshot: 30, timestamp: 7 };

/** `repository.json`, beside the folders that are served. */
export function writeTerms(terms: Days): Uint8Array {
  const document = { format: "frontdesk-repository", version: 1, days: terms };
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}

/** Throws RepositoryError when it is not there, or none. */
export function readTerms(bytes: Uint8Array | undefined): Days {
  const action = "open repository";
  if (bytes === undefined) {
    throw new RepositoryError(
      action,
      "there is no repository.json, frontdesk studio repo init makes one",
    );
  }
  const document = parse(bytes);
  if (Value.Check(termsSchema, document)) return document.days;
  const [error] = Value.Errors(termsSchema, document);
  throw new RepositoryError(
    action,
    `repository.json${error?.instancePath ?? ""}: ${error?.message}`,
  );
}

/** When what is signed now ends, as metadata writes it. */
export function expiryAfter(nowMs: number, days: Days, role: Kind): string {
  return writeMoment(nowMs + days[role] * dayMs);
}

/** Less than a third of its time is left, so that a missed day or two does no harm. */
export function isDue(expiresMs: number, nowMs: number, termDays: number): boolean {
  return expiresMs - nowMs < (termDays * dayMs) / 3;
}

const dayMs = 24 * 3600_000;

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // What is no JSON fits no schema either.
    return undefined;
  }
}
