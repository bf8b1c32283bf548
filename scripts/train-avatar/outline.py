"""The outline of a painted patch: its opacity is told by its own colours.

Opacity that is painted beside the colours errs in its own way, and where it is too small over a
neck, the backdrop is taken off twice: a red fringe. So, where the take shows an outline, opacity is
the share of the way from the backdrop to the skin there, as `mask.opacity` has it; else it is 255.
"""

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

SOLID = 250  # opacity from which on a pixel is all figure
REACH = 9  # cells over which the skin's colour is continued beyond the outline


class Outline(nn.Module):
    """Learned of `cells`, the take's patches at any tier (frames, planes, rows, columns).

    Takes planes 0..255, (1, 4, rows, columns), with `side` pixels a cell, and sets the last.
    """

    def __init__(self, cells, side, backdrop):
        super().__init__()
        colours, opacity = planes_of(cells, side)
        solid = opacity.min((0, 1)) >= SOLID
        far = skin(colours, opacity) - np.float32(backdrop)
        along = far / np.maximum((far**2).sum(-1, keepdims=True), 1)
        along[solid] = 0
        self.register_buffer("along", torch.from_numpy(along.transpose(2, 0, 1)[None] / 0.92))
        ground = np.where(solid, 1.0, -0.04 / 0.92).astype(np.float32)
        self.register_buffer("ground", torch.from_numpy(ground[None, None]))
        self.register_buffer("backdrop", torch.tensor(backdrop).float()[None, :, None, None])

    def forward(self, planes, side):
        colours = planes[:, :3]
        along, ground = (
            functional.interpolate(table, scale_factor=side) for table in (self.along, self.ground)
        )
        share = ((colours - self.backdrop) * along).sum(1, keepdim=True) + ground
        return torch.cat([colours, 255 * share], 1)


def planes_of(cells, side):
    """Colours (frames, side x side, rows, columns, 3) and opacity (frames, side x side, ...)."""
    count, _, rows, columns = cells.shape
    planes = cells.reshape(count, 4, side * side, rows, columns)
    return planes[:, :3].transpose(0, 2, 3, 4, 1), planes[:, 3]


def skin(colours, opacity):
    """Mean colour of the figure in each cell; where it never is, that of the cells around."""
    whole = opacity >= SOLID
    total = (colours * whole[..., None]).sum((0, 1), dtype=np.float32)
    count = whole.sum((0, 1), dtype=np.float32)
    own, around = divided(total, count), divided(blurred(total), blurred(count))
    every = total.sum((0, 1)) / max(1.0, count.sum())
    known = np.where(blurred(count)[..., None] > 0.5 / REACH**2, around, every)
    return np.where(count[..., None] > 0, own, known).astype(np.float32)


def divided(total, count):
    return total / np.maximum(count, 1e-6)[..., None]


def blurred(table):
    return cv2.blur(table, (REACH, REACH), borderType=cv2.BORDER_CONSTANT)
