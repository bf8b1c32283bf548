#!/usr/bin/python3
"""Step `patch`: the lower face of every frame of the take, laid back into pose 0 of the loop.

    scripts/train-avatar/patch.py WORK

Writes below WORK/patch: window.npy (frames, rows, columns, RGB), mask.png (how much a patch counts
against the frame), features.f32 (the mouth as the kiosk shapes it from the take's sound, 16 values
a frame), and result.json, which holds the patch's rectangle in the master.
"""

import os
import subprocess
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # sums in one order, one result

import cv2  # noqa: E402
import numpy as np  # noqa: E402

import footage  # noqa: E402
import mask  # noqa: E402
import matte  # noqa: E402
import track  # noqa: E402
from features import quiet_frames, read_features  # noqa: E402
from step import Step, read_json  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
GRID_SHARE = 180  # cells across the master that are whole pixels at every tier: 6, 4, 3, 2
MASTER_GRID = 6  # pixels of a cell in a master 1080 pixels wide
MARGIN = 1.2  # the window against the ellipse of the lower face
NEAR = 1.12  # and that in which speech may move something
SAMPLES = 300  # frames that tell where speech moves the face
STRIDE = 8  # pixels between places whose way is computed; a head's map is smooth
PERCENTILE = 90  # rare glitches do not count as moving
MOVED = 5  # levels


def main(step):
    check, loop = step.result("check"), step.result("loop")
    features = hear(step.work / "check/audio.wav", step.folder / "features.f32")
    tracker = track.open_track(step.work, "take")
    size = tuple(check["size"])
    grid = grid_of(size)
    window = window_of(tracker.ellipse, size, grid)
    film = footage.frames(check["take"], size, 3)
    frames = align(film, check["frames"], tracker, window, step)
    closed = cut(next(iter(footage.frames(loop["video"], size, 3)))[1], window)
    held_out = len(frames) - round(step.build["heldOutSeconds"] * check["fps"])
    moves = where_moved(frames[:held_out], quiet_frames(features)[:held_out], closed)
    moves &= near(tracker.ellipse, window)
    solid = opacity_of(closed, backdrop_of(step.work, window))
    blend = mask.blend_mask(moves, solid, grid / MASTER_GRID)
    rect = around(blend, window, grid)
    kept = mask.within_border(cut_rect(blend, rect, window), grid / MASTER_GRID)
    seen = (kept * 255).round().astype(np.uint8)
    cv2.imwrite(str(step.folder / "mask.png"), seen)
    step.finish({
        "rect": rect, "window": window, "grid": grid, "heldOut": held_out,
        "report": [report(step.folder, closed, blend, rect)],
    })


def hear(wav, out):
    command = ["node", str(ROOT / "scripts/avatar/features.ts"), str(wav), str(out)]
    path = f"{ROOT / 'node_modules/.bin'}:{os.environ['PATH']}"
    subprocess.run(command, check=True, env={**os.environ, "PATH": path})
    return read_features(out)


