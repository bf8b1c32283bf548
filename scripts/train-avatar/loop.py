#!/usr/bin/python3
"""The idle loop: a given clip where it joins, else the best stretch of it or of the take's silence.

    scripts/train-avatar/loop.py WORK

A loop plays frames first ... last and begins again; its joint is as good as the step from `last` to
`first` is like the other steps. Where it is not, the end is led into the frames before `first` by a
cross-fade along the motion between both.
"""

import cv2
import numpy as np

import draw
import faces
import film
import sound
from place import LIDS
from step import Step

SECONDS = (4.0, 12.0)
SMALL_SIDE = 90  # short side of the frames that are compared, in pixels
STRETCH_SECONDS = 30.0  # of a silent part that is searched
SEAMLESS = 1.6  # times the usual step between frames: nobody sees a joint below
FADE_FRAMES = 25  # at most; fewer where the clip has not so many to spare
EDGE_SECONDS = 0.3  # of silence next to speech, in which lips still move
NO_BLINK = 0.4  # in usual steps: how much worse a joint may be for the sake of a blink
USUAL_SECONDS = 8.0


def main():
    cv2.setNumThreads(1)
    step = Step("loop")
    check = step.result("check")
    size = tuple(check["size"])
    video, alpha = source(step)
    parts = [(0, 10**9)] if video != check["take"] else silent_parts(step, check["frames"])
    chosen = choose(step, Candidates(video, size, parts, given=video != check["take"]))
    if not chosen.whole:
        chosen.video = write(step, video, size, chosen, 3)
        chosen.alpha = alpha and write(step, alpha, size, chosen, 1)
    else:
        chosen.video, chosen.alpha = video, alpha
    finish(step, chosen, size, video == check["take"])


def source(step):
    """The film that the loop is cut from, and its matte where one is given."""
    check = step.result("check")
    return (check["idle"], check.get("idleAlpha")) if check.get("idle") else (check["take"], None)


def silent_parts(step, frames):
    """Stretches (start, end) of the take in which nobody speaks, long enough for a loop."""
    level = sound.levels(sound.read(step.work / "check/audio.wav"))[:frames]
    edge = round(EDGE_SECONDS * film.FPS)
    parts = [(int(a) + edge, int(b) - edge) for a, b in sound.runs(~sound.speaking(level))]
    longest = max([(b - a) / film.FPS for a, b in parts], default=0.0)
    long = [part for part in parts if part[1] - part[0] > SECONDS[0] * film.FPS]
    if not long:
        step.refuse(
            "SILENCE_SHORT",
            f"the longest silent part is {longest:.1f} s",
            f"at least {SECONDS[0]:.0f} s, for the idle loop",
            "Sit still and look into the camera for ten seconds before you speak, or give "
            "an idle clip",
        )
    return [(a, min(b, a + round(STRETCH_SECONDS * film.FPS))) for a, b in long]


class Candidates:
    """Small frames of the stretches, [frames, pixels], and where eyes blink in them."""

    def __init__(self, video, size, parts, given):
        self.given = given
        scale = SMALL_SIDE / min(size)
        small = tuple(max(2, round(side * scale / 2) * 2) for side in size)
        self.parts = []
        for start, end in parts:
            seconds = (end - start) / film.FPS if end < 10**9 else SECONDS[1] * 5
            frames = list(film.greys(video, small, start=start / film.FPS, seconds=seconds))
            pixels = np.stack(frames).astype(np.float32)
            self.parts.append((start, pixels.reshape(len(pixels), -1), blinks(frames, video, size)))


