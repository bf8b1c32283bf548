import sharp from "sharp";

/** Baseline, so that a frame decodes in one pass; trellis quantisation is free for the decoder. */
export async function encodeJpeg(
  rgb: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { quality, chroma }: { readonly quality: number; readonly chroma: "4:2:0" | "4:4:4" },
): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({
      quality,
      chromaSubsampling: chroma,
      progressive: false,
      optimiseCoding: true,
      trellisQuantisation: true,
      overshootDeringing: true,
      quantisationTable: 3,
    })
    .toBuffer();
}
