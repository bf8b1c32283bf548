"""How far lips are apart, by what an eye sees of it: the outline of the mouth's inside.

That is dark, or as grey as teeth; what is dark and what is grey in this face, its silent mouth
tells.
"""

import numpy as np

from codes import Inside
from features import quiet_frames

DARK = 2  # percent of a silent mouth are as dark: the line between the lips
GREY = (1, 0.6)  # that percentile of how much red skin and lips have, and how much less teeth have


class Gap:
    """`dark`: levels of red, `grey`: levels of red above green and blue, below which a pixel of
    the mouth is its inside; `inside.part` and `inside.counts` are where it is looked for."""

    def __init__(self, patches):
        self.inside, self.unit = Inside(patches), patches.unit
        silent = np.nonzero(quiet_frames(patches.features)[: patches.held_out])[0]
        asked = silent if len(silent) > 0 else np.arange(patches.held_out)
        seen = [self._colours(patches.rgb(frame)) for frame in asked[::10]]
        every = np.concatenate(seen)
        self.dark = float(np.percentile(every[:, 0], DARK))
        redness = every[:, 0] - every[:, 1:].mean(1)
        self.grey = float(np.percentile(redness, GREY[0]) * GREY[1])
        self.rest = float(np.median([self._height(colours) for colours in seen]))

    def height(self, picture):
        """Pixels of a master 1080 pixels wide beyond a silent mouth's, mean over its middle."""
        return max(0.0, self._height(self._colours(picture)) - self.rest)

    def _height(self, colours):
        redness = colours[:, 0] - colours[:, 1:].mean(1)
        within = (colours[:, 0] < self.dark) | (redness < self.grey)
        return within.sum() / self.inside.counts.shape[1] / self.unit

    def _colours(self, picture):
        return picture[self.inside.part][self.inside.counts].astype(np.float32)
