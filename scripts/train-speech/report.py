"""Scores a net on a benchmark folder (wav/, truth.json, score.py) and writes the model's report."""

import importlib.util
import json
import os
import wave

import numpy as np

from decode import decode
from export import answers
from phones import VISEMES

COLUMNS = "acc15 coarse5 PP_F1 PP_recall PP_precision onset_med_ms onset_p95_ms switch_rate".split()


class Benchmark:
    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "truth.json"), encoding="utf8") as file:
            self.truth = json.load(file)
        path = os.path.join(folder, "score.py")
        spec = importlib.util.spec_from_file_location("score", path)
        self._score = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self._score)
        groups = {clip["group"] for clip in self.truth.values()}
        self.groups = {"all": sorted(self.truth)} | {
            group: sorted(id for id in self.truth if self.truth[id]["group"] == group)
            for group in sorted(groups)
        }
        self.groups["noisy"] = sorted(id for id in self.truth if "noise" in self.truth[id])

    def answers(self, network):
        """{clip: (early, late)}, each (steps, visemes)"""
        return {id: answers(network, self.sound(id)) for id in self.truth}

    def score(self, said, groups=None):
        """{group: {number: value}} of decoded answers; all the benchmark's groups unless named."""
        frames = {
            id: {"fps": 50, "frames": [VISEMES[v] for v in decode(*chances)]}
            for id, chances in said.items()
        }
        groups = groups or self.groups
        return {name: self._score.score(self.truth, frames, ids) for name, ids in groups.items()}

    def sound(self, id):
        with wave.open(os.path.join(self.folder, "wav", f"{id}.wav")) as file:
            sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return sound.astype(np.float32) / 32768


def table(scores):
    """Markdown, one line a group."""
    lines = [f"| group | {' | '.join(COLUMNS)} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for group, numbers in scores.items():
        shown = (f"{numbers[n]:.0f}" if n.endswith("_ms") else f"{numbers[n]:.3f}" for n in COLUMNS)
        lines.append(f"| {group} | {' | '.join(shown)} |")
    return "\n".join(lines)


def write(path, network, minutes, model, options):
    """`report.md`: what the model is, what it was made from, and how well it does."""
    command = f"python3 scripts/train-speech/train.py OUT --batches {options.batches}"
    command += f" --channels {options.channels} --seed {options.seed} --scale {options.scale}"
    parts = [
        HEAD.format(command=command, weights=_weights(network), **model),
        "## Corpus\n\n| voice | minutes |\n|---|---|",
        "\n".join(f"| {name} | {value} |" for name, value in sorted(minutes.items())),
        f"| all | {sum(minutes.values()):.0f} |",
    ]
    if options.benchmark:
        benchmark = Benchmark(options.benchmark)
        scores = benchmark.score(benchmark.answers(network))
        parts += [SCORES, table(scores)]
    with open(path, "w", encoding="utf8") as file:
        file.write("\n".join(parts) + "\n")


def _weights(network):
    return sum(weights.numel() for weights in network.parameters())


HEAD = """# Speech model

16 kHz sound to 15 mouth shapes, voicing and loudness; `speech.onnx`, {bytes} bytes,
{weights} weights stored as 16 bit floats.
sha256 `{sha256}`

Made by `{command}`
from Debian's voices alone (see `scripts/train-speech/README.md`).

Early answers look 87.5 ms ahead, late ones 147.5 ms; the decoder adds nothing to that.
"""

SCORES = """
## Benchmark

Sound only, decoded as on the device. `human-en` is recorded speech, all else synthesised; no clip
and no text of the benchmark was trained on. A perfect system scores about 0.8 `acc15` on
`human-en`, because its truth was aligned by machine.
"""
