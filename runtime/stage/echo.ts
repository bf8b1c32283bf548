import type { InputEvent } from "../../drivers/input/input.ts";
import type { Canvas } from "./canvas.ts";

const keysMax = 6;
const touchesMax = 24;
/** Half the side of a mark, as a share of the canvas' short side: seen beside a finger. */
const markShare = 0.02;
const ink = 0xff00d0ff;

/** Keys and touches as they arrive: a line of names, and a mark where each finger was. */
export class Echo {
  #keys: string[] = [];
  #touches: { readonly x: number; readonly y: number }[] = [];

  clear(): void {
    this.#keys = [];
    this.#touches = [];
  }

  take(event: InputEvent): void {
    if (event.kind === "key") this.#keys = [...this.#keys, event.name].slice(-keysMax);
    if (event.kind === "touch") this.#touches = [...this.#touches, event].slice(-touchesMax);
  }

  /** What was pressed lately, last one last, and where the last finger was. */
  get line(): string {
    const keys = this.#keys.length === 0 ? "none yet" : this.#keys.join(" ");
    const last = this.#touches.at(-1);
    const touch = last ? `${percent(last.x)} ${percent(last.y)}` : "none yet";
    return `Keys: ${keys}   Touch: ${touch}`;
  }

  /** Marks where fingers were, the panel laid over the canvas. */
  paint({ pixels, width, height }: Canvas): void {
    const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
    const half = Math.max(2, Math.round(Math.min(width, height) * markShare));
    for (const { x, y } of this.#touches) {
      const left = Math.max(0, Math.round(x * width) - half);
      const right = Math.min(width, Math.round(x * width) + half);
      const top = Math.max(0, Math.round(y * height) - half);
      const bottom = Math.min(height, Math.round(y * height) + half);
      for (let row = top; row < bottom; row++)
        words.fill(ink, row * width + left, row * width + right);
    }
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
