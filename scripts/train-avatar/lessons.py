"""The take's patches at every tier's size, as the decoder is to paint them."""

import cv2
import numpy as np
import torch

import footage
from decoder import CHANNELS
from features import quiet_frames
from outline import Outline
from tiers import side_of

# How often a step trains a tier: the larger ones show more.
CHANCES = {"360p": 0.15, "540p": 0.2, "720p": 0.35, "1080p": 0.3}
PAIRS = 3  # pairs of neighbouring frames a step
GUESSED = 0.4  # how often codes are those guessed from sound, as the kiosk's will be
GUESSED_WEIGHT = 0.35  # how much their pixels count: these codes are not quite right
QUIET_SHARE = 0.2  # how often a frame is drawn around which nothing is said, against the others


class Lessons:
    """Calling it gives tier, codes, cells, mask and how much pixels count; seeded."""

    def __init__(self, patches, codes, guessed, tiers, progress):
        quiet = quiet_frames(patches.features)
        self.codes = torch.from_numpy(codes[: patches.held_out])
        self.guessed = torch.from_numpy(guessed[: patches.held_out])
        self.sides = {tier: side_of(tier) for tier in tiers}
        self.cells = {
            tier: np.empty((patches.held_out, *shape(patches, side)), np.uint8)
            for tier, side in self.sides.items()
        }
        for frame in range(patches.held_out):
            picture = patches.with_opacity(frame)
            for tier, side in self.sides.items():
                self.cells[tier][frame] = in_cells(picture, side, patches.grid)
            if frame % 50 == 0:
                progress(frame, patches.held_out, "cutting patches")
        self.masks = {tier: mask_of(patches, side) for tier, side in self.sides.items()}
        wanted = np.where(quiet[: patches.held_out - 1], QUIET_SHARE, 1.0)
        self.share = wanted / wanted.sum()
        chances = np.array([CHANCES[tier] for tier in tiers])
        self.chances = chances / chances.sum()
        self.chance = np.random.default_rng(3)

    def mean(self, tier):
        return torch.from_numpy(self.cells[tier].mean(0).round().astype(np.uint8))

    def outline(self, backdrop):
        """Where patches end, by the smallest tier: it is the same at all."""
        tier = min(self.sides, key=self.sides.get)
        return Outline(self.cells[tier], self.sides[tier], backdrop)

    def __call__(self):
        tier = list(self.sides)[self.chance.choice(len(self.chances), p=self.chances)]
        first = self.chance.choice(len(self.share), PAIRS, p=self.share)
        frames = np.stack([first, first + 1], 1).ravel()
        cells = torch.from_numpy(self.cells[tier][frames]).float() / 255
        if self.chance.random() < GUESSED:
            return tier, self.guessed[frames], cells, self.masks[tier], GUESSED_WEIGHT
        return tier, self.codes[frames], cells, self.masks[tier], 1.0


def shape(patches, side):
    return CHANNELS * side * side, patches.rect[3] // patches.grid, patches.rect[2] // patches.grid


def in_cells(picture, side, grid):
    """A patch at the master's size as uint8 cells of a tier: (planes, rows, columns)."""
    rows, columns = (length // grid * side for length in picture.shape[:2])
    small = footage.shrink(picture, (columns, rows))
    cells = small.reshape(rows // side, side, columns // side, side, CHANNELS)
    return cells.transpose(4, 1, 3, 0, 2).reshape(-1, rows // side, columns // side)


def mask_of(patches, side):
    """Where errors count, at a tier: (1, 1, rows, columns)."""
    rows, columns = (length // patches.grid * side for length in patches.mask.shape)
    small = cv2.resize(patches.mask, (columns, rows), interpolation=cv2.INTER_AREA)
    return torch.from_numpy(small.astype(np.float32) / 255)[None, None]
