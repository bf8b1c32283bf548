/** What the thread of a model is given when it starts. */
export interface NeuralSetup {
  /** The model. */
  readonly file: string;
  readonly hasSpeakers: boolean;
}

export interface NeuralQuestion {
  readonly ids: readonly number[];
  /** Noise, length, width of noise. */
  readonly scales: readonly [number, number, number];
  readonly speaker: number;
}

export type NeuralAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly reason: string }
  /** `frames`: how long each id sounds, of models that tell it. */
  | { readonly kind: "sound"; readonly pcm: Int16Array; readonly frames?: Float32Array };
