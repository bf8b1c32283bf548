"""Mouths as short codes: the main ways in which a take's patches differ (principal components)."""

import cv2
import numpy as np

import footage
from features import quiet_frames

SMALL = 2  # codes are made of patches of so many pixels a cell
CODES = 24


class Codes:
    """`of[frame]` (frames, CODES) float32, in units of the strongest component's spread.

    `openings[frame]` tells how far the lips are apart, in pixels of a master 1080 pixels wide.
    """

    def __init__(self, patches, progress):
        inside = Inside(patches)
        self.openings = np.zeros(len(patches), np.float32)
        small = tuple(side // patches.grid * SMALL for side in patches.rect[2:])
        weight = footage.shrink(patches.mask.astype(np.float32) / 255, small)[..., None]
        rows = []
        for frame in range(len(patches)):
            picture = patches.rgb(frame)
            self.openings[frame] = inside.height(picture)
            rgb = footage.shrink(picture, small).astype(np.float32)
            rows.append((rgb * weight).ravel())
            progress(frame, len(patches), "looking at the mouths")
        pictures = np.stack(rows)
        seen = pictures[: patches.held_out]
        mean = seen.mean(0)
        basis = components((seen - mean)[::2], CODES)
        codes = (pictures - mean) @ basis.T
        self.of = (codes / codes[: patches.held_out, 0].std()).astype(np.float32)


class Inside:
    """Sees the inside of a mouth by colours that the silent mouth does not have."""

    def __init__(self, patches):
        self.unit = patches.unit
        rows, columns = patches.mask.shape
        middle = columns // 2
        half = columns // 8
        self.part = np.s_[rows // 4 :, middle - half : middle + half]
        self.counts = patches.mask[self.part] > 250
        known = np.zeros((32, 32, 32), np.uint8)
        silent = np.nonzero(quiet_frames(patches.features)[: patches.held_out])[0][::10]
        for frame in silent:
            known[self._colours(patches.rgb(frame))] = 1
        for axis in range(3):
            known = known | np.roll(known, 1, axis) | np.roll(known, -1, axis)
        self.known = known if len(silent) > 0 else np.ones_like(known)

    def height(self, picture):
        """Pixels of a master 1080 pixels wide, mean over the middle of the mouth."""
        strange = self.known[self._colours(picture)] == 0
        return float(strange.sum()) / self.counts.shape[1] / self.unit

    def _colours(self, picture):
        soft = cv2.GaussianBlur(picture[self.part], (0, 0), 1.0) >> 3
        return tuple(soft[self.counts].T)


def components(rows, count):
    """The strongest directions of centred rows, each with its largest value positive."""
    values, vectors = np.linalg.eigh(rows @ rows.T)
    strongest = np.argsort(values)[::-1][:count]
    basis = (vectors[:, strongest] / np.sqrt(values[strongest])).T @ rows
    sign = np.sign(basis[np.arange(count), np.abs(basis).argmax(1)])
    return basis * sign[:, None]


def clusters(codes, count, rounds=20):
    """Indices of `count` rows that stand for all (k-means, its centres' nearest rows; seeded).

    Where there are no more rows than that, all of them.
    """
    if len(codes) <= count:
        return np.arange(len(codes))
    chance = np.random.default_rng(1)
    centres = codes[chance.choice(len(codes), count, replace=False)]
    for _ in range(rounds):
        nearest = distances(codes, centres).argmin(1)
        for cluster in range(count):
            members = codes[nearest == cluster]
            if len(members) > 0:
                centres[cluster] = members.mean(0)
    return np.unique(distances(codes, centres).argmin(0))


def distances(rows, others):
    """Squared, (rows, others)."""
    squares = (rows**2).sum(1)[:, None] + (others**2).sum(1)[None, :]
    return np.maximum(squares - 2 * rows @ others.T, 0)
