/**
 * One stream that many viewers take by WebRTC, each by an offer of its own, as WHEP has it
 * (RFC 9725). What is to be sent comes in as RTP on two ports of the loopback: H.264 at 90 kHz and
 * Opus at 48 kHz, both from the same moment on; it goes out as it came, encrypted per viewer.
 *
 * `answer` takes an SDP offer that receives video, audio or both, and resolves with an answer that
 * holds every candidate: no trickling. It throws an OfferError when the offer cannot be met. A
 * viewer who is gone is forgotten by himself, within half a minute. Disposing ends all of them.
 */
export interface Broadcast extends AsyncDisposable {
  readonly videoPort: number;
  readonly audioPort: number;
  /** Viewers that are connected, or about to be. */
  readonly viewers: number;
  answer(offer: string): Promise<Viewer>;
  /** Ends one viewer; false when there is none of that id. */
  leave(id: string): Promise<boolean>;
}

export interface Viewer {
  readonly id: string;
  /** The answer. */
  readonly sdp: string;
}

/** An offer that no stream can be sent for. */
export class OfferError extends Error {
  override readonly name = "OfferError";
  readonly code: "OFFER_MALFORMED" | "OFFER_UNFIT" | "OFFER_FULL";

  constructor(code: OfferError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
