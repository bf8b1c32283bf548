"""The network that hears: from a window of mouth shapes to the code of the mouth."""

import numpy as np
import torch
from torch import nn

from ear import LINEAR, REACH, Ear
from features import PAST, PP, VALUES, Scale, windows
from teach import teach_voice

EARS = 3
HIDDEN = (128, 64)
HEARING_STEPS = 1500
PARTS = 4  # of the take, each guessed by a voice that learned from the others
CLOSED_WEIGHT = 3.0  # frames in which the lips are shut count more
PRESSED = (0.2, 0.6)  # share of p, b, m in what is heard: from the first on lips press, then fully
PRESS = 0.8  # of the way to closed lips


class Kernel(nn.Module):
    """The ear of the instant lip-sync as a network."""

    def __init__(self, ear):
        super().__init__()
        self.register_buffer("table", torch.from_numpy(ear.scale.table()))
        self.register_buffer("anchors", torch.from_numpy(ear.anchors.astype(np.float32)))
        self.register_buffer("weights", torch.from_numpy(ear.weights.astype(np.float32)))

    def forward(self, window):
        known = (window - self.table[:, 0]) * self.table[:, 1]
        squares = (known**2).sum(1, keepdim=True) + (self.anchors**2).sum(1)
        near = torch.exp((2 * known @ self.anchors.T - squares) / REACH)
        count = len(self.anchors)
        plain = known @ (LINEAR * self.weights[count:-1])
        return near @ self.weights[:count] + plain + self.weights[-1]


class Voice(nn.Module):
    """The mean of what the kernel and a few small networks tell: they err in different ways."""

    def __init__(self, ear, scale, codes):
        super().__init__()
        self.kernel = Kernel(ear)
        values, (wide, narrow) = len(scale.mean), HIDDEN
        self.register_buffer("mean", torch.from_numpy(scale.mean.astype(np.float32)))
        self.register_buffer("factor", torch.from_numpy(scale.factor.astype(np.float32)))
        self.ears = nn.ModuleList(
            nn.Sequential(
                nn.Linear(values, wide), nn.ReLU(), nn.Dropout(0.3),
                nn.Linear(wide, narrow), nn.ReLU(), nn.Dropout(0.1), nn.Linear(narrow, codes),
            )
            for _ in range(EARS)
        )

    def forward(self, window):
        known = (window - self.mean) * self.factor
        learned = sum(ear(known) for ear in self.ears) / EARS
        return (learned + self.kernel(window)) / 2


class Pressed(nn.Module):
    """A voice whose lips meet on p, b and m: the more of them is heard in a frame, the further its
    code is drawn towards `closed`, that of lips that touch."""

    def __init__(self, voice, closed):
        super().__init__()
        self.voice = voice
        self.register_buffer("closed", torch.from_numpy(closed.astype(np.float32)))

    def forward(self, window):
        heard = window[:, PAST * VALUES + PP : PAST * VALUES + PP + 1]
        share = PRESS * torch.clamp((heard - PRESSED[0]) / (PRESSED[1] - PRESSED[0]), 0, 1)
        return (1 - share) * self.voice(window) + share * self.closed


def learn_voice(features, codes, shut, steps=HEARING_STEPS):
    """`features` (frames, 16), `codes` (frames, numbers), `shut` (frames,) of what may be seen."""
    seen = windows(features)
    scale = Scale(seen)
    voice = Voice(Ear(features, codes, len(codes)), scale, codes.shape[1])
    known = torch.from_numpy(scale.apply(seen).astype(np.float32))
    wanted = torch.from_numpy(codes.astype(np.float32))
    weight = torch.from_numpy(np.where(shut, CLOSED_WEIGHT, 1.0).astype(np.float32))
    for number, ear in enumerate(voice.ears):
        teach_voice(ear, known, wanted, weight, steps, seed=number)
    return voice.eval()


def told(voice, features):
    """The codes of all frames, as an array."""
    with torch.no_grad():
        return voice(torch.from_numpy(windows(features).astype(np.float32))).numpy()


def folds(features, codes, shut, steps=HEARING_STEPS):
    """Codes as they will be guessed for sound that is new: each part by what the others teach."""
    guessed = np.empty_like(codes)
    edges = np.linspace(0, len(codes), PARTS + 1).astype(int)
    for start, end in zip(edges[:-1], edges[1:]):
        keep = np.r_[0:start, end : len(codes)]
        voice = learn_voice(features[keep], codes[keep], shut[keep], steps)
        guessed[start:end] = told(voice, features[start:end])
    return guessed
