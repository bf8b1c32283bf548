import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { TextLine } from "../../drivers/display/display.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { assertGolden } from "./golden.ts";

const native = fileURLToPath(new URL("../../build/native", import.meta.url));
const size = { width: 640, height: 400 };
const display = openDisplay(native, "memory", size);
after(() => display[Symbol.dispose]());

test("text: scripts, sizes, colours and opacity, on a picture", async () => {
  const pixels = new Uint8Array(size.width * size.height * 4);
  for (let index = 0; index < size.width * size.height; index++) {
    const [x, y] = [index % size.width, Math.floor(index / size.width)];
    pixels.set([(x * 90) / size.width, (y * 90) / size.height, 90, 255], index * 4);
  }
  display.show({ pixels, text: captions });
  const rgba = new Uint8Array(pixels.length);
  display.read(rgba);
  await assertGolden("text", rgba, size.width, size.height);
});

const white = [255, 255, 255, 255] as const;
const captions: readonly TextLine[] = [
  ["Grüße aus Köln: für 12,50 € – „ja“, naïve façade", 28, white],
  ["Welcome! Ask me anything; it costs $3.20 (50 %).", 28, white],
  ["欢迎光临，请问有什么可以帮您？3楼 Lift A", 28, white],
  ["いらっしゃいませ。カタカナ ひらがな 漢字", 28, [255, 220, 80, 255]],
  ["안녕하세요, 무엇을 도와드릴까요?", 28, [120, 220, 255, 160]],
  ["Ελληνικά, Русский, ČŠŽ Łódź; كيف 😀", 28, white],
  ["small print: 12 px, Größe 楼 가", 12, white],
  ["Größe 楼 가", 72, [255, 255, 255, 90]],
].map(
  ([text, sizePx, colour], index) =>
    ({ text, sizePx, colour, x: 16, y: 10 + index * 40 }) as TextLine,
);
