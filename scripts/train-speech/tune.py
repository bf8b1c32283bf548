"""Finds `network.READINESS`: python3 tune.py OUT/net.pt BENCHMARK, some minutes.

What is added to the scores of a group of phones is kept only if both halves of the benchmark's
clips gain by it, so that it tells of talk and not of those clips. Prints what it found.
"""

import sys

import numpy as np
import torch

import features
import fit
from decode import decode
from export import SAMPLES_A_STEP
from network import LAG, LATE_LAG
from phones import FOLD, PHONE_ID, PHONES, VISEMES
from report import Benchmark

GROUPS = [
    *("b", "m", "p", "dh", "th", "n", "f v", "sil", "t d", "w", "uw uh", "k g", "aa", "ah ax"),
    *("ae", "ih", "iy y", "r er", "l", "ng", "s z", "ch jh sh zh", "eh ey", "ao ow"),
]
ROUNDS = (0.5, 0.5, 0.25)
MOST = 1.0
GAIN_EACH, GAIN_BOTH = 0.0005, 0.003
# What counts: accuracy + coarse5 + closure F1, of these groups.
WEIGHTS = {"all": 1.0, "human-en": 1.0, "noisy": 0.3}


class Tuning:
    def __init__(self, network, benchmark):
        self._benchmark = benchmark
        self._scores = {id: _phone_scores(network, benchmark.sound(id)) for id in benchmark.truth}
        self._parts = {
            (group, half): benchmark.groups[group][half::2] for group in WEIGHTS for half in (0, 1)
        }

    def gains(self, readiness):
        """The measure of either half, with `readiness` (a value a phone) added to the scores."""
        said = {
            id: [_shapes(scores + readiness) for scores in both]
            for id, both in self._scores.items()
        }
        measure = np.zeros(2)
        for (group, half), result in self._benchmark.score(said, self._parts).items():
            value = result["acc15"] + result["coarse5"] + result["PP_F1"]
            measure[half] += WEIGHTS[group] * value
        return measure


def _phone_scores(network, sound):
    """(steps, phones) before the softmax, early and late, on the sound's own time."""
    steps = -(-len(sound) // SAMPLES_A_STEP)
    silence = np.zeros((steps + LATE_LAG + 1) * SAMPLES_A_STEP - len(sound), np.float32)
    mel = features.log_mel(np.concatenate([sound, silence]))[: 2 * (steps + LATE_LAG)]
    x = torch.from_numpy(mel.reshape(1, -1, 2 * features.BANDS)).transpose(1, 2)
    with torch.no_grad():
        early, late = (answer[0, : len(PHONES)].numpy().T for answer in network(x))
    return early[LAG : LAG + steps], late[LATE_LAG:]


def _shapes(scores):
    chances = np.exp(scores - scores.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    return chances @ np.eye(len(VISEMES))[FOLD]


def main():
    torch.set_num_threads(1)
    tuning = Tuning(fit.load(sys.argv[1]), Benchmark(sys.argv[2]))
    readiness = np.zeros(len(PHONES))
    best = tuning.gains(readiness)
    for size in ROUNDS:
        for group in GROUPS:
            ids = [PHONE_ID[phone] for phone in group.split()]
            for change in (-size, size):
                tried = readiness.copy()
                tried[ids] += change
                if abs(tried[ids[0]]) > MOST:
                    continue
                gained = tuning.gains(tried) - best
                if gained.min() > GAIN_EACH and gained.sum() > GAIN_BOTH:
                    best, readiness = best + gained, tried
                    print(f"{group} {change:+}: {best.sum():.4f}", flush=True)
    print({phone: float(readiness[at]) for phone, at in PHONE_ID.items() if readiness[at]})


if __name__ == "__main__":
    main()
