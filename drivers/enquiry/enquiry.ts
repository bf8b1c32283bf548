/** What a server answered: any status is an answer. */
export interface Reply {
  readonly status: number;
  readonly body: Uint8Array;
}

/**
 * Asks a server elsewhere one question, by POST of a JSON document. Redirections are answers like
 * any other and never followed: where the question may go was decided for this address.
 *
 * Rejects with "Cannot ask <origin>: <reason>" when the server cannot be reached or vouched for,
 * gives no whole answer within 30 s, or answers with more than `bytesMax` bytes; and with the
 * reason of `abort` when that aborts.
 */
export interface Enquiry {
  ask(url: string, question: Uint8Array, bytesMax: number, abort: AbortSignal): Promise<Reply>;
}
