import { Signature } from "@tufjs/models";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { type Kind, readMetadata } from "../../content/trust/metadata.ts";
import type { Signer } from "./key.ts";
import { bytesOf } from "./sheets.ts";
import { type Draft, signedBy, wantedKeys } from "./signing.ts";
import { must } from "./trouble.ts";

const keyId = Type.String({ pattern: "^[0-9a-f]{64}$" });
const version = Type.Integer({ minimum: 1 });
const role = Type.Enum(["root", "targets"]);

const requestSchema = Type.Object({
  format: Type.Literal("frontdesk-signing-request"),
  version: Type.Literal(1),
  sheets: Type.Array(Type.Object({ role, keys: Type.Array(keyId), metadata: Type.String() })),
});

const answerSchema = Type.Object({
  format: Type.Literal("frontdesk-repository-signatures"),
  version: Type.Literal(1),
  signatures: Type.Array(Type.Object({ role, version, keyid: keyId, sig: Type.String() })),
});

/** What is taken to a machine that holds keys and knows no repository. */
export type SigningRequest = Static<typeof requestSchema>;

/** What it gives back. */
export type SigningAnswer = Static<typeof answerSchema>;

/** Asks for signatures of drafts of root and targets. */
export function requestFor(drafts: readonly Draft[]): SigningRequest {
  const sheets = drafts.flatMap((draft) =>
    draft.role === "root" || draft.role === "targets"
      ? [{ role: draft.role, keys: [...wantedKeys(draft)], metadata: textOf(draft) }]
      : [],
  );
  return { format: "frontdesk-signing-request", version: 1, sheets };
}

/** Throws RepositoryError. */
export function readRequest(bytes: Uint8Array): SigningRequest {
  return readAs("signing request", requestSchema, bytes);
}

/** Throws RepositoryError. */
export function readAnswer(bytes: Uint8Array): SigningAnswer {
  return readAs("signatures", answerSchema, bytes);
}

/** What a request asks to sign, for the person who holds the key to read. */
export function describe({ sheets }: SigningRequest): readonly string[] {
  return sheets.map(({ role, metadata, keys }) => {
    const { signed } = readMetadata(role, new TextEncoder().encode(metadata));
    const files = "targets" in signed ? `, ${Object.keys(signed.targets).length} files` : "";
    const by = keys.map((id) => id.slice(0, 8)).join(", ");
    return `${role} ${signed.version}, to ${signed.expires}${files}; keys that may: ${by}`;
  });
}

/** Signs what of a request these keys may. */
export function answer({ sheets }: SigningRequest, signers: readonly Signer[]): SigningAnswer {
  const signatures = sheets.flatMap(({ role, keys, metadata: text }) => {
    const metadata = readMetadata(role, new TextEncoder().encode(text));
    const { version } = metadata.signed;
    return signers
      .filter(({ key }) => keys.includes(key.keyID))
      .map(({ key, sign }) => {
        let sig = "";
        metadata.sign((bytes) => {
          sig = sign(bytes);
          return new Signature({ keyID: key.keyID, sig });
        });
        return { role, version, keyid: key.keyID, sig };
      });
  });
  return { format: "frontdesk-repository-signatures", version: 1, signatures };
}

/** The drafts with those signatures that fit, and how many did. */
export function brought(
  drafts: readonly Draft[],
  { signatures }: SigningAnswer,
): { readonly drafts: readonly Draft[]; readonly taken: number } {
  let taken = 0;
  const after = drafts.map((draft) =>
    signatures
      .filter((one) => isOf(draft, one.role, one.version))
      .reduce<Draft>((current, { keyid, sig }) => {
        const next = signedBy(current, keyid, sig);
        if (next) taken += 1;
        return next ?? current;
      }, draft),
  );
  return { drafts: after, taken };
}

function isOf(draft: Draft, role: Kind, version: number): boolean {
  return draft.role === role && draft.metadata.signed.version === version;
}

function textOf({ metadata }: Draft): string {
  return new TextDecoder().decode(bytesOf(metadata));
}

function readAs<S extends typeof requestSchema | typeof answerSchema>(
  what: string,
  schema: S,
  bytes: Uint8Array,
): Static<S> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // What is no JSON fits no schema either.
    value = undefined;
  }
  must(Value.Check(schema, value), `read ${what}`, () => `the file is no ${what}`);
  return value as Static<S>;
}
