/** One moment of the stream on three clocks. */
interface Report {
  /** Of this host, in NTP's format of 64 bits. */
  readonly ntp: bigint;
  /** On the clocks of video (90 kHz) and sound (48 kHz). */
  readonly video: number;
  readonly audio: number;
}

/**
 * Where the clocks of picture and sound meet, so that a viewer can lay the one on the other
 * (RFC 3550, 6.4.1). Both begin with the same moment; how long each took through its encoder does
 * not matter then.
 */
export class Timeline {
  #video: Start | undefined;
  #audio: Start | undefined;
  #latest: { readonly wallMs: number; readonly video: number } | undefined;

  sawVideo(packet: Buffer, wallMs: number): void {
    this.#video = startOf(packet, this.#video);
    this.#latest = { wallMs, video: packet.readUInt32BE(timestampAt) };
  }

  sawAudio(packet: Buffer): void {
    this.#audio = startOf(packet, this.#audio);
  }

  /** Undefined until both have begun. */
  get report(): Report | undefined {
    if (!this.#video || !this.#audio || !this.#latest) return undefined;
    const { wallMs, video } = this.#latest;
    const passed = ((video - this.#video.timestamp) >>> 0) / videoRateHz;
    const sound = this.#audio.timestamp + opusLeadSamples + Math.round(passed * audioRateHz);
    return { ntp: ntpOf(wallMs), video, audio: sound >>> 0 };
  }
}

interface Start {
  readonly ssrc: number;
  readonly timestamp: number;
}

/** Another source begins another count. */
function startOf(packet: Buffer, known: Start | undefined): Start {
  const ssrc = packet.readUInt32BE(ssrcAt);
  return known?.ssrc === ssrc ? known : { ssrc, timestamp: packet.readUInt32BE(timestampAt) };
}

/** Between the eras of NTP and Unix (RFC 5905, 6). */
const epochMs = 2_208_988_800_000;

function ntpOf(wallMs: number): bigint {
  const ms = wallMs + epochMs;
  const seconds = BigInt(Math.floor(ms / 1000));
  return (seconds << 32n) | BigInt(Math.floor(((ms % 1000) / 1000) * 2 ** 32));
}

/** Places in the header of RTP (RFC 3550, 5.1). */
const timestampAt = 4;
const ssrcAt = 8;
const videoRateHz = 90_000;
const audioRateHz = 48_000;
/** Libopus sends 2.5 ms before the first sample when it is asked for low delay. */
const opusLeadSamples = 120;
