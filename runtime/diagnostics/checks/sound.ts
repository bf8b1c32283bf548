import { sampleRateHz } from "../../../config/sound.ts";
import { type Finding, finding } from "../finding.ts";
import type { World } from "../world.ts";

/** The way to the loudspeaker: card, right, device, switch. A sound server stands for a card. */
export function checkSound(world: World): readonly Finding[] {
  const { device } = world.config.audio;
  if (device === "silent") return [];
  const fault = firstFault(world);
  return fault ? [fault] : [...missing(world), ...busy(world), ...muted(world), ...rates(world)];
}

function firstFault({ board }: World): Finding | undefined {
  const { cards, outputs, server } = board.sound;
  if (server !== undefined) return undefined;
  const evidence = { cards: cards.map(({ name }) => name).join(", "), outputs: outputs.length };
  if (cards.length === 0) return finding("AUDIO_NO_CARD", evidence);
  if (outputs.length === 0) return finding("AUDIO_NO_OUTPUT", evidence);
  if (outputs.some(({ openable }) => openable)) return undefined;
  return finding("AUDIO_NO_PERMISSION", evidence);
}

function missing({ config, board }: World): Finding[] {
  const wished = /^(?:plug)?hw:(\d+)(?:,(\d+))?$/.exec(config.audio.device);
  if (wished === null) return [];
  const device = `hw:${wished[1]},${wished[2] ?? "0"}`;
  const known = board.sound.outputs.map((output) => output.device);
  if (known.includes(device)) return [];
  return [finding("AUDIO_DEVICE_MISSING", { device, known: known.join(" ") })];
}

function busy({ board, daemon }: World): Finding[] {
  if (board.sound.server !== undefined || daemon?.alive) return [];
  return board.sound.outputs.flatMap(({ device, holder }) =>
    holder ? [finding("AUDIO_BUSY", { device, pid: holder.pid, name: holder.name })] : [],
  );
}

function muted({ board }: World): Finding[] {
  const { muted } = board.sound;
  return muted.length === 0 ? [] : [finding("AUDIO_MUTED", { controls: muted.join(", ") })];
}

function rates({ board }: World): Finding[] {
  return board.sound.outputs
    .filter(({ rateHz }) => rateHz !== undefined && rateHz !== sampleRateHz)
    .map(({ device, rateHz }) => finding("AUDIO_RATE", { device, rateHz: rateHz ?? null }));
}
