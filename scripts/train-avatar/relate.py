"""From the upper face to the lower one: where the lower face lies while it speaks.

Speech moves lips, cheeks and chin, so their own motion does not tell where the head holds them. The
upper face does, but not by being continued downwards: the head turns, and nose, lips and chin stand
at other depths. So the relation is learned from the frames in which nobody speaks, a ridge
regression (Hoerl and Kennard 1970) of the lower map's coefficients on the chief components of the
upper face's motion. Frames with speech add a little, with a constant of their own that is dropped.
"""

import numpy as np

COMPONENTS = 12
RIDGE = 1e-5  # of the mean square of spans that a component moves
SPEAKING_WEIGHT = 0.02  # of a frame with speech against a silent one
QUIET_ENOUGH = 250  # silent frames with which those with speech are not asked


class Relation:
    """Learned of displacements [frames, n] in spans, lower maps [frames, 2, m], quiet [frames]."""

    def __init__(self, upper, lower, quiet):
        use = quiet if quiet.sum() >= QUIET_ENOUGH else np.ones(len(quiet), bool)
        upper, lower, quiet = upper[use], lower[use], quiet[use]
        _, _, axes = np.linalg.svd(upper[quiet] if quiet.any() else upper, full_matrices=False)
        self.axes = axes[:COMPONENTS]
        motion = upper @ self.axes.T
        speaks = (~quiet).astype(float)[:, None]
        terms = np.concatenate([motion, speaks], 1)
        weight = np.where(quiet, 1.0, SPEAKING_WEIGHT)[:, None]
        ridge = RIDGE * weight.sum() * np.eye(terms.shape[1])
        left = terms.T @ (weight * terms) + ridge
        right = terms.T @ (weight * lower.reshape(len(lower), -1))
        self.weights = np.linalg.solve(left, right)[: self.axes.shape[0]]

    def lower(self, upper):
        """Lower maps [frames, 2, m] for displacements of the upper face [frames, n]."""
        return ((upper @ self.axes.T) @ self.weights).reshape(len(upper), 2, -1)
