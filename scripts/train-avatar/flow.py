"""Motion between two looks at a face: dense flow, and smooth maps fitted to it.

Dense optical flow (DIS, Kroeger et al. 2016) sees where edges went, but along an edge, and on bare
skin, it guesses. So a smooth map, a polynomial in x and y for each axis, is fitted to the flow,
weighted by the structure tensor of the first look (Bigun 1987): only the direction in which the
picture has detail counts.
"""

import cv2
import numpy as np


class Follower:
    """Flow from one look at a head to each frame of a film, over `region` (x, y, w, h) of it.

    The cut-out follows the head, so that only what is left of its motion must be searched.
    """

    def __init__(self, first, region, span):
        self.region = tuple(round(v) for v in region)
        self.blur = max(2.0, 0.068 * span)
        self.first = self._even(first, (0, 0))
        self._offset = np.zeros(2, int)
        self._flow = None

    def flow(self, frame):
        """float32 [h, w, 2]: where each pixel of the region went, in pixels."""
        now = self._even(frame, self._offset)
        dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        dis.setFinestScale(1)
        dis.setPatchStride(4)
        dis.setVariationalRefinementIterations(5)
        dis.setVariationalRefinementAlpha(20.0)
        seed = None
        if self._flow is not None:
            seed = (self._flow - self._offset).astype(np.float32)
        self._flow = dis.calc(self.first, now, seed) + self._offset.astype(np.float32)
        self.now = now
        self.offset = self._offset.copy()
        self._offset = np.round(np.median(self._flow[::8, ::8].reshape(-1, 2), 0)).astype(int)
        return self._flow

    def _even(self, grey, offset):
        """Local contrast made even: light stays where it is while the head moves under it."""
        x, y, width, height = self.region
        columns = np.clip(np.arange(width) + x + offset[0], 0, grey.shape[1] - 1)
        rows = np.clip(np.arange(height) + y + offset[1], 0, grey.shape[0] - 1)
        level = grey[rows][:, columns].astype(np.float32)
        detail = level - cv2.GaussianBlur(level, (0, 0), self.blur)
        spread = np.sqrt(cv2.GaussianBlur(detail * detail, (0, 0), self.blur) + 4)
        return np.clip(128 + 40 * detail / spread, 0, 255).astype(np.uint8)


class Points:
    """Where a map is fitted: a grid of pixels, how much each counts, and the map's terms there."""

    def __init__(self, follower, inside, weigh, frame_of):
        """`inside(x, y)`, `weigh(x, y)` choose and weigh; `frame_of` is (origin, unit, degree)."""
        x, y, width, height = follower.region
        step = max(2, round(follower.blur / 2.5))
        grid = np.meshgrid(np.arange(2, width - 2, step), np.arange(2, height - 2, step))
        at = np.stack([axis.ravel() for axis in grid], -1)
        self.at = at[inside(at[:, 0] + x, at[:, 1] + y)]
        self.x, self.y = self.at[:, 0] + x, self.at[:, 1] + y
        self.basis = basis(self.x, self.y, frame_of)
        weight = weigh(self.x, self.y)
        self.tensor = [weight * part for part in _tensor(follower.first, self.at, follower.blur)]
        self.tolerance = 0.25 * (follower.blur / 12) ** 2

    def fit(self, flow):
        """The map's coefficients [2, terms] for a flow over the follower's region."""
        return _fit(self.basis, flow[self.at[:, 1], self.at[:, 0]], self.tensor, self.tolerance)

    def likeness(self, follower, coefficients):
        """Correlation of both looks along a map, -1 to 1."""
        moved = self.at + (self.basis @ coefficients.T) - follower.offset
        x, y = (moved[:, axis].astype(np.float32).reshape(1, -1) for axis in (0, 1))
        now = cv2.remap(follower.now, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        then = follower.first[self.at[:, 1], self.at[:, 0]].astype(np.float32)
        pair = np.corrcoef(then, now.ravel().astype(np.float32) + 1e-3 * np.arange(len(then)) / 1e6)
        return float(np.nan_to_num(pair[0, 1]))


def basis(x, y, frame_of):
    """Terms u^a v^b of a polynomial, [..., terms], a + b <= degree."""
    (origin_x, origin_y), unit, degree = frame_of
    u, v = (x - origin_x) / unit, (y - origin_y) / unit
    powers = [(a, b) for a in range(degree + 1) for b in range(degree + 1 - a)]
    return np.stack([u**a * v**b for a, b in powers], -1)


def _tensor(first, at, blur):
    soft = cv2.GaussianBlur(first.astype(np.float32), (0, 0), 0.25 + blur / 8)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(soft, cv2.CV_32F, 0, 1) / 8
    parts = [cv2.GaussianBlur(p, (0, 0), blur / 3) for p in (gx * gx, gx * gy, gy * gy)]
    xx, xy, yy = (part[at[:, 1], at[:, 0]] for part in parts)
    return xx + 1, xy, yy + 1


def _fit(terms, seen, tensor, tolerance):
    """Robust weighted least squares; points that disagree by over half a pixel count less."""
    xx, xy, yy = tensor
    weight = np.ones(len(seen))
    u, v = seen[:, 0], seen[:, 1]
    for _ in range(5):
        a, b, c = weight * xx, weight * xy, weight * yy
        mixed = terms.T @ (b[:, None] * terms)
        left = [[terms.T @ (a[:, None] * terms), mixed], [mixed, terms.T @ (c[:, None] * terms)]]
        right = np.concatenate([terms.T @ (a * u + b * v), terms.T @ (b * u + c * v)])
        solved = np.linalg.solve(np.block(left), right).reshape(2, -1)
        du, dv = terms @ solved[0] - u, terms @ solved[1] - v
        squared = (xx * du * du + 2 * xy * du * dv + yy * dv * dv) / (xx + yy)
        weight = 1 / (1 + squared / tolerance)
    return solved
