import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { Config } from "../../config/config.ts";
import { MqttBus } from "../../drivers/bus/mqtt.ts";
import type { Credentials } from "../../drivers/bus/options.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Identity } from "../fleet/identity.ts";

/** The line to the broker; an entry file: it picks its driver and reads its secrets. */
export function openBus({ broker, device }: Config, identity: Identity, trace: Trace): MqttBus {
  return new MqttBus({
    url: broker.url,
    clientId: device,
    credentials: () => readCredentials(broker),
    will: () => identity.will(),
    onTrouble: (trouble) => trace.note({ ...trouble, area: "fleet" }),
  });
}

/** Connects anew when a certificate, key or password was exchanged. Returns how to end that. */
export function renewOnChange({ broker }: Config, bus: MqttBus): () => void {
  const { passwordFile, caFile, certFile, keyFile } = broker;
  const files = [passwordFile, caFile, certFile, keyFile].filter((file) => file !== undefined);
  let pending: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(pending);
    // Key and certificate are two files: both have to be there before they are used.
    pending = setTimeout(() => bus.renew(), renewDelayMs);
  };
  for (const file of files) watchFile(file, { interval: renewDelayMs, persistent: false }, changed);
  return () => {
    clearTimeout(pending);
    for (const file of files) unwatchFile(file, changed);
  };
}

const renewDelayMs = 2_000;

/** Secrets lie in files, so that no configuration, event or log ever holds one. */
function readCredentials(broker: Config["broker"]): Credentials {
  const read = (file: string | undefined) =>
    file === undefined ? undefined : readFileSync(file, "utf8").trim();
  const known = {
    username: broker.username,
    password: read(broker.passwordFile),
    ca: read(broker.caFile),
    cert: read(broker.certFile),
    key: read(broker.keyFile),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}
