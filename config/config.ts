import { Type } from "typebox";
import { Value } from "typebox/value";
import { contentKeys } from "./content.ts";
import { licenceKeys } from "./licence.ts";
import { sceneKeys } from "./scene.ts";
import { scheduleSchema } from "./schedule.ts";
import { type Tier, type TierWish, tierNames } from "./tiers.ts";
import { voiceKeys } from "./voice.ts";

/**
 * What a change of a key needs: nothing (`hot`), a clean start of the parts (`restart`), the
 * same and proof that the device is still reachable or visible, else it is taken back
 * (`connectivity`, `display`). `local` keys say who the device is: the fleet cannot set them.
 */
export type Apply = "hot" | "restart" | "connectivity" | "display" | "local";

const hot = { apply: "hot" } as const;
const restart = { apply: "restart" } as const;
const connectivity = { apply: "connectivity" } as const;
const display = { apply: "display" } as const;
const local = { apply: "local" } as const;

const schema = strict({
  device: Type.String({
    ...local,
    pattern: "^[a-z0-9-]{1,64}$",
    default: "kiosk",
    description: "Name of this device: MQTT client id and topic level",
  }),
  broker: strict({
    url: Type.String({
      ...connectivity,
      pattern: "^mqtts?://",
      default: "mqtt://127.0.0.1:1883",
    }),
    username: Type.Optional(Type.String(connectivity)),
    passwordFile: file("A file that holds the password"),
    caFile: file("Certificates (PEM) of who may vouch for the broker; absent: the system's"),
    certFile: file("This device's certificate (PEM), for mutual TLS"),
    keyFile: file("The key (PEM) of that certificate"),
  }),
  fleet: strict({
    root: Type.String({
      ...local,
      pattern: "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
      default: "frontdesk",
      description: "First levels of every topic",
    }),
    signers: names("Public keys (Ed25519, base64) of who may configure and speak; none: anybody"),
    uploadHosts: names("Hosts to which a screenshot may be sent over HTTPS"),
    timeSource: Type.Optional(
      Type.String({
        ...local,
        pattern: "^(ntp|https)://",
        description:
          "Whom the doctor asks for the time; absent: the board's NTP server, uploadHosts",
      }),
    ),
    reboot: Type.Boolean({
      ...local,
      default: false,
      description: "Whether the fleet may reboot the board",
    }),
  }),
  clock: Type.Enum(["synced", "board"], {
    ...local,
    default: "synced",
    description:
      "Whether the time can be believed: once NTP has set it, or always (a battery, and no NTP)",
  }),
  state: Type.String({
    ...local,
    default: "/var/lib/frontdesk",
    description: "Folder for what must outlive a power cut",
  }),
  avatar: strict({
    id: Type.String({ ...restart, pattern: "^[a-z0-9-]{1,64}$", default: "anna" }),
    folder: Type.Optional(
      Type.String({ ...restart, description: "Where avatars lie; absent: those shipped" }),
    ),
    tier: Type.Unsafe<TierWish>(
      Type.Enum([...tierNames, "auto"], {
        ...display,
        default: "720p",
        description: "auto: what `frontdesk profile` judges this board to sustain",
      }),
    ),
    governed: Type.Boolean({
      ...hot,
      default: true,
      description: "Whether a board in trouble shows a lower tier until it is better",
    }),
    lipsync: Type.Enum(["auto", "instant", "studio"], {
      ...restart,
      default: "auto",
      description: "Which kind of mouth, where a package has both; auto: instant",
    }),
    signers: names("Public keys (Ed25519, base64) of who may sign avatars; none: anybody"),
  }),
  content: strict(contentKeys),
  licence: strict(licenceKeys),
  tier: strict({
    allow: tierList("Tiers that auto may choose; none: every one"),
    deny: tierList("Tiers that auto never chooses"),
  }),
  display: strict({
    driver: Type.Enum(["auto", "drm", "drm-sw", "drm-gles", "window", "memory"], {
      ...display,
      default: "auto",
    }),
    mode: Type.String({
      ...display,
      pattern: "^(preferred|largest|[0-9]{2,4}x[0-9]{2,4})$",
      default: "preferred",
      description: "Of the screen: its own, the largest that the tier fills, or e.g. 1280x720",
    }),
    rotation: Type.Enum([0, 90, 180, 270], {
      ...display,
      default: 0,
      description: "Degrees by which drm-sw turns the picture clockwise",
    }),
    overscan: Type.Number({
      ...display,
      minimum: 0,
      maximum: 0.2,
      default: 0,
      description: "Share of each side that the monitor cuts off (drm-sw)",
    }),
    width: Type.Optional(Type.Integer({ ...display, minimum: 64, maximum: 4096 })),
    height: Type.Optional(Type.Integer({ ...display, minimum: 64, maximum: 4096 })),
  }),
  audio: strict({
    device: Type.String({
      ...display,
      default: "auto",
      description: "auto, silent, or an ALSA device: default, pulse, pipewire, hw:0,0",
    }),
    volume: Type.Number({ ...hot, minimum: 0, maximum: 1, default: 1 }),
  }),
  voice: strict(voiceKeys),
  speech: strict({
    audioSources: names("URLs below which jobs may name sound: https://..., file:///srv/sounds/"),
  }),
  scene: strict(sceneKeys),
  schedule: scheduleSchema,
  page: strict({
    port: Type.Integer({
      ...local,
      minimum: 0,
      maximum: 65_535,
      default: 7780,
      description: "Where the page for technicians is; 0: there is none",
    }),
    host: Type.String({
      ...local,
      default: "127.0.0.1",
      description: "Address that it listens on; any but loopback demands page.passwordFile",
    }),
    passwordFile: Type.Optional(
      Type.String({ ...local, description: "A file that holds the password of the page" }),
    ),
  }),
  metricsFile: Type.Optional(
    Type.String({
      ...local,
      pattern: "^/.*\\.prom$",
      description: "Where to write metrics for node_exporter's textfile collector",
    }),
  ),
  log: Type.Enum(["silent", "error", "warn", "info", "debug"], { ...hot, default: "info" }),
});

