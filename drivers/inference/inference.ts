/**
 * A neural net, run on the CPU, one call at a time.
 *
 * A network owns its tensors: the caller fills the inputs' `data`, awaits `run`, and reads the
 * outputs' `data`; what lies in an input stays there until the caller changes it, and outputs hold
 * the last run's values. No run may start before the one before it has ended. All tensors are
 * float32 of a fixed shape. `run` keeps the event loop for as long as the net takes, so it is meant
 * for nets of a few milliseconds. A model that cannot be opened is an error that says why.
 */
export interface Inference {
  open(model: Uint8Array): Promise<Network>;
}

export interface Network extends AsyncDisposable {
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly outputs: ReadonlyMap<string, Tensor>;
  run(): Promise<void>;
}

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major, as many values as the product of `shape`. */
  readonly data: Float32Array;
}
