#!/usr/bin/python3
"""A dense U-Net of the cost of Ultralight's mouth generator, with random weights: to compare times.

    scripts/train-avatar/peer.py OUT.onnx

160 x 160 pixels, six channels in, three out, about 6.3 GFLOP; the figures print what it takes.
"""

import sys
from pathlib import Path

import torch
from torch import nn

from export import to_onnx

WIDTHS = (25, 50, 100, 200, 400)


class Twice(nn.Sequential):
    def __init__(self, given, told):
        super().__init__(
            nn.Conv2d(given, told, 3, padding=1), nn.ReLU(),
            nn.Conv2d(told, told, 3, padding=1), nn.ReLU(),
        )


class Peer(nn.Module):
    def __init__(self):
        super().__init__()
        pairs = list(zip(WIDTHS[:-1], WIDTHS[1:]))
        self.first = Twice(6, WIDTHS[0])
        self.downs = nn.ModuleList(Twice(wide, deep) for wide, deep in pairs)
        self.widen = nn.ModuleList(nn.ConvTranspose2d(deep, wide, 2, 2) for wide, deep in pairs)
        self.ups = nn.ModuleList(Twice(2 * wide, wide) for wide, _ in pairs)
        self.last = nn.Conv2d(WIDTHS[0], 3, 1)

    def forward(self, picture):
        kept = [self.first(picture)]
        for down in self.downs:
            kept.append(down(nn.functional.max_pool2d(kept[-1], 2)))
        maps = kept.pop()
        for widen, up in zip(reversed(self.widen), reversed(self.ups)):
            maps = up(torch.cat([kept.pop(), widen(maps)], 1))
        return torch.sigmoid(self.last(maps))


if __name__ == "__main__":
    torch.manual_seed(1)
    example = torch.zeros(1, 6, 160, 160)
    Path(sys.argv[1]).write_bytes(to_onnx(Peer(), example, "picture", "patch"))
