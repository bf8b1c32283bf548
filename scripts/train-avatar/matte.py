#!/usr/bin/python3
"""What is the figure and what the backdrop: one matte for each frame of loop and actions.

    scripts/train-avatar/matte.py WORK

A given matte is kept. Without one the figure is keyed out of a backdrop that is flat, or changes
smoothly from corner to corner, or is shown without the figure in a picture (`plate`). Any other
backdrop stays: then the avatar is opaque, which the report says.
"""

from pathlib import Path

import cv2
import numpy as np

import draw
import film
from step import Step, read_json

SAMPLES = 6  # frames in which the backdrop is looked at
BORDER = 0.04  # of the short side: the strip in which the backdrop is expected
SIDES_DOWN = 0.4  # of the height: below it arms may touch the sides
SPREAD_MAX = 5.0  # levels (1.48 x median deviation) within which a backdrop is even
FAR = 28.0  # levels from the backdrop at which a pixel is surely the figure
HOLE_MAX = 0.001  # of the picture: a smaller hole in the figure is a colour like the backdrop's
HOLE_OFF = (2.0, 1.5)  # spreads and levels by which a larger hole differs if it is cloth, not a gap
FIGURE = (0.05, 0.9)  # share of the picture that a figure covers
CODEC = (6, 249)  # levels of a given matte that mean clear and solid


class Backdrop:
    """The backdrop's colour at every pixel, [h, w, 3], from a polynomial or a plate."""

    def __init__(self, terms, spread=1.0, plate=None):
        self.terms, self.spread, self.plate = np.array(terms, float), spread, plate

    def over(self, shape):
        height, width = shape[:2]
        if self.plate is not None:
            return _plate(self.plate, (width, height))
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        return (_terms(x / width, y / height) @ self.terms).astype(np.float32)


def main():
    cv2.setNumThreads(1)
    step = Step("matte")
    loop, size = step.result("loop"), tuple(step.result("check")["size"])
    frames = _sampled(loop["video"], size, loop["frames"])
    kind, backdrop, why = decide(step, loop, frames)
    colour = step.build.get("backdrop") or _median_border(frames[0])
    step.finish(
        {
            "kind": kind,
            "backdrop": [int(v) for v in colour],
            "why": why,
            "terms": backdrop and backdrop.terms.tolist(),
            "spread": backdrop and backdrop.spread,
            "report": report(step, kind, why, frames[0], _one(loop, kind, backdrop, frames[0])),
        }
    )


def decide(step, loop, frames):
    """(kind, Backdrop or None, reason): "given", "keyed" or "opaque"."""
    if loop.get("alpha"):
        return "given", None, "a matte was given"
    plate = step.build.get("plate")
    backdrop = Backdrop([[0] * 3] * 6, 3.0, plate) if plate else find_backdrop(frames)
    if backdrop is None:
        return "opaque", None, "the backdrop is neither flat nor smooth, and no plate was given"
    share = float(np.mean([(key(rgb, backdrop) > 127).mean() for rgb in frames]))
    if not FIGURE[0] < share < FIGURE[1]:
        return "opaque", None, f"the key would keep {share:.0%} of the picture as the figure"
    return "keyed", backdrop, "the backdrop is even" if not plate else "a plate was given"


def open_matte(work, name):
    """Yields uint8 [height, width] for each frame of "idle" or "action:NAME"; 255 is the figure."""
    work = Path(work)
    told, build = read_json(work / "matte/result.json"), read_json(work / "build.json")
    check = read_json(work / "check/result.json")
    size = tuple(check["size"])
    video, alpha = _films(work, check, name)
    if alpha:
        yield from (clean(grey) for grey in film.greys(alpha, size))
        return
    backdrop = None
    if told["terms"]:
        backdrop = Backdrop(told["terms"], told["spread"], build.get("plate"))
    for rgb in film.colours(video, size):
        yield key(rgb, backdrop) if backdrop else np.full(rgb.shape[:2], 255, np.uint8)


def clean(matte):
    """Takes the codec's noise off the two ends of a given matte."""
    low, high = CODEC
    level = (matte.astype(np.float32) - low) * 255 / (high - low)
    return np.clip(level, 0, 255).round().astype(np.uint8)


