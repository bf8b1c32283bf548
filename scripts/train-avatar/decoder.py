"""The generator of the studio lip-sync: a mouth's code becomes the patch of every tier.

One trunk on a grid, 180 cells across the master; each tier has a head of its own that fills the
cells of the grid with the tier's pixels (sub-pixel convolution, Shi et al. 2016), on top of the
take's mean patch. Some of the trunk's maps are linear in the code at every place of the grid: they
know where they are, which a convolution does not.
"""

import torch
from torch import nn
from torch.nn import functional

LOW, MIDDLE, FINE, PLACED, REFINED = 64, 40, 20, 8, 32  # channels
REFINED_FROM = 4  # pixels a cell, from which on a head has two layers
CHANNELS = 4  # red, green, blue, opacity
# How much fine detail is raised: what the kiosk's drawing takes (tiers.py), and what painting does.
EMPHASIS = 0.21


class Trunk(nn.Module):
    def __init__(self, codes, rows, columns):
        super().__init__()
        self.sizes = [(-(-rows // share), -(-columns // share)) for share in (4, 2, 1)]
        cells = self.sizes[0][0] * self.sizes[0][1]
        self.spread = nn.Linear(codes, LOW * cells)
        self.placed = nn.Linear(codes, PLACED * rows * columns)
        self.low = nn.Conv2d(LOW, LOW, 3, padding=1)
        self.middle = nn.Conv2d(LOW, MIDDLE, 3, padding=1)
        self.fine = nn.Conv2d(MIDDLE, FINE, 3, padding=1)

    def forward(self, code):
        low, middle, fine = self.sizes
        maps = bend(self.spread(code)).reshape(-1, LOW, *low)
        maps = bend(self.low(maps))
        maps = bend(self.middle(doubled(maps, middle)))
        maps = bend(self.fine(doubled(maps, fine)))
        placed = self.placed(code).reshape(-1, PLACED, *fine)
        return torch.cat([maps, placed], 1)

    def flop(self):
        low, middle, fine = (rows * columns for rows, columns in self.sizes)
        spread = self.spread.weight.numel() + self.placed.weight.numel()
        convolved = low * LOW * LOW + middle * LOW * MIDDLE + fine * MIDDLE * FINE
        return 2 * (spread + 9 * convolved)


class Head(nn.Module):
    """Maps -> (channels x side x side, rows, columns), 0..1; `mean` is uint8 of that shape."""

    def __init__(self, side, mean):
        super().__init__()
        self.side = side
        maps = FINE + PLACED
        self.refine = nn.Conv2d(maps, REFINED, 3, padding=1) if side >= REFINED_FROM else None
        inside = maps if self.refine is None else REFINED
        self.fill = nn.Conv2d(inside, CHANNELS * side * side, 3, padding=1)
        nn.init.zeros_(self.fill.bias)
        self.fill.weight.data *= 0.1
        self.register_buffer("mean", mean)

    def forward(self, maps):
        if self.refine is not None:
            maps = bend(self.refine(maps))
        return self.fill(maps) + self.mean.float() / 255

    def flop(self):
        cells = self.mean.shape[-1] * self.mean.shape[-2]
        weights = self.fill.weight.numel()
        weights += 0 if self.refine is None else self.refine.weight.numel()
        return 2 * cells * weights


class Decoder(nn.Module):
    """What the kiosk runs: one tier's way through the net to planes, 0..255, with crisp colours.

    `outline` (outline.py) tells opacity; None: the patch is all figure.
    """

    def __init__(self, trunk, head, outline, emphasis=EMPHASIS):
        super().__init__()
        self.trunk, self.head = trunk, head
        self.outline = outline
        kernel = torch.zeros(CHANNELS, 1, 3, 3)
        kernel[:, 0, 1, 1] = 1.0
        cross = torch.tensor([[0.0, -1, 0], [-1, 4, -1], [0, -1, 0]])
        kernel[:3, 0] += emphasis * cross
        self.register_buffer("kernel", 255 * kernel)

    def forward(self, code):
        planes = to_patches(self.head(self.trunk(code)), self.head.side)
        around = functional.pad(planes, (1, 1, 1, 1), mode="replicate")
        crisp = functional.conv2d(around, self.kernel, groups=CHANNELS)
        return crisp if self.outline is None else self.outline(crisp, self.head.side)

    def mflop(self):
        cells = self.head.mean.numel()
        return (self.trunk.flop() + self.head.flop() + 2 * 9 * cells) / 1e6


def bend(maps):
    return functional.leaky_relu(maps, 0.1)


def doubled(maps, size):
    return functional.interpolate(maps, scale_factor=2)[..., : size[0], : size[1]]


def to_cells(patches, side):
    """(n, rows, columns, channels) -> (n, channels x side x side, rows / side, columns / side)."""
    count, rows, columns, channels = patches.shape
    cells = patches.reshape(count, rows // side, side, columns // side, side, channels)
    shape = (count, channels * side * side, rows // side, columns // side)
    return cells.permute(0, 5, 2, 4, 1, 3).reshape(shape)


def to_patches(cells, side):
    """The way back, as planes: (n, channels, rows, columns)."""
    return functional.pixel_shuffle(cells, side)
