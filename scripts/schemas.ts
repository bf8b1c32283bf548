import { topicsOf } from "../runtime/fleet/topics.ts";
import { longCommandSchemas } from "../runtime/wiring/orders.ts";
import { publishedSchemas } from "../runtime/wiring/passport.ts";
import { version } from "./version.ts";

/** Every generated file of the MQTT contract, by its path from the project's root. */
export function contractFiles(): Readonly<Record<string, string>> {
  const schemas = Object.entries(publishedSchemas).map(([id, text]) => [
    `config/schema/${id}.json`,
    text,
  ]);
  const document = `${JSON.stringify(asyncApi(), undefined, 2)}\n`;
  return { ...Object.fromEntries(schemas), "config/schema/asyncapi.json": document };
}

interface Channel {
  readonly address: string;
  readonly operations: readonly Operation[];
}

interface Operation {
  /** Seen from the device. */
  readonly action: "send" | "receive";
  readonly schema: string;
  readonly summary: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Whether the Response Topic of the request is answered. */
  readonly replies?: boolean;
}

/** The contract as an AsyncAPI 3.0 document, from the device's side. */
function asyncApi(): object {
  const channels = channelList();
  const named = channels.map((channel) => [nameOf(channel), channelOf(channel)] as const);
  const operations = channels.flatMap((channel) =>
    channel.operations.map((one) => [
      `${one.action}.${nameOf(channel)}`,
      operationOf(channel, one),
    ]),
  );
  return {
    asyncapi: "3.0.0",
    id: "urn:frontdesk:1",
    info: {
      title: "Frontdesk",
      version,
      description: "One kiosk on an MQTT 5 broker; root and device stand for its own names",
    },
    defaultContentType: "application/json",
    channels: { ...Object.fromEntries(named), answers: answersChannel() },
    operations: Object.fromEntries(operations),
    components: {
      schemas: Object.fromEntries(
        Object.entries(publishedSchemas).map(([id, text]) => {
          const { $schema: _draft, $id: _id, ...schema } = JSON.parse(text);
          return [id, schema];
        }),
      ),
    },
  };
}

function channelList(): readonly Channel[] {
  const sample = topicsOf("root", "device");
  const commands = Object.keys(publishedSchemas).filter((id) => id.startsWith("cmd."));
  return [
    up(sample.state, "state", "there or not, with the session's number; the will says lost"),
    up(sample.info, "info", "model, versions, capabilities, schemas with their hashes, limits"),
    up(sample.health, "health", "how it is, with the codes of what is wrong"),
    up(sample.event, "speech.event", "every change of a job; also to the Response Topic", live),
    up(sample.now, "speech.now", "the job at hand and how many wait", { qos: 0, retain: true }),
    up(sample.reported, "config.reported", "status of the configuration, source of each key"),
    up(sample.contentReported, "content.reported", "status of the avatars, those installed"),
    up(`${sample.base}/alarm/{code}`, "alarm", "there until cleared by an empty payload"),
    up(`${sample.base}/event/{severity}/{code}`, "event", "from an outbox", live),
    up(`${sample.base}/telemetry/{group}`, "telemetry", "numbers that changed", {
      qos: 0,
      retain: false,
    }),
    up(sample.echo, "cmd.echo", "to itself: its subscriptions live", live),
    down(sample.submit, "speech.submit", "a job; Message Expiry is its life time", {
      ...live,
      replies: true,
    }),
    down(sample.cancel, "speech.cancel", "one job or all of them", { ...live, replies: true }),
    down(sample.stream.replace("+", "{jobId}"), "speech.stream", streamSummary, live),
    down(sample.desired, "config.desired", "the fleet's layer, with a rising version"),
    down(sample.contentDesired, "content.desired", "the avatars that the device is to have"),
    down(sample.host, "host", "a fleet manager is there, or not"),
    ...commands.filter((id) => !isOutcome(id)).map((id) => commandChannel(sample.base, id)),
  ];
}

