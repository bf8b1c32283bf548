"""Following the lower face through the idle loop, without landmarks.

Dense optical flow (DIS, Kroeger et al. 2016) from pose 0 to every pose sees where edges went, but
along an edge, and on bare skin, it guesses. So a smooth map, a polynomial of degree 4 in x and y for
each axis, is fitted to the flow, weighted by the structure tensor of pose 0 (Bigun 1987): only the
direction in which the picture has detail counts. One affine map is not enough: the head turns by
five degrees, and nose, lips and chin stand at different depths.
"""

import cv2
import numpy as np

DEGREE = 4
MOUTH_REACH = 110.0  # pixels of the master around the mouth in which exactness counts most
UNIT = 150.0  # pixels per unit of the polynomial's variables, for a well-conditioned fit
WINDOW = (230, 430, 640, 560)  # x, y, width, height in the master: head and its way


class Tracker:
    """Maps from pose 0 to the poses of the loop: `maps[i](x, y) -> dx, dy` in master pixels."""

    def __init__(self, rgb_frames, ellipse):
        self.ellipse = ellipse
        first = _even(_grey(rgb_frames[0]))
        points, tensor = _samples(first, ellipse)
        basis = _basis(points[:, 0], points[:, 1], ellipse)
        flow = None
        coefficients = []
        for rgb in rgb_frames:
            flow = _flow(first, _even(_grey(rgb)), flow)
            at = (points - WINDOW[:2]).astype(int)
            seen = flow[at[:, 1], at[:, 0]]
            coefficients.append(_fit(basis, seen, tensor))
        self.coefficients = _smooth_round(np.array(coefficients))

    def shift(self, pose, x, y):
        """Displacement of pose-0 points; beyond the ellipse that of its rim."""
        centre_x, centre_y, radius_x, radius_y = self.ellipse
        across, down = x - centre_x, y - centre_y
        out = np.maximum(1.0, np.hypot(across / radius_x, down / radius_y))
        basis = _basis(centre_x + across / out, centre_y + down / out, self.ellipse)
        moved = basis @ self.coefficients[pose].T
        return moved[..., 0], moved[..., 1]

    def back(self, pose, x, y):
        """Where points of the pose came from in pose 0: the inverse, by fixed-point iteration."""
        from_x, from_y = x.copy(), y.copy()
        for _ in range(25):
            dx, dy = self.shift(pose, from_x, from_y)
            from_x, from_y = x - dx, y - dy
        return from_x, from_y


def landmark_errors(tracker, landmarks, names):
    """Distance in master pixels between tracked and true points, one row per pose."""
    start = {name: np.array(landmarks[0][name], float) for name in names}
    errors = {name: [] for name in names}
    for pose, truth in enumerate(landmarks):
        for name in names:
            dx, dy = tracker.shift(pose, start[name][:1], start[name][1:])
            found = start[name] + [dx[0], dy[0]]
            errors[name].append(float(np.hypot(*(found - truth[name]))))
    return errors


def _grey(rgb):
    x, y, width, height = WINDOW
    return cv2.cvtColor(np.ascontiguousarray(rgb[y : y + height, x : x + width]), cv2.COLOR_RGB2GRAY)


def _even(grey):
    """Local contrast made even: light stays where it is while the head moves under it."""
    level = grey.astype(np.float32)
    detail = level - cv2.GaussianBlur(level, (0, 0), 12)
    spread = np.sqrt(cv2.GaussianBlur(detail * detail, (0, 0), 12) + 4)
    return np.clip(128 + 40 * detail / spread, 0, 255).astype(np.uint8)


def _flow(first, now, seed):
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(0)
    dis.setPatchStride(3)
    dis.setVariationalRefinementIterations(20)
    dis.setVariationalRefinementAlpha(20.0)
    return dis.calc(first, now, None if seed is None else seed.copy())


def _samples(first, ellipse):
    centre_x, centre_y, radius_x, radius_y = ellipse
    xs = np.arange(centre_x - radius_x, centre_x + radius_x, 3)
    ys = np.arange(centre_y - radius_y, centre_y + radius_y, 3)
    x, y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    inside = np.hypot((x - centre_x) / radius_x, (y - centre_y) / radius_y) < 1
    points = np.stack([x[inside], y[inside]], -1)
    soft = cv2.GaussianBlur(first.astype(np.float32), (0, 0), 1.5)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(soft, cv2.CV_32F, 0, 1) / 8
    at = (points - WINDOW[:2]).astype(int)
    products = (gx * gx, gx * gy, gy * gy)
    near = np.hypot(points[:, 0] - centre_x, (points[:, 1] - centre_y) * 1.6) / MOUTH_REACH
    weight = np.exp(-(near**2)) + 0.2
    return points, [weight * cv2.GaussianBlur(p, (0, 0), 4)[at[:, 1], at[:, 0]] for p in products]


def _basis(x, y, ellipse):
    u, v = (x - ellipse[0]) / UNIT, (y - ellipse[1]) / UNIT
    powers = [(a, b) for a in range(DEGREE + 1) for b in range(DEGREE + 1 - a)]
    return np.stack([u**a * v**b for a, b in powers], -1)


def _fit(basis, seen, tensor):
    """Robust weighted least squares; points that disagree by over half a pixel count less."""
    xx, xy, yy = tensor
    weight = np.ones(len(seen))
    for _ in range(5):
        a, b, c = weight * (xx + 1), weight * xy, weight * (yy + 1)
        mixed = basis.T @ (b[:, None] * basis)
        left = [[basis.T @ (a[:, None] * basis), mixed], [mixed, basis.T @ (c[:, None] * basis)]]
        u, v = seen[:, 0], seen[:, 1]
        right = np.concatenate([basis.T @ (a * u + b * v), basis.T @ (b * u + c * v)])
        solved = np.linalg.solve(np.block(left), right).reshape(2, -1)
        du, dv = basis @ solved[0] - u, basis @ solved[1] - v
        squared = (xx * du * du + 2 * xy * du * dv + yy * dv * dv) / (xx + yy + 1e-6)
        weight = 1 / (1 + squared / 0.25)
    return solved


def _smooth_round(coefficients):
    """A light filter around the loop (sigma 1 frame): the head is heavy, noise is not."""
    weights = np.exp(-0.5 * np.arange(-3, 4) ** 2.0)
    weights /= weights.sum()
    shifted = [np.roll(coefficients, offset, axis=0) for offset in range(-3, 4)]
    return sum(weight * part for weight, part in zip(weights, shifted))
