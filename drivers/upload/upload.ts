/**
 * Hands a file over to a server elsewhere. Rejects when the server cannot be reached, refuses, or
 * sends the caller on to another address: where it may go was decided for this one.
 */
export interface Upload {
  put(url: string, bytes: Uint8Array, type: string): Promise<void>;
}
