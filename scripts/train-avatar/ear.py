"""Kernel regression from what is heard around a frame to the code of its mouth, in closed form."""

import numpy as np

from codes import clusters, distances
from features import AHEAD, PAST, VALUES, Scale, quiet_frames, windows

ANCHORS = 600
SPREAD = 2.2  # frames: how fast what lies before and behind a frame counts less
REACH = 1.0  # of the kernel, in mean squared windows
LINEAR = 0.02  # share of the plain windows beside their kernel
RIDGE = 0.3


class Ear:
    """From windows of mouth shapes to codes: radial kernels around anchors, and a linear part."""

    def __init__(self, features, codes, held_out):
        seen = windows(features)
        scale = Scale(seen[:held_out])
        frames = np.arange(-PAST, AHEAD + 1)
        scale.factor = scale.factor * np.exp(-0.5 * (frames / SPREAD) ** 2).repeat(VALUES)
        spread = (scale.apply(seen[:held_out]) ** 2).sum(1).mean()
        scale.factor = scale.factor / np.sqrt(spread)
        self.scale = scale
        known = scale.apply(seen)
        speaking = known[:held_out][~quiet_frames(features)[:held_out]]
        self.anchors = speaking[clusters(speaking, ANCHORS)]
        basis = self._basis(known)[:held_out].astype(np.float64)
        wanted = codes[:held_out].astype(np.float64)
        left = basis.T @ basis + RIDGE * np.eye(basis.shape[1])
        self.weights = np.linalg.solve(left, basis.T @ wanted)
        self.codes = self._basis(known) @ self.weights
        rest = ((self.codes - codes)[:held_out] ** 2).sum() / ((wanted - wanted.mean(0)) ** 2).sum()
        self.fit = 1 - float(rest)

    def _basis(self, known):
        near = np.exp(-distances(known, self.anchors) / REACH)
        return np.concatenate([near, LINEAR * known, np.ones((len(known), 1))], 1)

    def give(self, shared):
        shared.tensor("scale", "f32", self.scale.table())
        shared.tensor("kernel", "f32", [REACH, LINEAR])
        shared.tensor("anchors", "f32", self.anchors)
        shared.tensor("weights", "f32", self.weights)
