/**
 * Keeps passwords so that who steals them has to guess each one at a price. A hash names its own
 * cost, so that older ones are still understood when the cost rises.
 */
export interface Passwords {
  /** A new salt each time; `text` has 1 to 1,024 UTF-8 bytes, else a RangeError. */
  hash(text: string): Promise<string>;
  /**
   * Whether `text` is the password of `hash`, compared in constant time. Without a hash it takes
   * as long and says no, so that nobody learns by the clock who has an account.
   */
  verify(text: string, hash: string | undefined): Promise<boolean>;
}
