"""How the mouth patch lies in every frame: a grid of points in the frame, each naming its place in
the patch. Between points the runtime interpolates, so a mesh of 2 x 2 points would be affine."""

import numpy as np

STEP = 48  # pixels of the master between points: 32, 24, 16 at the lower tiers
GRID = 6


class Meshes:
    def __init__(self, tracker, mouths, poses):
        self.tracker = tracker
        self.rect = mouths.rect
        reach = [self._reach(pose) for pose in range(poses)]
        self.origins = [(left, top) for left, top, _, _ in reach]
        width = max(right - left for left, _, right, _ in reach)
        height = max(bottom - top for _, top, _, bottom in reach)
        self.cells = (-(-width // STEP), -(-height // STEP))

    def grid(self, scale):
        """Columns and rows of points, and the pixels between them, at a tier."""
        return int(self.cells[0]) + 1, int(self.cells[1]) + 1, round(STEP * scale)

    def bytes(self, pose, scale):
        """Where the grid begins in the frame (2 x int16), then u, v of each point (float32)."""
        columns, rows, step = self.grid(scale)
        left, top = (round(value * scale) for value in self.origins[pose])
        xs, ys = np.meshgrid(left + step * np.arange(columns), top + step * np.arange(rows))
        from_x, from_y = self.tracker.back(pose, to_master(xs, scale), to_master(ys, scale))
        u = to_tier(from_x, scale) - round(self.rect[0] * scale)
        v = to_tier(from_y, scale) - round(self.rect[1] * scale)
        points = np.stack([u, v], -1).astype("<f4")
        return np.array([left, top], "<i2").tobytes() + points.tobytes()

    def _reach(self, pose):
        """The frame's rectangle that the patch covers in this pose, on the grid of the tiers."""
        left, top, width, height = self.rect
        xs, ys = np.meshgrid(left + np.linspace(0, width, 30), top + np.linspace(0, height, 30))
        dx, dy = self.tracker.shift(pose, xs, ys)
        low = np.floor(np.array([(xs + dx).min(), (ys + dy).min()]) / GRID) * GRID
        high = np.ceil(np.array([(xs + dx).max(), (ys + dy).max()]) / GRID) * GRID
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def to_master(at, scale):
    """Pixel centres lie on whole numbers, at every size."""
    return (at + 0.5) / scale - 0.5


def to_tier(at, scale):
    return (at + 0.5) * scale - 0.5
