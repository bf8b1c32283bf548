/**
 * Work that runs beside the caller and talks to it in messages alone.
 *
 * Messages arrive in the order they were posted. A thread that dies is reported once as lost, with
 * the reason, and started again after a pause; what is posted until the new one says that it is
 * ready is gone with the old one. Disposing stops it for good, without a report.
 */
export interface Thread<In, Out> extends AsyncDisposable {
  /** Sends a message; buffers in `transfer` move over and can no longer be read here. */
  post(message: In, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: Out) => void): void;
  onLost(listener: (reason: string) => void): void;
}
