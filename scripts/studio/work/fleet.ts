import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { MqttClient } from "mqtt";
import { canonical } from "../../../runtime/job/payload.ts";
import type { AvatarWish } from "../../../runtime/studio/work/desired.ts";
import { connectToFleet, type FleetOptions } from "../../fleet/manager.ts";

/** The devices of a broker, and what each was last told to have. */
export class Fleet implements AsyncDisposable {
  readonly #client: MqttClient;
  readonly #root: string;
  readonly #key: KeyObject | undefined;
  readonly #devices = new Set<string>();
  readonly #versions = new Map<string, number>();

  private constructor(client: MqttClient, root: string, key: KeyObject | undefined) {
    this.#client = client;
    this.#root = root;
    this.#key = key;
    client.on("message", (topic, payload) => this.#hear(topic, payload));
  }

  /** Connects and gathers what the broker keeps. `keyFile`: Ed25519, of `fleet.signers`. */
  static async connect(options: FleetOptions, keyFile?: string): Promise<Fleet> {
    const key = keyFile === undefined ? undefined : createPrivateKey(readFileSync(keyFile));
    const fleet = new Fleet(await connectToFleet(options), options.root, key);
    const names = ["state", "content/desired", "content/reported"];
    await fleet.#client.subscribeAsync(
      names.map((name) => `${options.root}/1/+/${name}`),
      { qos: 1 },
    );
    // Retained messages come right after the subscription; there is no sign of the last one.
    await sleep(gatherMs);
    return fleet;
  }

  /** All that have ever come to this broker, by name. */
  get devices(): readonly string[] {
    return [...this.#devices].sort();
  }

  /** Of these, those that nobody ever gave a set. */
  get newcomers(): readonly string[] {
    return this.devices.filter((device) => !this.#versions.has(device));
  }

  /** Writes a device's set, one version above all that are known; none: the topic is empty. */
  async desire(device: string, avatars: readonly AvatarWish[]): Promise<void> {
    const topic = `${this.#root}/1/${device}/content/desired`;
    const version = (this.#versions.get(device) ?? 0) + 1;
    const payload = avatars.length === 0 ? "" : this.#signed({ version, avatars });
    await this.#client.publishAsync(topic, payload, { qos: 1, retain: true });
    this.#versions.set(device, version);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync();
  }

  /** As `fleet.signers` demands it (runtime/job/signature.ts). */
  #signed(set: { readonly version: number; readonly avatars: readonly AvatarWish[] }): string {
    if (this.#key === undefined) return JSON.stringify(set);
    const seal = sign(null, Buffer.from(canonical(set)), this.#key);
    return JSON.stringify({ ...set, signature: seal.toString("base64") });
  }

  #hear(topic: string, payload: Buffer): void {
    const [device = "", ...name] = topic.slice(`${this.#root}/1/`.length).split("/");
    if (name[0] === "state") this.#devices.add(device);
    const version = versionIn(payload);
    const known = this.#versions.get(device) ?? 0;
    if (version !== undefined) this.#versions.set(device, Math.max(known, version));
  }
}

const gatherMs = 500;

/** Of a set itself, or of a device's report of one. */
function versionIn(payload: Buffer): number | undefined {
  try {
    const body = JSON.parse(payload.toString());
    const version = body.version ?? body.data?.version;
    return Number.isSafeInteger(version) ? version : undefined;
  } catch {
    // Empty, or nobody's set: it has no version.
    return undefined;
  }
}
