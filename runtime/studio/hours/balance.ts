/** An account's hour packages, in seconds. */
export interface Balance {
  readonly grantedSeconds: number;
  readonly usedSeconds: number;
  readonly leftSeconds: number;
}
