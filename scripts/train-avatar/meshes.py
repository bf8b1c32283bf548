"""How the mouth patch lies in every frame: a grid of points in the frame, each naming its place in
the patch. Between points the runtime interpolates, so a mesh of 2 x 2 points would be affine."""

import numpy as np

POINTS = 22.5  # steps of the mesh along the master's short side: 48 pixels of 1080
GRID = 180  # parts of the short side that are whole pixels at every tier


class Meshes:
    """The meshes of one clip; `rect` is the patch in pose 0 (x, y, width, height), `side` the short
    side of the master, all in pixels of the master."""

    def __init__(self, track, rect, side):
        self.track = track
        self.rect = rect
        self.step, self.grid = side / POINTS, side / GRID
        reach = [self._reach(pose) for pose in range(track.frames)]
        self.origins = [(left, top) for left, top, _, _ in reach]
        width = max(right - left for left, _, right, _ in reach)
        height = max(bottom - top for _, top, _, bottom in reach)
        self.cells = (int(-(-width // self.step)), int(-(-height // self.step)))

    def header(self, scale):
        """Columns and rows of points, and the pixels between them, at a tier."""
        columns, rows = (cells + 1 for cells in self.cells)
        return {"columns": columns, "rows": rows, "step": round(self.step * scale)}

    def bytes(self, pose, scale):
        """Where the grid begins in the frame (2 x int16), then u, v of each point (float32)."""
        told = self.header(scale)
        left, top = (round(value * scale) for value in self.origins[pose])
        across, down = np.arange(told["columns"]), np.arange(told["rows"])
        xs, ys = np.meshgrid(left + told["step"] * across, top + told["step"] * down)
        from_x, from_y = self.track.back(pose, to_master(xs, scale), to_master(ys, scale))
        u = to_tier(from_x, scale) - round(self.rect[0] * scale)
        v = to_tier(from_y, scale) - round(self.rect[1] * scale)
        points = np.stack([u, v], -1).astype("<f4")
        return np.array([left, top], "<i2").tobytes() + points.tobytes()

    def _reach(self, pose):
        """The frame's rectangle that the patch covers in this pose, on the grid of the tiers."""
        left, top, width, height = self.rect
        xs, ys = np.meshgrid(left + np.linspace(0, width, 30), top + np.linspace(0, height, 30))
        dx, dy = self.track.shift(pose, xs, ys)
        low = np.floor(np.array([(xs + dx).min(), (ys + dy).min()]) / self.grid) * self.grid
        high = np.ceil(np.array([(xs + dx).max(), (ys + dy).max()]) / self.grid) * self.grid
        return low[0], low[1], high[0], high[1]


def to_master(at, scale):
    """Pixel centres lie on whole numbers, at every size."""
    return (at + 0.5) / scale - 0.5


def to_tier(at, scale):
    return (at + 0.5) * scale - 0.5