def find_backdrop(frames):
    """A smooth colour that fits the border of RGB frames, or None where the border is uneven."""
    height, width = frames[0].shape[:2]
    strip = max(2, round(BORDER * min(width, height)))
    border = np.zeros((height, width), bool)
    border[:strip] = True
    border[: round(SIDES_DOWN * height), :strip] = True
    border[: round(SIDES_DOWN * height), -strip:] = True
    y, x = np.nonzero(border)
    keep = slice(None, None, max(1, len(x) // 4000))
    x, y = x[keep], y[keep]
    terms = _terms(x / width, y / height)
    colours = np.median([rgb[y, x] for rgb in frames], 0).astype(float)
    fitted, spread = _robust(terms, colours)
    if spread > SPREAD_MAX:
        return None
    flat = np.zeros_like(fitted)
    flat[0] = np.median(colours, 0)
    level = np.abs(colours - flat[0]).max(1)
    # A polynomial continues a strip to the middle of the picture; a flat colour does so better.
    even = 1.48 * np.median(level) < SPREAD_MAX / 2
    return Backdrop(flat if even else fitted, round(max(0.5, spread), 2))


def key(rgb, backdrop):
    """uint8 [h, w]: 255 is the figure, 0 the backdrop.

    An outline pixel is C = aF + (1 - a)B; F is taken from the nearest pixel well inside.
    """
    far = rgb.astype(np.float32) - backdrop.over(rgb.shape)
    off = np.abs(far).max(2)
    solid = cv2.medianBlur((off > FAR).astype(np.uint8), 5)
    solid = _figure(solid, off, HOLE_OFF[0] * backdrop.spread + HOLE_OFF[1])
    inside = cv2.erode(solid, _disc(3))
    if not inside.any():
        return solid * np.uint8(255)
    distance, labels = cv2.distanceTransformWithLabels(
        1 - inside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.zeros((labels.max() + 1, 3), np.float32)
    nearest[labels[inside == 1]] = far[inside == 1]
    own = nearest[labels]
    share = (far * own).sum(2) / np.maximum((own * own).sum(2), 1)
    share = np.where(distance > 8, 0, share)
    share = np.where(inside == 1, 1, share)
    return np.clip((share - 0.04) / 0.92 * 255, 0, 255).round().astype(np.uint8)


def report(step, kind, why, rgb, matte):
    shown = rgb.astype(np.float32) * (matte[..., None] / 255.0)
    shown += (1 - matte[..., None] / 255.0) * np.float32([70, 160, 90])
    draw.save(step.folder / "matte.jpg", shown.round().astype(np.uint8)[..., ::-1])
    solid = float((matte > 127).mean())
    return [
        {
            "title": "Matte",
            "text": f"The figure is {_words[kind]}: {why}.",
            "rows": [["kind", kind], ["figure", f"{solid:.1%} of the picture"]],
            "pictures": [{"file": "matte/matte.jpg", "caption": "pose 0 over green"}],
        }
    ]


_words = {"given": "cut out by its own matte", "keyed": "keyed out", "opaque": "not cut out"}


def _films(work, check, name):
    if name == "idle":
        loop = read_json(work / "loop/result.json")
        return loop["video"], loop["alpha"]
    action = next(a for a in check["actions"] if f"action:{a['name']}" == name)
    return action["video"], action.get("alpha")


def _one(loop, kind, backdrop, rgb):
    height, width = rgb.shape[:2]
    if kind == "given":
        return clean(next(film.greys(loop["alpha"], (width, height))))
    return key(rgb, backdrop) if backdrop else np.full((height, width), 255, np.uint8)


def _sampled(video, size, count):
    every = max(1, count // SAMPLES)
    return [rgb for at, rgb in enumerate(film.colours(video, size)) if at % every == 0][:SAMPLES]


def _median_border(rgb):
    return np.median(rgb[: max(2, round(BORDER * rgb.shape[0]))].reshape(-1, 3), 0).round()


def _terms(u, v):
    return np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], -1)


def _robust(terms, colours):
    """Least squares that leaves out what stands far off: ([6, 3], spread in levels)."""
    keep = np.abs(colours - np.median(colours, 0)).max(1) < 60
    for _ in range(4):
        fitted, *_ = np.linalg.lstsq(terms[keep], colours[keep], rcond=None)
        off = np.abs(terms @ fitted - colours).max(1)
        spread = 1.48 * float(np.median(off))
        keep = off < max(3 * spread, 3)
    return fitted, spread


def _figure(solid, off, off_least):
    """The largest connected part; holes are filled that are small or not quite the backdrop."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    if count < 2:
        return solid
    part = (labels == 1 + stats[1:, cv2.CC_STAT_AREA].argmax()).astype(np.uint8)
    count, holes, sizes, _ = cv2.connectedComponentsWithStats(1 - part, connectivity=4)
    for hole in range(1, count):
        small = sizes[hole, cv2.CC_STAT_AREA] < HOLE_MAX * part.size
        if small or np.median(off[holes == hole]) > off_least:
            part[holes == hole] = 1
    return part


def _plate(path, size):
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise SystemExit(f"Cannot read plate {path}: it is missing or no picture")
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)[..., ::-1].astype(np.float32)


def _disc(radius):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


if __name__ == "__main__":
    main()