def grid_of(size):
    """Pixels of the master in a cell, which has a whole number of pixels at every tier."""
    return max(1, min(size) // GRID_SHARE)


def window_of(ellipse, size, grid):
    """x, y, width, height around the ellipse, on the grid of the tiers, within the picture."""
    x, y, across, down = ellipse
    low = [max(0, at - MARGIN * reach) // grid * grid for at, reach in ((x, across), (y, down))]
    high = [
        min(most, at + MARGIN * reach) // grid * grid
        for at, reach, most in ((x, across, size[0]), (y, down, size[1]))
    ]
    return [int(value) for value in (*low, high[0] - low[0], high[1] - low[1])]


def align(film, count, tracker, window, step):
    """Every frame's window as pose 0 shows it."""
    x, y, width, height = window
    frames = np.lib.format.open_memmap(
        step.folder / "window.npy", "w+", np.uint8, (count, height, width, 3)
    )
    coarse = np.meshgrid(x + np.arange(0, width + STRIDE, STRIDE),
                         y + np.arange(0, height + STRIDE, STRIDE))
    between = np.meshgrid(np.arange(width, dtype=np.float32) / STRIDE,
                          np.arange(height, dtype=np.float32) / STRIDE)
    for number, rgb in film:
        moved = np.dstack(tracker.shift(number, *coarse)) + np.dstack(coarse)
        at = cv2.remap(moved.astype(np.float32), *between, cv2.INTER_LINEAR)
        frames[number] = cv2.remap(rgb, at, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        step.progress(number, count, "laying the take's mouths back into one pose")
    return frames


def where_moved(frames, quiet, closed):
    """Where speaking frames differ from the closed mouth more than silent ones do: 0 or 1."""
    speaking = differences(frames[~quiet], closed)
    silent = differences(frames[quiet], closed) if quiet.any() else np.zeros_like(speaking)
    return (speaking > MOVED + 1.5 * cv2.dilate(silent, mask.disc(3))).astype(np.uint8)


def differences(frames, closed):
    some = frames[:: max(1, len(frames) // SAMPLES)]
    seen = [
        np.abs(cv2.blur(frame.astype(np.float32) - closed, (5, 5))).max(2).astype(np.uint8)
        for frame in some
    ]
    return np.percentile(np.stack(seen), PERCENTILE, axis=0).astype(np.float32)


def near(ellipse, window):
    x, y, across, down = ellipse
    columns = (window[0] + np.arange(window[2]) - x) / across
    rows = (window[1] + np.arange(window[3]) - y) / down
    return (np.hypot(columns[None, :], rows[:, None]) < NEAR).astype(np.uint8)


def backdrop_of(work, window):
    """What lies behind the figure in a window: a colour, one for each pixel, or None: unknown."""
    build, told = read_json(work / "build.json"), read_json(work / "matte/result.json")
    if build.get("backdrop"):
        return build["backdrop"]
    if told["kind"] != "keyed":
        return None
    width, height = read_json(work / "check/result.json")["size"]
    behind = matte.Backdrop(told["terms"], told["spread"], build.get("plate"))
    return cut(behind.over((height, width)), window)


def opacity_of(rgb, backdrop):
    if backdrop is None:
        return np.full(rgb.shape[:2], 255, np.uint8)
    return mask.opacity(rgb, backdrop)


def around(blend, window, grid):
    """The rectangle in the master that holds the mask, on the grid that every tier can divide."""
    rows, columns = np.nonzero(blend)
    left, top = ((window[axis] + at.min()) // grid * grid for axis, at in ((0, columns), (1, rows)))
    right, bottom = window[0] + columns.max() + 1, window[1] + rows.max() + 1
    width, height = -(-(right - left) // grid) * grid, -(-(bottom - top) // grid) * grid
    return [int(value) for value in (left, top, width, height)]


def cut(picture, window):
    x, y, width, height = window
    return picture[y : y + height, x : x + width].copy()


def cut_rect(pixels, rect, window):
    """The part of pictures of the window (..., rows, columns[, RGB]) that patches keep."""
    left, top = rect[0] - window[0], rect[1] - window[1]
    return pixels[top : top + rect[3], left : left + rect[2]]


class Patches:
    """What this step found, for the steps that learn from it."""

    def __init__(self, work):
        out = Path(work) / "patch"
        result = read_json(out / "result.json")
        self.rect = result["rect"]
        self.grid = result["grid"]
        self.unit = self.grid / MASTER_GRID
        self.held_out = result["heldOut"]
        left, top = (self.rect[axis] - result["window"][axis] for axis in (0, 1))
        self.backdrop = read_json(Path(work) / "matte/result.json")["backdrop"]
        self._behind = backdrop_of(Path(work), self.rect)
        self._cut = (slice(top, top + self.rect[3]), slice(left, left + self.rect[2]))
        self._windows = np.load(out / "window.npy", mmap_mode="r")
        self.mask = cv2.imread(str(out / "mask.png"), cv2.IMREAD_GRAYSCALE)
        self.features = read_features(out / "features.f32")[: len(self._windows)]

    def __len__(self):
        return len(self._windows)

    @property
    def is_cut_out(self):
        """Whether patches have an opacity."""
        return self._behind is not None

    def rgb(self, frame):
        """The patch of a frame; outside of the figure it shows the backdrop itself."""
        picture = self._windows[frame][self._cut]
        return np.ascontiguousarray(picture)

    def with_opacity(self, frame):
        """Colours and opacity: uint8, (rows, columns, 4)."""
        rgb = self.rgb(frame)
        alpha = opacity_of(rgb, self._behind)
        if self._behind is not None:
            rgb = np.where(alpha[..., None] == 0, np.uint8(self.backdrop), rgb)
        return np.dstack([rgb, alpha])


def report(out, closed, blend, rect):
    shown = closed.copy()
    shown[..., 1] = np.maximum(shown[..., 1], (blend * 255).astype(np.uint8))
    cv2.imwrite(str(out / "mask.jpg"), shown[..., ::-1])
    text = "Green is what speech moves: the part of the picture that the lip-sync redraws."
    size = f"{rect[2]} x {rect[3]} px of the master"
    pictures = [{"file": "patch/mask.jpg", "caption": "The patch over the closed mouth"}]
    return {"title": "Mouth patch", "text": text, "rows": [["size", size]], "pictures": pictures}


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Step("patch"))
