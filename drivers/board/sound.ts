import type { Holder, Sound, SoundOutput } from "./board.ts";
import { ask, type Files } from "./files.ts";

/** Cards, their outputs and who plays, from /proc/asound; switches from amixer. */
export async function readSound(
  files: Files,
  note: (what: string, reason: string) => undefined,
): Promise<Sound> {
  const cards = readCards(files.text("/proc/asound/cards") ?? "");
  const outputs = files.list("/dev/snd/pcm*p").map((node) => readOutput(files, node));
  const muted: string[] = [];
  for (const { index } of cards) {
    const answer = await ask("amixer", ["-c", String(index), "scontents"]);
    if ("reason" in answer) note(`mixer of card ${index}`, answer.reason);
    else muted.push(...mutedControls(answer.text));
  }
  const sockets = ["pulse/native", "pipewire-0"].flatMap((name) =>
    files.list(`/run/user/*/${name}`),
  );
  return { cards, outputs, muted, server: sockets[0] };
}

/** ` 0 [vc4hdmi0 ]: vc4-hdmi - vc4-hdmi-0` */
function readCards(text: string): Sound["cards"] {
  return [...text.matchAll(/^\s*(\d+) \[[^\]]*\]: (.*)$/gm)].map(([, index, name]) => ({
    index: Number(index),
    name: name ?? "",
  }));
}

function readOutput(files: Files, node: string): SoundOutput {
  const [, card = "0", device = "0"] = /pcmC(\d+)D(\d+)p$/.exec(node) ?? [];
  const folder = `/proc/asound/card${card}/pcm${device}p/sub0`;
  const owner = /owner_pid\s*:\s*(\d+)/.exec(files.text(`${folder}/status`) ?? "")?.[1];
  const rate = /^rate:\s*(\d+)/m.exec(files.text(`${folder}/hw_params`) ?? "")?.[1];
  return {
    device: `hw:${card},${device}`,
    openable: files.openable(node),
    holder: owner === undefined ? undefined : holderOf(files, Number(owner)),
    rateHz: rate === undefined ? undefined : Number(rate),
  };
}

function holderOf(files: Files, pid: number): Holder {
  return { pid, name: files.text(`/proc/${pid}/comm`) ?? "unknown" };
}

/** Simple mixer controls with a playback switch that is off, or a volume of 0 %. */
export function mutedControls(text: string): string[] {
  return text
    .split(/^Simple mixer control /m)
    .slice(1)
    .filter((block) => /pswitch|pvolume/.test(block))
    .filter((block) => /\[off\]/.test(block) || /\[0%\]/.test(block))
    .map((block) => /^'([^']*)'/.exec(block)?.[1] ?? "unknown");
}
