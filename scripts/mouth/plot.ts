import sharp from "sharp";
import { framesPerSecond } from "../../config/tiers.ts";
import { listening } from "../../runtime/mouth/mel.ts";
import { type Viseme, visemes } from "../../runtime/mouth/viseme.ts";
import type { MouthReading } from "./reading.ts";

/** Longer sound makes no picture that somebody can look at. */
const secondsMax = 60;
const pixelsASecond = 240;
const rowSeconds = 6;
const waveHeight = 90;
const cellHeight = 12;
const namesHeight = 26;
const margin = 44;
const rowHeight = waveHeight + namesHeight + visemes.length * cellHeight + 34;

/**
 * A picture of a mouth reading (PNG), six seconds a row: the sound, what the mouth shows, and below
 * it how likely each of the 15 visemes is. Throws a RangeError for more than a minute.
 */
export async function plotMouth(pcm: Int16Array, reading: MouthReading): Promise<Buffer> {
  const { seconds } = reading;
  if (seconds > secondsMax) {
    throw new RangeError(
      `Cannot plot: the sound is ${seconds.toFixed(1)} s, it should be ${secondsMax} s at most`,
    );
  }
  const rows = Math.ceil(seconds / rowSeconds);
  const width = margin + Math.min(seconds, rowSeconds) * pixelsASecond + 12;
  const height = rows * rowHeight + 8;
  const parts = Array.from({ length: rows }, (_, row) => drawRow(pcm, reading, row));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"
    font-family="sans-serif" font-size="11">
    <rect width="100%" height="100%" fill="#fff"/>${parts.join("")}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

function drawRow(pcm: Int16Array, reading: MouthReading, row: number): string {
  const first = row * rowSeconds * framesPerSecond;
  const count = Math.min(reading.visemes.length - first, rowSeconds * framesPerSecond);
  const grid = waveHeight + namesHeight;
  return `<g transform="translate(${margin} ${row * rowHeight + 8})">
    ${wave(pcm, row * rowSeconds)}
    <g transform="translate(0 ${waveHeight})">${names(reading.visemes, first, count)}</g>
    <g transform="translate(0 ${grid})">${heat(reading.posteriors, first, count)}</g>
    <g transform="translate(0 ${grid + visemes.length * cellHeight})">${ruler(row, count)}</g></g>`;
}

function wave(pcm: Int16Array, fromSecond: number): string {
  const perPixel = listening.rateHz / pixelsASecond;
  const first = fromSecond * listening.rateHz;
  const columns = Math.min(rowSeconds * pixelsASecond, Math.floor((pcm.length - first) / perPixel));
  const middle = waveHeight / 2;
  const lines = Array.from({ length: Math.max(0, columns) }, (_, x) => {
    const from = Math.round(first + x * perPixel);
    const most = pcm
      .subarray(from, Math.round(from + perPixel))
      .reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
    const half = Math.max(0.5, (most / 32_768) * (middle - 4));
    return `M${x} ${(middle - half).toFixed(1)}V${(middle + half).toFixed(1)}`;
  });
  return `<path d="${lines.join("")}" stroke="#456" fill="none"/>`;
}

const frameWidth = pixelsASecond / framesPerSecond;

function names(shown: readonly Viseme[], first: number, count: number): string {
  const drawn: string[] = [];
  for (let at = 0; at < count; ) {
    const viseme = shown[first + at]!;
    let end = at + 1;
    while (end < count && shown[first + end] === viseme) end++;
    const [x, width] = [at * frameWidth, (end - at) * frameWidth];
    const colour = viseme === "sil" ? "#eee" : `hsl(${visemes.indexOf(viseme) * 24} 60% 82%)`;
    const size = `width="${width - 1}" height="${namesHeight - 6}"`;
    const box = `<rect x="${x}" ${size} fill="${colour}"/>`;
    const place = `x="${x + width / 2}" y="14" text-anchor="middle" font-size="9"`;
    drawn.push(box, viseme === "sil" ? "" : `<text ${place}>${viseme}</text>`);
    at = end;
  }
  return drawn.join("");
}

function heat(chances: MouthReading["posteriors"], first: number, count: number): string {
  const rows = visemes.map((viseme, shape) => {
    const y = shape * cellHeight;
    const cells = Array.from({ length: count }, (_, at) => {
      const chance = chances[first + at]?.[shape] ?? 0;
      if (chance < 0.02) return "";
      const place = `x="${at * frameWidth}" y="${y}" width="${frameWidth}"`;
      return `<rect ${place} height="${cellHeight}" fill="#036" opacity="${chance}"/>`;
    });
    const label = `<text x="-6" y="${y + 10}" text-anchor="end">${viseme}</text>`;
    return label + cells.join("");
  });
  const box = `width="${count * frameWidth}" height="${visemes.length * cellHeight}"`;
  return `${rows.join("")}<rect ${box} fill="none" stroke="#ccc"/>`;
}

function ruler(row: number, count: number): string {
  const seconds = Math.floor(count / framesPerSecond);
  return Array.from({ length: seconds + 1 }, (_, second) => {
    const x = second * pixelsASecond;
    return `<text x="${x}" y="16" fill="#666">${row * rowSeconds + second} s</text>`;
  }).join("");
}