const kept = { qos: 1, retain: true } as const;
const live = { qos: 1, retain: false } as const;

const streamSummary =
  "a part of a streamed job: as here, or FDS, flags (1: last), seq as uint32 LE, then samples";

type Delivery = Pick<Operation, "qos" | "retain" | "replies">;

function up(topic: string, schema: string, summary: string, delivery: Delivery = kept): Channel {
  return {
    address: addressOf(topic),
    operations: [{ action: "send", schema, summary, ...delivery }],
  };
}

function down(topic: string, schema: string, summary: string, delivery: Delivery = kept): Channel {
  const operation = { action: "receive", schema, summary, ...delivery } as const;
  return { address: addressOf(topic), operations: [operation] };
}

/** What a device makes of a command, rather than a command. */
function isOutcome(id: string): boolean {
  return ["cmd.answer", "cmd.progress", "cmd.echo"].includes(id);
}

function commandChannel(base: string, id: string): Channel {
  const type = id.slice("cmd.".length);
  const summary = `command ${type}`;
  if (!(type in longCommandSchemas)) {
    return down(`${base}/cmd/${type}/req`, id, summary, { ...live, replies: true });
  }
  const { address, operations } = down(`${base}/cmd/${type}/{cmdId}`, id, summary);
  const [progress] = up("", "cmd.progress", `how far ${type} is`).operations;
  return { address, operations: progress ? [...operations, progress] : operations };
}

function addressOf(topic: string): string {
  const sample = topicsOf("root", "device");
  const named = topic.replace(sample.base, "{root}/1/{device}");
  return named.replace("root/1/$host", "{root}/1/$host");
}

function nameOf({ address }: Channel): string {
  const levels = address.split("/").slice(2);
  return levels.filter((level) => level !== "{device}" && level !== "req").join(".");
}

function channelOf({ address, operations }: Channel): object {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return {
    address,
    parameters: Object.fromEntries(names.map((name) => [name, { description: meanings[name] }])),
    messages: Object.fromEntries(operations.map((one) => [one.action, messageOf(one)])),
  };
}

const meanings: Readonly<Record<string, string>> = {
  root: "First levels of every topic: fleet.root of the configuration",
  device: "Name of the device, 1 to 64 of a-z 0-9 -",
  code: "As the catalogue of findings has it",
  severity: "info, warning or critical",
  group: "What the numbers are about",
  cmdId: "Made up by who gives the command",
};

/** What a device says wears the envelope; what it hears need not. */
function messageOf({ action, schema, summary }: Operation): object {
  const data = { $ref: `#/components/schemas/${schema}` };
  const envelope = { $ref: "#/components/schemas/envelope" };
  const said = { allOf: [envelope, { type: "object", properties: { data } }] };
  return { summary, payload: action === "send" ? said : data };
}

/** A channel without an address: each request names its own. */
function answersChannel(): object {
  const answer = (schema: string, summary: string) => {
    return messageOf({ action: "send", schema, summary, ...live });
  };
  return {
    address: null,
    description: "The Response Topic of a request, with its Correlation Data",
    messages: {
      job: answer("speech.event", "what becomes of the job"),
      command: answer("cmd.answer", "what became of the command"),
    },
  };
}

function operationOf(channel: Channel, { action, summary, ...delivery }: Operation): object {
  const { qos, retain, replies = false } = delivery;
  const $ref = `#/channels/${nameOf(channel)}`;
  const answer = channel.address.includes("/cmd/") ? "command" : "job";
  const reply = {
    address: { location: "$message.header#/responseTopic" },
    channel: { $ref: "#/channels/answers" },
    messages: [{ $ref: `#/channels/answers/messages/${answer}` }],
  };
  return {
    action,
    summary,
    channel: { $ref },
    messages: [{ $ref: `${$ref}/messages/${action}` }],
    ...(replies ? { reply } : {}),
    bindings: { mqtt: { qos, retain, bindingVersion: "0.2.0" } },
  };
}
