"""How far lips are apart, told in a way that a network can learn by.

A mouth that is painted nearly right in every colour can still be open where it should be closed:
so the generator is also told how much of a mouth's inside it shows (gap.py), softly.
"""

import numpy as np
import torch

from gap import Gap

SOFT = (6.0, 3.0)  # levels over which a pixel becomes dark, or grey
WHOLE = 0.98  # of the mask: only there a patch shows all of its colours


class Opening:
    """Calling it with planes (n, channels, rows, columns), 0..1, of any tier, and their mask gives
    (n,): the height of the mouth's inside in pixels of a master 1080 pixels wide, mean over the
    middle of the mouth."""

    def __init__(self, patches):
        gap = Gap(patches)
        self.tall = patches.rect[3] / patches.unit
        self.dark, self.grey = gap.dark, gap.grey

    def __call__(self, planes, mask):
        rows, columns = planes.shape[2:]
        middle, half = columns // 2, columns // 8
        part = np.s_[..., rows // 4 :, middle - half : middle + half]
        red, green, blue = (255 * planes[part][:, channel] for channel in range(3))
        skin = torch.sigmoid((red - self.dark) / SOFT[0])
        skin = skin * torch.sigmoid((red - (green + blue) / 2 - self.grey) / SOFT[1])
        within = (1 - skin) * (mask[part][:, 0] > WHOLE)
        return within.sum(1).mean(1) * self.tall / rows
