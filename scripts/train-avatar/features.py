"""What drives a mouth: the shapes that the kiosk makes of sound, and windows of them over time."""

import numpy as np

VALUES = 16  # the weights of 15 visemes and the opening
PAST, AHEAD = 3, 5  # frames that a window sees before and after its own: speech is prepared
PP, OPENING = 1, 15  # places of the weight of p, b, m and of the opening


def read_features(path):
    """`scripts/avatar/features.ts` wrote them: (frames, 16)."""
    return np.fromfile(path, "<f4").reshape(-1, VALUES)


def windows(features):
    """(frames, 9 * 16): each frame with its neighbours; the ends are repeated."""
    first, last = np.repeat(features[:1], PAST, 0), np.repeat(features[-1:], AHEAD, 0)
    padded = np.concatenate([first, features, last])
    shifted = [padded[at : at + len(features)] for at in range(PAST + 1 + AHEAD)]
    return np.concatenate(shifted, 1)


def quiet_frames(features):
    """Frames around which nothing is said for two frames to each side: (frames,) bool."""
    speaks = np.pad(features[:, OPENING] > 0, 2, mode="edge")
    return ~np.any([speaks[at : at + len(features)] for at in range(5)], axis=0)


class Scale:
    """Brings windows to about the same spread in each value; fitted on what may be seen."""

    def __init__(self, seen):
        self.mean = seen.mean(0)
        self.factor = 1 / (seen.std(0) + 0.05)

    def apply(self, values):
        return (values - self.mean) * self.factor

    def table(self):
        """float32 (values, 2): mean and factor."""
        return np.stack([self.mean, self.factor], -1).astype("<f4")