def blinks(frames, video, size):
    """Frames in which the eyes are shut, found as short changes of the lids: bool [frames]."""
    first = next(film.greys(video, size))
    face = faces.find_face(first)
    if face is None:
        return np.zeros(len(frames), bool)
    scale = frames[0].shape[1] / size[0]
    change = np.zeros(len(frames))
    stack = np.stack(frames).astype(np.float32)
    for x, y in face.eyes:
        wide, high = (max(2, round(share * face.span * scale)) for share in LIDS)
        left, top = round(x * scale) - wide, round(y * scale) - high
        lids = stack[:, max(0, top) : top + 2 * high, max(0, left) : left + 2 * wide]
        change += np.abs(lids - np.median(lids, 0)).mean((1, 2))
    usual = np.array([np.median(change[max(0, at - 25) : at + 26]) for at in range(len(change))])
    over = change - usual
    spread = 1.48 * np.median(np.abs(over)) + 0.3
    shut = over > 5 * spread
    return np.array(sound.grown(shut, 1)) if shut.any() else shut


class Loop:
    """Frames `first` ... `first + frames - 1` of a film; `fade` of the last are led back."""

    def __init__(self, first, frames, jump, shut):
        self.first, self.frames, self.jump = first, frames, jump
        self.blinks = len(sound.runs(shut[:frames]))
        self.fade, self.whole = 0, False
        self.steps = []


def choose(step, candidates):
    """The given clip as it is where it joins; else the stretch with the least jump."""
    if candidates.given:
        start, pixels, shut = candidates.parts[0]
        seconds = len(pixels) / film.FPS
        if seconds < SECONDS[0]:
            step.refuse(
                "IDLE_SHORT",
                f"idle clip is {seconds:.1f} s long",
                f"{SECONDS[0]:.0f} to {SECONDS[1]:.0f} s",
                "Record a longer idle clip",
            )
        jump = _jump(pixels)
        if jump <= SEAMLESS and seconds <= SECONDS[1]:
            loop = Loop(start, len(pixels), jump, shut)
            loop.whole, loop.steps = True, _steps(pixels)
            return loop
    found = [best_loop(*part) for part in candidates.parts]
    return min((pair for pair in found if pair), key=lambda pair: pair[0])[1]


def best_loop(start, pixels, shut):
    """(cost, Loop): the pair of frames of which the later one is most like the earlier one."""
    count = len(pixels)
    shortest, longest = (round(seconds * film.FPS) for seconds in SECONDS)
    squares = (pixels * pixels).sum(1)
    apart = squares[:, None] + squares[None, :] - 2 * pixels @ pixels.T
    apart = np.sqrt(np.maximum(apart, 0) / pixels.shape[1])
    usual = np.median(np.diag(apart, 1)) + 1e-3
    first, last = np.meshgrid(np.arange(count), np.arange(count), indexing="ij")
    length = last - first
    near = apart.copy()  # frames around the joint are to match too: the head keeps its speed
    near[1:-1, 1:-1] = (apart[1:-1, 1:-1] + apart[:-2, :-2] + apart[2:, 2:]) / 3
    seen = np.concatenate([[0], np.cumsum(np.diff(shut.astype(int)) == 1), [0]])[:count]
    cost = near / usual + NO_BLINK * (seen[None, :] <= seen[:, None])
    cost += 0.3 * np.abs(length / film.FPS - USUAL_SECONDS) / USUAL_SECONDS
    cost += 3.0 * (shut[:, None] | shut[None, :])
    room = min(FADE_FRAMES, max(0, count - shortest - 2))
    cost[(length < shortest) | (length > longest) | (first < room)] = np.inf
    at = np.unravel_index(np.argmin(cost), cost.shape)
    if not np.isfinite(cost[at]):
        return None
    a, b = int(at[0]), int(at[1])
    loop = Loop(start + a, b - a, float(apart[b - 1, a] / usual), shut[a:b])
    loop.fade = room if near[at] / usual > SEAMLESS / 2 or loop.jump > SEAMLESS else 0
    loop.steps = _steps(pixels[a:b])
    return float(cost[at]), loop


