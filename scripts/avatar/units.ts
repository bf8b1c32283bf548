import { once } from "node:events";
import sharp from "sharp";
import { encodeJpeg } from "./jpeg.ts";
import { ByteStream } from "./stream.ts";

/**
 * `node scripts/avatar/units.ts COUNT WIDTH HEIGHT QUALITY`: reads pictures (RGBA) from standard
 * input and writes two JPEGs for each, its colours (4:4:4) and its opacity (grey), each behind its
 * length (uint32, little endian).
 */
const [count = 0, width = 0, height = 0, quality = 0] = process.argv.slice(2).map(Number);
const opacityQuality = 95;

const input = new ByteStream(process.stdin);
for (let unit = 0; unit < count; unit++) {
  const rgba = await input.bytes(width * height * 4);
  const picture = sharp(rgba, { raw: { width, height, channels: 4 } });
  const rgb = await picture.clone().removeAlpha().raw().toBuffer();
  await send(await encodeJpeg(rgb, { width, height }, { quality, chroma: "4:4:4" }));
  await send(await picture.clone().extractChannel(3).jpeg({ quality: opacityQuality }).toBuffer());
}

async function send(file: Uint8Array): Promise<void> {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(file.length);
  process.stdout.write(length);
  if (!process.stdout.write(file)) await once(process.stdout, "drain");
}
