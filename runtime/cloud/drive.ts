import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { limits } from "../../config/limits.ts";
import { schemaErrors } from "../job/schema.ts";

/** Names what is said, for the events about it; who sends none is given one. */
const id = Type.String({ pattern: `^[A-Za-z0-9._:-]{1,${limits.jobIdCharsMax}}$` });
const seq = Type.Integer({ minimum: 1, maximum: 0xffff_ffff, description: "From 1, rising by 1" });
const isFinal = Type.Optional(Type.Boolean({ description: "Nothing follows" }));
const interrupt = Type.Optional(
  Type.Boolean({ description: "Cut off what is said, and drop what waits, first" }),
);
const lang = Type.Optional(Type.String({ pattern: "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}$" }));

const textSchema = Type.Object({
  kind: Type.Enum(["text", "ssml"]),
  id: Type.Optional(id),
  text: Type.String({ minLength: 1, description: "At most 4,000 bytes of UTF-8" }),
  lang,
  interrupt,
});

const textPartSchema = Type.Object({
  kind: Type.Literal("text-part"),
  id,
  seq,
  isFinal,
  text: Type.String({ description: "At most 1,000 bytes of UTF-8" }),
  lang,
  interrupt,
});

const audioPartSchema = Type.Object({
  kind: Type.Literal("audio-part"),
  id,
  seq,
  isFinal,
  audio: Type.String({
    description: "PCM in base64: 16 kHz, 16 bit, little endian, mono; at most 5,120 bytes (160 ms)",
  }),
  interrupt,
});

const interruptSchema = Type.Object({ kind: Type.Literal("interrupt") });

/** What a session is driven with. */
export const driveSchema = Type.Union([
  textSchema,
  textPartSchema,
  audioPartSchema,
  interruptSchema,
]);

export type Drive = Static<typeof driveSchema>;

/** Why a drive was not taken. */
export interface DriveFault {
  readonly code: string;
  readonly message: string;
  /** JSON Pointer. */
  readonly path?: string;
}

/** Reads a drive as it was sent: any value of JSON. */
export function readDrive(value: unknown): Drive | DriveFault {
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    const kinds = Object.keys(schemas).join(", ");
    const message = `Cannot read the drive: it has no kind, one of ${kinds} is due`;
    return { code: "MISSING_FIELD", message, path: "/kind" };
  }
  const schema = schemas[String(value.kind)];
  if (!schema) {
    const due = `one of ${Object.keys(schemas).join(", ")} is due`;
    const message = `Cannot read the drive: its kind is ${JSON.stringify(value.kind)}, ${due}`;
    return { code: "UNKNOWN_VALUE", message, path: "/kind" };
  }
  const [fault] = schemaErrors(schema, value);
  if (fault) return fault;
  if (!Value.Check(driveSchema, value)) {
    return {
      code: "INVALID_VALUE",
      message: "Cannot read the drive: it does not match its schema",
    };
  }
  return sizeFault(value) ?? value;
}

const schemas: Readonly<Record<string, Type.TSchema>> = {
  text: textSchema,
  ssml: textSchema,
  "text-part": textPartSchema,
  "audio-part": audioPartSchema,
  interrupt: interruptSchema,
};

function sizeFault(drive: Drive): DriveFault | undefined {
  switch (drive.kind) {
    case "interrupt":
      return undefined;
    case "text":
    case "ssml":
      return boundFault("/text", drive.text, limits.cloudTextBytesMax) ?? blankFault(drive.text);
    case "text-part":
      return boundFault("/text", drive.text, limits.streamTextBytesMax);
    case "audio-part":
      return soundFault(drive.audio);
  }
}

function boundFault(path: string, text: string, most: number): DriveFault | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes <= most) return undefined;
  const message = `Cannot read ${path}: it has ${bytes} bytes, limit is ${most}`;
  return { code: "TOO_LARGE", message, path };
}

function blankFault(text: string): DriveFault | undefined {
  if (text.trim() !== "") return undefined;
  const message = "Cannot read /text: it is blank, something to say is due";
  return { code: "INVALID_VALUE", message, path: "/text" };
}

function soundFault(audio: string): DriveFault | undefined {
  const path = "/audio";
  const refuse = (code: string, fault: string) => {
    return { code, message: `Cannot read ${path}: ${fault}`, path };
  };
  const pcm = Buffer.from(audio, "base64");
  if (pcm.toString("base64") !== audio)
    return refuse("INVALID_VALUE", "it is not base64, it must be");
  const most = limits.cloudPcmBytesMax;
  if (pcm.length > most) return refuse("TOO_LARGE", `it has ${pcm.length} bytes, limit is ${most}`);
  if (pcm.length % 2 === 0) return undefined;
  return refuse("INVALID_VALUE", `it has ${pcm.length} bytes, whole samples of 2 bytes are due`);
}