def write(step, video, size, loop, channels):
    """The loop as a film of its own; the faded frames are made here."""
    path = step.folder / ("idle.mkv" if channels == 3 else "idle_alpha.mkv")
    begin = loop.first - loop.fade
    read = film.colours if channels == 3 else film.greys
    seconds = (loop.frames + loop.fade) / film.FPS
    small = []
    scale = SMALL_SIDE / min(size)
    small_size = tuple(max(2, round(side * scale / 2) * 2) for side in size)
    with film.Writer(path, size, channels) as out:
        before = []
        for number, frame in enumerate(read(video, size, start=begin / film.FPS, seconds=seconds)):
            if number < loop.fade:
                before.append(frame)
                continue
            into = number - loop.frames  # which frame before the first it fades towards
            if into >= 0:
                frame = morph(frame, before[into], (into + 1) / (loop.fade + 1))
            out.add(frame)
            small.append(cv2.resize(frame, small_size, interpolation=cv2.INTER_AREA))
            step.progress(number, loop.frames + loop.fade, "writing the loop")
    if channels == 3:
        grey = [cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).ravel() for rgb in small]
        pixels = np.stack(grey).astype(np.float32)
        loop.jump, loop.steps = _jump(pixels), _steps(pixels)
    return str(path)


def morph(first, then, share):
    """A picture between two: each is bent towards the other along the flow, then they are mixed."""
    grey = [p if p.ndim == 2 else cv2.cvtColor(p, cv2.COLOR_RGB2GRAY) for p in (first, then)]
    half = [cv2.resize(g, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for g in grey]
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(*half, None)
    flow = 2 * cv2.resize(flow, first.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    x, y = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in first.shape[1::-1]))
    bent = [
        cv2.remap(
            pixels,
            x + way * flow[..., 0],
            y + way * flow[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for pixels, way in ((first, -share), (then, 1 - share))
    ]
    return cv2.addWeighted(bent[0], 1 - share, bent[1], share, 0)


def finish(step, loop, size, from_take):
    first = next(film.colours(loop.video, size))
    draw.save(step.folder / "first.jpg", first[..., ::-1])
    where = "the silent part of the take" if from_take else "the idle clip"
    rows = [
        ["cut from", where],
        ["begins at", f"{loop.first / film.FPS:.2f} s"],
        ["length", f"{loop.frames / film.FPS:.2f} s, {loop.frames} frames"],
        ["joint", f"{loop.jump:.2f} times the usual step (1: like any other)"],
        ["cross-faded", f"{loop.fade} frames"],
        ["blinks", str(loop.blinks)],
    ]
    if loop.jump > 2 * SEAMLESS:
        step.trouble(
            "LOOP_JUMPS",
            f"loop jumps {loop.jump:.1f} times the usual step",
            f"at most {SEAMLESS}",
            "End the idle clip in the posture in which it began",
            "warning",
        )
    curve = {"step": draw.thin(loop.steps)}
    step.finish(
        {
            "video": str(loop.video),
            "alpha": loop.alpha,
            "first": loop.first,
            "frames": loop.frames,
            "source": "take" if from_take else "idle",
            "fade": loop.fade,
            "jump": round(loop.jump, 3),
            "blinks": loop.blinks,
            "backdrop": step.build.get("backdrop"),
            "report": [
                {
                    "title": "Idle loop",
                    "text": "What is played while nothing is said.",
                    "rows": rows,
                    "pictures": [{"file": "loop/first.jpg", "caption": "pose 0"}],
                    "plots": [
                        {
                            "caption": "change from frame to frame, the last one is the joint",
                            "x": "frame",
                            "series": curve,
                        }
                    ],
                }
            ],
        }
    )


def _steps(pixels):
    """How much each frame differs from the next (root mean square, levels); last: the joint."""
    return np.sqrt(((np.roll(pixels, -1, 0) - pixels) ** 2).mean(1))


def _jump(pixels):
    steps = _steps(pixels)
    return float(steps[-1] / (np.median(steps[:-1]) + 1e-3))


if __name__ == "__main__":
    main()
