#!/usr/bin/python3
"""How actions join the idle loop, and which of them can be held.

    scripts/train-avatar/actions.py WORK

Nothing is cut: result.json tells, for each frame of the idle loop, how far it is from an action's
first and from its last frame, so that the stage leaves where the jump is least and fades over it.
"""

import numpy as np

import film
from step import Step

SMALL_SIDE = 180  # short side of the frames that are compared, in pixels
STILL = 2.5  # times the idle loop's usual distance of frames: a pose that is held moves no more
HOLD_SECONDS = 0.6  # a shorter stretch is no pose
SEAMLESS = 1.6  # times the idle loop's usual step: nobody sees a jump below


def main(step):
    loop = step.result("loop")
    size = step.result("check")["size"]
    scale = SMALL_SIDE / min(size)
    small = tuple(round(side * scale / 2) * 2 for side in size)
    idle = frames_of(loop["video"], small)
    solid = matte_of(loop["alpha"], small)
    steps = np.array([distance(a, b, solid) for a, b in zip(idle, idle[1:])])
    usual = float(np.median(steps))
    actions, rows = {}, []
    wanted = step.result("check").get("actions") or []
    for number, action in enumerate(wanted):
        step.progress(number, len(wanted), f"joining {action['name']}")
        clip = frames_of(action["video"], small)
        told = join(idle, clip, solid)
        hold = hold_of(clip, solid, usual, spread_of(idle, solid))
        actions[action["name"]] = {"video": action["video"], "frames": len(clip), **told,
                                   **({"hold": hold} if hold else {})}
        rows.append([action["name"], in_words(told, hold, usual, len(clip))])
    text = "Where each action leaves the idle loop with the smallest jump, and what can be held."
    report = [{"title": "Actions", "text": text, "rows": rows}] if rows else []
    step.finish({"actions": actions, "usual": usual, "report": report})


def frames_of(video, size):
    return np.stack(list(film.greys(video, size))).astype(np.float32)


def matte_of(alpha, size):
    """Where the figure is in some frame of the loop; None: everywhere."""
    return None if alpha is None else frames_of(alpha, size).max(0) > 128


def distance(a, b, solid):
    """Mean levels between two frames where the figure is."""
    apart = np.abs(a - b)
    return float(apart.mean() if solid is None else apart[solid].mean())


def join(idle, clip, solid):
    enter = [round(distance(frame, clip[0], solid), 2) for frame in idle]
    leave = [round(distance(frame, clip[-1], solid), 2) for frame in idle]
    return {"enter": enter, "leave": leave}


def spread_of(idle, solid):
    """How far frames of the idle loop usually are from their middle one."""
    middle = np.median(idle, axis=0)
    return float(np.median([distance(frame, middle, solid) for frame in idle]))


def hold_of(clip, solid, usual, spread):
    """The longest still stretch whose end joins its beginning: [from, to], or None."""
    count, least = len(clip), round(HOLD_SECONDS * film.FPS)
    table = np.array([[distance(a, b, solid) for b in clip] for a in clip])
    best = None
    for first in range(5, count - 5 - least):
        for last in range(first + least, count - 5):
            still = table[first, first : last + 1].max() <= STILL * spread
            joins = table[last + 1, first] <= SEAMLESS * usual
            if still and joins and (best is None or last - first > best[1] - best[0]):
                best = [first, last]
    return best


def in_words(told, hold, usual, frames):
    at = int(np.argmin(told["enter"]))
    steps = told["enter"][at] / usual
    jump = f"{frames / film.FPS:.1f} s, from frame {at} with {steps:.1f} usual steps"
    return jump + (f", held from frame {hold[0]} to {hold[1]}" if hold else "")


if __name__ == "__main__":
    main(Step("actions"))
