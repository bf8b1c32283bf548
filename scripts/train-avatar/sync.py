"""Are sound and picture in time? The mouth is asked how loud it is, at every delay up to a second.

At each delay a ridge regression foretells the level of the sound from the chief components of the
mouth's pictures, learned on one half of the seconds and tried on the other. The delay at which that
works best is the offset. No model of lips is needed, and teeth, beards and light do not matter.
"""

import numpy as np

from film import FPS

COMPONENTS = 10
REACH = FPS  # frames: one second either way
BLOCK = 2 * FPS  # frames of one fold
DEPTH = 30.0  # dB below the loudest that count


def offset(mouths, level):
    """(seconds by which the sound is late, correlation there, correlation at no delay).

    `mouths` [frames, h, w]; `level` [frames] dB.
    """
    count = min(len(mouths), len(level))
    loud = np.percentile(level[:count], 95)
    heard = np.clip(level[:count], loud - DEPTH, loud)
    heard = heard - heard.mean()
    pictures = mouths[:count].reshape(count, -1).astype(np.float32)
    pictures = pictures - pictures.mean(1, keepdims=True)
    pictures -= pictures.mean(0)
    values, axes = np.linalg.eigh(pictures.T @ pictures)
    motion = pictures @ axes[:, np.argsort(values)[::-1][:COMPONENTS]]
    motion /= motion.std(0) + 1e-6
    delays = np.arange(-REACH, REACH + 1)
    score = np.array([_foretold(motion, heard, delay) for delay in delays])
    smooth = np.convolve(score, [0.25, 0.5, 0.25], "same")
    best = int(smooth[1:-1].argmax()) + 1
    left, middle, right = smooth[best - 1 : best + 2]
    bend = left - 2 * middle + right
    fine = 0.0 if bend >= 0 else 0.5 * (left - right) / bend
    late = (delays[best] + fine) / FPS
    return float(late), float(score[best]), float(score[REACH])


def _foretold(motion, heard, delay):
    """Correlation of the level `delay` frames later with what the mouth says of it."""
    start, end = max(0, -delay), len(heard) - max(0, delay)
    x, y = motion[start:end], heard[start + delay : end + delay]
    fold = (np.arange(len(y)) // BLOCK) % 2
    told = np.zeros(len(y))
    for part in (0, 1):
        learn, test = fold == part, fold != part
        if learn.sum() < 4 * COMPONENTS or not test.any():
            return 0.0
        left = x[learn].T @ x[learn] + 0.01 * learn.sum() * np.eye(x.shape[1])
        told[test] = x[test] @ np.linalg.solve(left, x[learn].T @ y[learn])
    if told.std() < 1e-9 or y.std() < 1e-9:
        return 0.0
    return float(np.corrcoef(told, y)[0, 1])