export type { Background } from "./scene.ts";

/** The whole configuration of one kiosk, every key present that has a default. */
export type Config = Type.Static<typeof schema>;

/** A configuration whose tier is settled, as the stage needs it. */
export type SettledConfig = Omit<Config, "avatar"> & {
  readonly avatar: Config["avatar"] & { readonly tier: Tier };
};

/** The same configuration with this tier. */
export function withTier(config: Config, tier: Tier): SettledConfig {
  return { ...config, avatar: { ...config.avatar, tier } };
}

export const configSchema = schema;

/** What is wrong with a configuration: every error, each at its JSON Pointer. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  constructor(source: string, errors: ConfigError["errors"]) {
    const lines = errors.map(({ path, message }) => `  ${path || "/"}: ${message}`);
    super(`Cannot use configuration from ${source}:\n${lines.join("\n")}`);
    this.errors = errors;
  }
}

/** Fills in defaults and checks; `source` names the document in errors. Unknown keys are errors. */
export function parseConfig(document: unknown, source: string): Config {
  const filled = Value.Default(schema, structuredClone(document));
  if (Value.Check(schema, filled)) return filled;
  throw new ConfigError(source, Value.Errors(schema, filled).flatMap(describe));
}

/** Lays `over` on top of `under`, key by key; arrays and `background` are taken whole. */
export function mergeConfig(under: unknown, over: unknown): unknown {
  if (!isRecord(under) || !isRecord(over)) return over === undefined ? under : over;
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      key === "background" && over[key] !== undefined
        ? over[key]
        : mergeConfig(under[key], over[key]),
    ]),
  );
}

type SchemaError = ReturnType<typeof Value.Errors>[number];

function describe(error: SchemaError): { path: string; message: string }[] {
  if (error.keyword === "additionalProperties") return [];
  const known = error.keyword === "boolean";
  const allowed = error.keyword === "enum" ? `: ${allowedValues(error)}` : "";
  return [
    {
      path: error.instancePath,
      message: known ? "is not a key of the configuration" : `${error.message}${allowed}`,
    },
  ];
}

function allowedValues(error: SchemaError): string {
  const { allowedValues } = error.params as { allowedValues?: readonly unknown[] };
  return (allowedValues ?? []).join(", ");
}

function strict<P extends Type.TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false, default: {} });
}

function file(description: string) {
  return Type.Optional(Type.String({ ...connectivity, minLength: 1, description }));
}

function tierList(description: string) {
  const one = Type.Unsafe<Tier>(Type.Enum([...tierNames]));
  return Type.Array(one, { ...display, maxItems: tierNames.length, default: [], description });
}

function names(description: string) {
  const one = Type.String({ minLength: 1, maxLength: 256 });
  return Type.Array(one, { ...local, maxItems: 16, default: [], description });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
