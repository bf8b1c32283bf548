/** Every topic of one device (mqtt.md); `base` is `<root>/1/<device>`. */
export interface Topics {
  readonly base: string;
  readonly state: string;
  readonly info: string;
  readonly submit: string;
  readonly cancel: string;
  /** The parts of streamed jobs: `speech/stream/<jobId>`. */
  readonly stream: string;
  readonly event: string;
  readonly now: string;
  readonly ping: string;
  /** What the device sends to itself: it shows that its subscriptions live. */
  readonly echo: string;
  readonly desired: string;
  readonly reported: string;
  readonly contentDesired: string;
  readonly contentReported: string;
  readonly health: string;
  /** Every command, short (`cmd/<type>/req`) and long (`cmd/<type>/<cmdId>`). */
  readonly commands: string;
  /** Says whether a fleet manager is there; the same for all devices. */
  readonly host: string;
}

/** Throws a RangeError when the root or the device cannot be part of a topic. */
export function topicsOf(root: string, device: string): Topics {
  const base = `${namespaceOf(root)}${checked(device)}`;
  return {
    base,
    state: `${base}/state`,
    info: `${base}/info`,
    submit: `${base}/speech/submit`,
    cancel: `${base}/speech/cancel`,
    stream: `${base}/speech/stream/+`,
    event: `${base}/speech/event`,
    now: `${base}/speech/now`,
    ping: `${base}/cmd/ping/req`,
    echo: `${base}/cmd/echo/req`,
    desired: `${base}/config/desired`,
    reported: `${base}/config/reported`,
    contentDesired: `${base}/content/desired`,
    contentReported: `${base}/content/reported`,
    health: `${base}/health`,
    commands: `${base}/cmd/+/+`,
    host: `${namespaceOf(root)}$host/state`,
  };
}

/** What every device's topics begin with: the root and the version of this contract. */
export function namespaceOf(root: string): string {
  if (!/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/.test(root)) {
    const rule = "levels of A-Z a-z 0-9 _ -, without a slash at either end";
    throw new RangeError(`Cannot use topic root ${JSON.stringify(root)}: it must be ${rule}`);
  }
  return `${root}/1/`;
}

function checked(device: string): string {
  if (/^[a-z0-9-]{1,64}$/.test(device)) return device;
  const rule = "1 to 64 of a-z 0-9 -";
  throw new RangeError(`Cannot use device id ${JSON.stringify(device)}: it must be ${rule}`);
}
