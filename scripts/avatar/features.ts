import { writeFileSync } from "node:fs";
import { hearTrack } from "./hear-track.ts";

/**
 * `node scripts/avatar/features.ts WAV OUT`: the mouth of a take as the kiosk would shape it from
 * its sound alone, a row of float32 a frame: the 15 visemes' weights and the opening. WAV is
 * 16 kHz mono.
 */
const [wav, out] = process.argv.slice(2);
if (wav === undefined || out === undefined) throw new Error("Cannot hear: WAV and OUT are due");

const track = await hearTrack(wav);
const rows = Array.from({ length: track.length }, (_, frame) => track.frameAt(frame));
const values = rows.flatMap(({ weights, opening }) => [...weights, opening]);
writeFileSync(out, new Uint8Array(Float32Array.from(values).buffer));
