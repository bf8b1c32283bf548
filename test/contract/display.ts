import assert from "node:assert/strict";
import { test } from "node:test";
import type { Colour, Display, TextLine } from "../../drivers/display/display.ts";

/** What every implementation of Display keeps. One display for all: a process has one. */
export function displaySuite(name: string, display: Display): void {
  const { width, height } = display;
  const black = picture(() => [0, 0, 0, 255]);

  function picture(at: (x: number, y: number) => Colour): Uint8Array {
    const rgba = new Uint8Array(width * height * 4);
    for (let index = 0; index < width * height; index++) {
      rgba.set(at(index % width, Math.floor(index / width)), index * 4);
    }
    return rgba;
  }

  function shown(pixels: Uint8Array, ...text: readonly TextLine[]): Uint8Array {
    display.show({ pixels, text });
    const rgba = new Uint8Array(width * height * 4).fill(7);
    display.read(rgba);
    return rgba;
  }

  test(`${name}: read() gives what was shown, top row first`, () => {
    const gradient = picture((x, y) => [x & 255, y & 255, (x + y) & 255, 255]);
    assert.deepEqual(shown(gradient), gradient);
  });

  test(`${name}: show() ignores alpha`, () => {
    const faint = picture((x) => [200, 100, 50, x & 255]);
    const solid = picture(() => [200, 100, 50, 255]);
    assert.deepEqual(shown(faint), solid);
  });

  test(`${name}: show() keeps no reference to the frame`, () => {
    const pixels = picture(() => [10, 20, 30, 255]);
    const text = [line("abc")];
    display.show({ pixels, text });
    const before = new Uint8Array(pixels.length);
    display.read(before);
    pixels.fill(99);
    text[0] = line("something else");
    const after = new Uint8Array(pixels.length);
    display.read(after);
    assert.deepEqual(after, before);
  });

  test(`${name}: a frame covers the one before, text included`, () => {
    shown(black, line("gone with the next frame"));
    assert.deepEqual(shown(black), black);
  });

  test(`${name}: a frame that tells what changed leaves the picture as if all were new`, () => {
    const pixels = picture((x, y) => [x & 255, y & 255, 90, 255]);
    const marks = new Uint8Array(Math.ceil(width / 16) * Math.ceil(height / 16));
    const texts = [[], [line("abc")], [line("abc")], [line("another")], []];
    shown(pixels);
    for (const [step, text] of texts.entries()) {
      marks.fill(0);
      marks[step * 3] = 1;
      paintTile(pixels, step * 3, step * 40);
      display.show({ pixels, text, changed: marks });
      const came = new Uint8Array(pixels.length);
      display.read(came);
      assert.deepEqual(came, shown(pixels, ...text), `step ${step}`);
    }
  });

  test(`${name}: after rest() a frame that tells what changed is shown whole`, () => {
    const pixels = picture(() => [40, 50, 60, 255]);
    shown(pixels);
    display.rest();
    const changed = new Uint8Array(Math.ceil(width / 16) * Math.ceil(height / 16));
    display.show({ pixels, text: [], changed });
    const came = new Uint8Array(pixels.length);
    display.read(came);
    assert.deepEqual(came, pixels);
  });

  /** Fills one of the tiles that `Frame.changed` counts. */
  function paintTile(pixels: Uint8Array, tile: number, level: number): void {
    const across = Math.ceil(width / 16);
    const [left, top] = [(tile % across) * 16, Math.floor(tile / across) * 16];
    for (let y = top; y < Math.min(height, top + 16); y++) {
      const end = Math.min(width, left + 16);
      pixels.fill(level, (y * width + left) * 4, (y * width + end) * 4);
      for (let x = left; x < end; x++) pixels[(y * width + x) * 4 + 3] = 255;
    }
  }

  test(`${name}: rest() is black, as often as it is asked for, until the next frame`, () => {
    const white = picture(() => [255, 255, 255, 255]);
    shown(white, line("abc"));
    display.rest();
    display.rest();
    const rgba = new Uint8Array(width * height * 4).fill(7);
    display.read(rgba);
    assert.deepEqual(rgba, black);
    assert.deepEqual(shown(white), white);
  });

  test(`${name}: resize() takes other pictures, and the first size again`, () => {
    const pixels = new Uint8Array(96 * 160 * 4).fill(255);
    if (!display.resize({ width: 96, height: 160 })) {
      assert.deepEqual([display.width, display.height], [width, height]);
      return;
    }
    assert.deepEqual([display.width, display.height], [96, 160]);
    display.show({ pixels, text: [line("abc", [0, 0, 0, 255])] });
    const rgba = new Uint8Array(pixels.length);
    display.read(rgba);
    assert.ok(rgba.includes(0), "text is set on it");
    assert.throws(() => display.show({ pixels: black, text: [] }), RangeError);
    assert.ok(display.resize({ width, height }));
    assert.deepEqual(shown(black), black);
  });

  test(`${name}: show() and read() refuse a buffer of another size`, () => {
    const short = new Uint8Array(width * height * 4 - 4);
    assert.throws(() => display.show({ pixels: short, text: [] }), RangeError);
    assert.throws(() => display.read(short), RangeError);
  });

  for (const text of [
    "Hello",
    "Grüße, 5 €",
    "欢迎光临",
    "ようこそ",
    "안녕하세요",
    "3楼 · H안漢H",
  ]) {
    test(`${name}: measure() is the width of what is drawn: ${text}`, () => {
      const sizePx = 24;
      const set = { ...line(text), sizePx };
      const ink = bounds(shown(black, set), width);
      const measured = display.measure(text, sizePx);
      assert.ok(ink, "text leaves ink");
      // A glyph may keep a few pixels of its advance free on either side, and lean over by one.
      assert.ok(ink.left >= set.x - 1 && ink.left <= set.x + 4, `ink starts at ${ink.left}`);
      const end = set.x + measured;
      assert.ok(ink.right <= end && ink.right >= end - 6, `ink ends at ${ink.right} of ${end}`);
      assert.ok(ink.top >= set.y && ink.bottom < set.y + sizePx, `${ink.top} to ${ink.bottom}`);
    });
  }

  test(`${name}: measure() adds up, and an empty line has no width`, () => {
    const whole = display.measure("Hello 欢迎", 20);
    assert.equal(display.measure("Hello ", 20) + display.measure("欢迎", 20), whole);
    assert.equal(display.measure("", 20), 0);
  });

  test(`${name}: a line is one line, composed, and without what has no picture`, () => {
    const pairs = [
      ["A\nB\tC", "A B C"],
      ["A\u00a0B\u2009C", "A B C"],
      ["e\u0301", "é"],
      ["a\u200db\ufe0f😀", "ab"],
      ["\u{10ffff}", "\ufffd"],
      ["\ud800", "\ufffd"],
    ] as const;
    for (const [written, drawn] of pairs) {
      assert.deepEqual(shown(black, line(written)), shown(black, line(drawn)));
      assert.equal(display.measure(written, 20), display.measure(drawn, 20));
    }
  });

  test(`${name}: text is blended by its opacity`, () => {
    const full = shown(black, line("Hello", [255, 200, 100, 255]));
    const half = shown(black, line("Hello", [255, 200, 100, 128]));
    assert.deepEqual(brightest(full), [255, 200, 100]);
    const off = brightest(half).map((value, index) => Math.abs(value - [128, 100, 50][index]!));
    assert.ok(Math.max(...off) <= 2, `off by ${off}`);
  });

  test(`${name}: more and more characters and sizes pass through, the first is still right`, () => {
    const first = shown(black, line("你好, hello"));
    for (let point = 0x4e00; point < 0x4e00 + 4000; point += 40) {
      display.measure(String.fromCodePoint(...Array.from({ length: 40 }, (_, i) => point + i)), 20);
    }
    for (let sizePx = 8; sizePx < 40; sizePx += 2) display.measure("你好, hello", sizePx);
    assert.deepEqual(shown(black, line("你好, hello")), first);
  });

  test(`${name}: text may reach over every edge`, () => {
    const far = [-1000, -10, width - 5, width + 1000];
    const lines = far.flatMap((x) =>
      [-30, -5, height - 5, height + 5].map((y) => ({ ...line("edge"), x, y })),
    );
    shown(black, ...lines);
    assert.equal(display.fault, undefined);
  });
}

function line(text: string, colour: Colour = [255, 255, 255, 255]): TextLine {
  return { text, x: 10, y: 12, sizePx: 20, colour };
}

/** The smallest box around everything that is not black. */
function bounds(rgba: Uint8Array, width: number) {
  let box: { left: number; right: number; top: number; bottom: number } | undefined;
  for (let index = 0; index < rgba.length; index += 4) {
    if (rgba[index] === 0) continue;
    const x = (index / 4) % width;
    const y = Math.floor(index / 4 / width);
    box ??= { left: x, right: x, top: y, bottom: y };
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.bottom = y;
  }
  return box;
}

function brightest(rgba: Uint8Array): readonly number[] {
  const most = [0, 0, 0];
  for (const [index, value] of rgba.entries()) {
    if (index % 4 < 3 && value > most[index % 4]!) most[index % 4] = value;
  }
  return most;
}
