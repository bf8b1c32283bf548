import { Type } from "typebox";

const hot = { apply: "hot" } as const;
const restart = { apply: "restart" } as const;

/** The keys below `voice`: who speaks, and where it lies or lives. */
export const voiceKeys = {
  driver: Type.Enum(["espeak", "flite", "neural", "remote", "scripted"], {
    ...restart,
    default: "espeak",
    description: "espeak-ng; flite; a neural model; a service; tone bursts for measuring",
  }),
  name: Type.Optional(
    Type.String({
      ...restart,
      minLength: 1,
      maxLength: 128,
      description: "A voice of espeak-ng (en-us+f3), of flite (slt), of the service, a speaker",
    }),
  ),
  lang: Type.String({
    ...hot,
    default: "en-US",
    description: "BCP 47 tag used when a job names none",
  }),
  model: Type.Optional(
    Type.String({
      ...restart,
      minLength: 1,
      description: "neural: a Piper voice, FILE.onnx beside FILE.onnx.json",
    }),
  ),
  cacheMb: Type.Integer({
    ...restart,
    minimum: 0,
    maximum: 65_536,
    default: 64,
    description: "neural and remote: sentences kept on disk, in MB; 0: none",
  }),
  service: Type.Object(
    {
      url: Type.Optional(
        Type.String({
          ...restart,
          pattern: "^https?://",
          description: "remote: of the shape of OpenAI's, http://HOST/v1/audio/speech",
        }),
      ),
      model: Type.String({ ...restart, minLength: 1, default: "tts-1", description: "Its model" }),
      keyFile: Type.Optional(
        Type.String({ ...restart, minLength: 1, description: "A file that holds its key" }),
      ),
      format: Type.Enum(["pcm", "wav", "opus"], {
        ...restart,
        default: "pcm",
        description: "What it sends: bare samples of 16 bit, WAV, Opus in Ogg",
      }),
      rateHz: Type.Integer({
        ...restart,
        minimum: 8_000,
        maximum: 96_000,
        default: 24_000,
        description: "Of bare samples",
      }),
      langs: Type.Array(Type.String({ pattern: "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}$" }), {
        ...restart,
        maxItems: 32,
        default: [],
        description: "BCP 47 tags of what it speaks, the local voice says the rest; none: all",
      }),
      waitMs: Type.Integer({
        ...restart,
        minimum: 100,
        maximum: 8_000,
        default: 2_500,
        description: "How long it may be silent before the local voice steps in",
      }),
      fallback: Type.Enum(["espeak", "flite", "none"], {
        ...restart,
        default: "espeak",
        description: "The local voice for when it fails",
      }),
    },
    { additionalProperties: false, default: {} },
  ),
} as const;
