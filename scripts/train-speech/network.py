"""The net: causal dilated convolutions over 20 ms steps, and its streaming form."""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from features import BANDS
from phones import FOLD, PHONES, VISEMES

CHANNELS = 192
KERNEL = 3
DILATIONS = (1, 2, 4, 8, 4, 2)
# Each step is answered twice, so many steps later: at once (80 ms and 7.5 ms of half a window after
# the step's end), and once more with 60 ms more to go by, which tells long closures apart.
LAG, LATE_LAG = 4, 7
# Added to the exported net's scores of phones. The vowels, f, v, s, z, r as `tune.py` finds them on a
# benchmark's dev half, times 0.6 against fitting those clips; b, n, l by hand there: what people make
# of "the" and of n before f sounds like b and m to a net that grew up on clear speech.
READINESS = {
    **{"b": -1.0, "n": 0.5, "l": -0.5, "f": 0.3, "v": 0.3, "s": 0.3, "z": 0.3, "r": 0.15, "er": 0.15},
    **{"aa": 0.45, "ih": 0.45, "ao": -0.3, "ow": -0.3},
}
EARLY = len(PHONES) + 2  # the phones, voicing, loudness
LATE = len(PHONES)


class Block(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        self.past = (KERNEL - 1) * dilation
        self.convolution = nn.Conv1d(channels, channels, KERNEL, dilation=dilation)
        self.norm = nn.BatchNorm1d(channels)

    def forward(self, x):
        return self.answer(F.pad(x, (self.past, 0)), x)

    def answer(self, with_past, x):
        return F.relu(x + self.norm(self.convolution(with_past)))


class Network(nn.Module):
    """(batch, 2 BANDS, steps) -> (batch, EARLY, steps), (batch, LATE, steps).

    Step t holds the early answer for step t - LAG and the late one for step t - LATE_LAG.
    """

    def __init__(self, channels=CHANNELS, dilations=DILATIONS):
        super().__init__()
        self.scale = nn.BatchNorm1d(2 * BANDS)
        self.entry = nn.Conv1d(2 * BANDS, channels, 1)
        self.blocks = nn.ModuleList(Block(channels, dilation) for dilation in dilations)
        self.drop = nn.Dropout(0.1)
        self.exit = nn.Conv1d(channels, EARLY + LATE, 1)

    def forward(self, x):
        x = F.relu(self.entry(self.scale(x)))
        for block in self.blocks:
            x = block(x)
        return self.exit(self.drop(x)).split([EARLY, LATE], 1)


class Streaming(nn.Module):
    """(1, steps, 2 BANDS) and every block's past in; out come the early and the late
    answer (1, steps, 15 visemes), (1, steps, voicing and loudness), and the next call's pasts.
    """

    def __init__(self, network):
        super().__init__()
        self.network = _folded(network)
        fold = torch.zeros(len(VISEMES), len(PHONES), 1)
        for phone, viseme in enumerate(FOLD):
            fold[viseme, phone] = 1
        self.register_buffer("fold", fold)

    def pasts(self):
        width = self.network.entry.out_channels
        return [torch.zeros(1, width, block.past) for block in self.network.blocks]

    def forward(self, x, *pasts):
        x = F.relu(self.network.entry(x.transpose(1, 2)))
        kept = []
        for block, past in zip(self.network.blocks, pasts):
            with_past = torch.cat([past, x], 2)
            kept.append(with_past[:, :, -block.past :])
            x = F.relu(x + block.convolution(with_past))
        early, late = self.network.exit(x).split([EARLY, LATE], 1)
        level = torch.sigmoid(early[:, len(PHONES) :]).transpose(1, 2)
        return (self._shapes(early[:, : len(PHONES)]), self._shapes(late), level, *kept)

    def _shapes(self, phones):
        return F.conv1d(torch.softmax(phones, 1), self.fold).transpose(1, 2)


def _folded(network):
    """A copy to export: norms folded into convolutions, `READINESS`, weights of 16 bits."""
    network = copy.deepcopy(network).eval()
    with torch.no_grad():
        gain, offset = _affine(network.scale)
        entry = network.entry
        entry.bias += (entry.weight[:, :, 0] * offset).sum(1)
        entry.weight *= gain[None, :, None]
        for block in network.blocks:
            gain, offset = _affine(block.norm)
            block.convolution.weight *= gain[:, None, None]
            block.convolution.bias.mul_(gain).add_(offset)
        shift = torch.tensor([READINESS.get(phone, 0.0) for phone in PHONES])
        network.exit.bias[: len(PHONES)] += shift
        network.exit.bias[EARLY:] += shift
        for weights in network.parameters():
            weights.copy_(weights.half().float())
    return network


def _affine(norm):
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return gain, norm.bias - gain * norm.running_mean
