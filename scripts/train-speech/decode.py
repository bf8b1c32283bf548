"""The decoder of `runtime/mouth/decode.ts`, for measuring: each step settled once, looking ahead.

Step t is settled when its late answer is there. The early answers of the `AHEAD` steps after it are
known by then: the best path from the viseme settled last, through the late answer and those early
ones, decides. Staying in a viseme costs nothing, changing costs `CHANGE`.
"""

import numpy as np

from network import LAG, LATE_LAG

AHEAD = LATE_LAG - LAG
CHANGE = 1.0


def decode(early, late):
    """(steps, visemes) chances twice -> the settled viseme of every step."""
    ahead, logs = (np.log(chances + 1e-5) for chances in (early, late))
    ahead = np.concatenate([ahead, np.zeros((AHEAD, ahead.shape[1]))])
    settled, last = [], 0
    for step, log in enumerate(logs):
        onward = np.zeros_like(log)
        for after in range(step + AHEAD, step, -1):
            onward = onward + ahead[after]
            onward = np.maximum(onward, onward.max() - CHANGE)
        score = log + onward - CHANGE
        score[last] += CHANGE
        last = int(score.argmax())
        settled.append(last)
    return np.array(settled)
