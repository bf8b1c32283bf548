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
  /** Seen from the device. */
  readonly action: "send" | "receive";
  readonly schema: string;
  readonly summary: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** The contract as an AsyncAPI 3.0 document, from the device's side. */
function asyncApi(): object {
  const channels = channelList();
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Frontdesk",
      version,
      description: "One kiosk on an MQTT 5 broker; root and device stand for its own names",
    },
    defaultContentType: "application/json",
    channels: Object.fromEntries(channels.map((channel) => [nameOf(channel), channelOf(channel)])),
    operations: Object.fromEntries(
      channels.map((channel) => [`${channel.action}.${nameOf(channel)}`, operationOf(channel)]),
    ),
    components: {
      schemas: Object.fromEntries(
        Object.entries(publishedSchemas).map(([id, text]) => [id, JSON.parse(text)]),
      ),
    },
  };
}

function channelList(): readonly Channel[] {
  const base = "{root}/1/{device}";
  const sample = topicsOf("root", "device");
  const up = (topic: string, retain: boolean, summary: string, qos: 0 | 1 = 1): Channel => {
    const address = topic.replace(sample.base, base);
    return { address, action: "send", schema: "envelope", summary, qos, retain };
  };
  const down = (topic: string, schema: string, summary: string, retain = false): Channel => {
    const address = topic.replace(sample.base, base).replace("root/1/$host", "{root}/1/$host");
    return { address, action: "receive", schema, summary, qos: 1, retain };
  };
  const commands = Object.keys(publishedSchemas).filter((id) => id.startsWith("cmd."));
  return [
    up(sample.state, true, "init, ready, disconnected, lost (the will), with the session's number"),
    up(sample.info, true, "model, versions, capabilities, schemas with their hashes, limits"),
    up(sample.health, true, "ok, degraded or critical, with the codes of what is wrong"),
    up(sample.event, false, "every change of a job; also to the Response Topic"),
    up(sample.now, true, "the job at hand and how many wait", 0),
    up(sample.reported, true, "status of the configuration, errors, source of each key"),
    up(`${sample.base}/alarm/{code}`, true, "there until cleared by an empty payload"),
    up(`${sample.base}/event/{severity}/{code}`, false, "from an outbox; eventSeq shows gaps"),
    up(`${sample.base}/telemetry/{group}`, false, "numbers, sent when they changed", 0),
    down(sample.submit, "speech.submit", "a job; Message Expiry is its life time"),
    down(sample.cancel, "speech.cancel", "one job or all of them"),
    down(sample.desired, "config.desired", "the fleet's layer, with a rising version", true),
    down(sample.host, "envelope", "a fleet manager is there, or not", true),
    ...commands.map((id) => {
      const type = id.slice("cmd.".length);
      const isLong = type in longCommandSchemas;
      const tail = isLong ? "{cmdId}" : "req";
      return down(`${sample.base}/cmd/${type}/${tail}`, id, `command ${type}`, isLong);
    }),
  ];
}

function nameOf({ address }: Channel): string {
  const levels = address.split("/").slice(2);
  return levels.filter((level) => level !== "{device}" && level !== "req").join(".");
}

function channelOf({ address, schema, summary }: Channel): object {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return {
    address,
    parameters: Object.fromEntries(names.map((name) => [name, {}])),
    messages: { message: { summary, payload: { $ref: `#/components/schemas/${schema}` } } },
  };
}

function operationOf(channel: Channel): object {
  const { action, summary, qos, retain } = channel;
  return {
    action,
    summary,
    channel: { $ref: `#/channels/${nameOf(channel)}` },
    bindings: { mqtt: { qos, retain, bindingVersion: "0.2.0" } },
  };
}
