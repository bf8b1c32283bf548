import {
  MediaStream,
  MediaStreamTrack,
  RTCPeerConnection,
  type RTCRtpSender,
  RtcpSenderInfo,
  RtcpSrPacket,
  useH264,
  useOPUS,
} from "werift";
import type { Timeline } from "./timeline.ts";
import { OfferError } from "./webrtc.ts";

/** Where viewers reach this host. */
export interface Reach {
  /** Addresses of this host; none: those of its network cards. */
  readonly hosts: readonly string[];
  /** UDP ports, both included; absent: any. */
  readonly ports?: readonly [number, number];
}

/** How often the clocks of picture and sound are told (RFC 3550, 6.2, asks for less than 5 s). */
const reportMs = 1_000;
/** By then a viewer who was answered has come, or never will. */
const connectMsMax = 30_000;

/** The side of one viewer. `onGone` is called when he is not to be reached any more. */
export class WeriftViewer {
  readonly #connection: RTCPeerConnection;
  readonly #timeline: Timeline;
  readonly #lines = { video: new Line("video"), audio: new Line("audio") };
  /** What picture and sound are in together is what a browser keeps in step. */
  readonly #stream = new MediaStream();
  readonly #patience: NodeJS.Timeout;
  readonly #reporting: NodeJS.Timeout;

  constructor({ hosts, ports }: Reach, timeline: Timeline, onGone: () => void) {
    this.#timeline = timeline;
    this.#connection = new RTCPeerConnection({
      codecs: { video: [useH264()], audio: [useOPUS()] },
      // The server is reached at an address of its own; who comes from where shows when he comes.
      iceLite: true,
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: [...hosts],
      ...(ports === undefined ? {} : { icePortRange: [ports[0], ports[1]] }),
    });
    this.#patience = setTimeout(onGone, connectMsMax).unref();
    this.#reporting = setInterval(() => this.#report(), reportMs).unref();
    this.#connection.connectionStateChange.subscribe((state) => {
      if (state === "connected") clearTimeout(this.#patience);
      if (state === "failed" || state === "closed" || state === "disconnected") onGone();
    });
  }

  async answer(offer: string): Promise<string> {
    const connection = this.#connection;
    if (!offer.startsWith("v=0")) {
      throw new OfferError("OFFER_MALFORMED", "Cannot read the offer: it should begin with v=0");
    }
    await connection.setRemoteDescription({ type: "offer", sdp: offer }).catch((error: Error) => {
      throw new OfferError("OFFER_MALFORMED", `Cannot read the offer: ${error.message}`);
    });
    for (const { kind, sender, setDirection } of this.#receiving()) {
      const line = kind === "video" ? this.#lines.video : this.#lines.audio;
      await line.follow(sender, this.#stream);
      setDirection();
    }
    await connection.setLocalDescription(await connection.createAnswer());
    return connection.localDescription?.sdp ?? "";
  }

  video(packet: Buffer): void {
    this.#lines.video.send(packet);
  }

  audio(packet: Buffer): void {
    this.#lines.audio.send(packet);
  }

  async close(): Promise<void> {
    clearTimeout(this.#patience);
    clearInterval(this.#reporting);
    await this.#connection.close();
  }

  #receiving() {
    const transceivers = this.#connection.getTransceivers();
    if (transceivers.length === 0 || transceivers.some(({ codecs }) => codecs.length === 0)) {
      const due = "video as H264 in packetization-mode 1, sound as opus";
      throw new OfferError("OFFER_UNFIT", `Cannot meet the offer: it should receive ${due}`);
    }
    return transceivers.map((transceiver) => ({
      kind: transceiver.kind,
      sender: transceiver.sender,
      setDirection: () => transceiver.setDirection("sendonly"),
    }));
  }

  #report(): void {
    const { report } = this.#timeline;
    if (!report || this.#connection.connectionState !== "connected") return;
    this.#lines.video.report(report.ntp, report.video);
    this.#lines.audio.report(report.ntp, report.audio);
  }
}

/** Picture or sound on its way to the viewer. */
class Line {
  readonly #track: MediaStreamTrack;
  #sender: RTCRtpSender | undefined;
  #packets = 0;
  #octets = 0;

  constructor(kind: "video" | "audio") {
    this.#track = new MediaStreamTrack({ kind });
  }

  async follow(sender: RTCRtpSender, stream: MediaStream): Promise<void> {
    sender.setStreams([stream]);
    // Its own reports take the moment of sending for the moment that is sent.
    sender.rtcpRunning = true;
    await sender.replaceTrack(this.#track);
    this.#sender = sender;
  }

  send(packet: Buffer): void {
    this.#track.writeRtp(packet);
    this.#packets++;
    this.#octets += packet.length - rtpHeadBytes;
  }

  report(ntpTimestamp: bigint, rtpTimestamp: number): void {
    if (!this.#sender) return;
    const counts = { packetCount: this.#packets, octetCount: this.#octets % 2 ** 32 };
    const senderInfo = new RtcpSenderInfo({ ntpTimestamp, rtpTimestamp, ...counts });
    const packet = new RtcpSrPacket({ ssrc: this.#sender.ssrc, senderInfo });
    // A viewer who is just leaving cannot be told; his connection says so itself.
    this.#sender.dtlsTransport.sendRtcp([packet]).catch(() => undefined);
  }
}

const rtpHeadBytes = 12;
