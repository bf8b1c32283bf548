#!/usr/bin/python3
"""Step `instant`: the bank of recorded mouths of the instant lip-sync, and what asks for them.

    scripts/train-avatar/instant.py WORK

No network is trained. A few hundred frames of the take stand for all its mouths; a kernel
regression, solved in closed form, says which mouth belongs to what is heard around a frame. Writes
WORK/instant/shared.parts, a TIER.parts for every tier, and result.json.
"""

import os
import struct
import subprocess
import time
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # sums in one order, one result

import cv2  # noqa: E402
import numpy as np  # noqa: E402

import footage  # noqa: E402
from codes import Codes, clusters  # noqa: E402
from ear import Ear  # noqa: E402
from features import AHEAD, PAST, quiet_frames  # noqa: E402
from gap import Gap  # noqa: E402
from tiers import EMPHASIS, crisp, side_of  # noqa: E402
from parts import Parts  # noqa: E402
from patch import Patches  # noqa: E402
from step import Step  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
UNITS = 300
HALF = 0.5  # openings in pixels of 540p: what they cost where lips should meet (units.ts)
QUALITY = {"360p": 90, "540p": 90, "720p": 90, "1080p": 78}


def main(step):
    started = time.monotonic()
    patches = Patches(step.work)
    found = Codes(patches, step.progress)
    codes = found.of
    ear = Ear(patches.features, codes, patches.held_out)
    frames = units_of(codes[: patches.held_out], quiet_frames(patches.features))
    shared = Parts()
    shared.tensor("window", "i16", [PAST, AHEAD])
    ear.give(shared)
    shared.tensor("units", "f32", codes[frames])
    gap = Gap(patches)
    apart = [gap.height(patches.rgb(frame)) * HALF for frame in frames]
    shared.tensor("openings", "f32", apart)
    sizes = {"shared": shared.write(step.folder / "shared.parts")}
    cut = [patches.with_opacity(frame) for frame in frames]
    for tier in step.build["tiers"]:
        step.progress(0, 1, f"packing the mouths of {tier}")
        sizes[tier] = pack(cut, patches, tier).write(step.folder / f"{tier}.parts")
    sheet(step.folder, cut)
    seconds = time.monotonic() - started
    step.finish({
        "units": len(frames), "seconds": round(seconds, 1), "bytes": sizes,
        "report": [report(len(frames), seconds, sizes, ear.fit)],
    })


def units_of(codes, quiet):
    """Frames that stand for all: clusters, of which the silent mouth has no more than a share."""
    keep = np.nonzero(~quiet[: len(codes)])[0]
    rest = np.nonzero(quiet[: len(codes)])[0][::25]
    chosen = np.sort(np.concatenate([keep, rest]))
    return chosen[clusters(codes[chosen], UNITS)]


def pack(cut, patches, tier):
    """JPEGs over the backdrop and, where there is one, the opacity of each."""
    side = side_of(tier)
    size = (patches.rect[2] // patches.grid * side, patches.rect[3] // patches.grid * side)
    small = [crisp(footage.shrink(rgba, size), EMPHASIS) for rgba in cut]
    files = encode(small, size, QUALITY[tier])
    parts = Parts()
    parts.blobs("patches", files[::2])
    parts.blobs("opacities", files[1::2] if patches.is_cut_out else [])
    return parts


def encode(pictures, size, quality):
    """Two JPEGs a picture, by the packer's own encoder: OpenCV's has no 4:4:4."""
    words = [len(pictures), *size, quality]
    command = ["node", str(ROOT / "scripts/avatar/units.ts"), *(str(word) for word in words)]
    path = f"{ROOT / 'node_modules/.bin'}:{os.environ['PATH']}"
    raw = b"".join(np.ascontiguousarray(picture).tobytes() for picture in pictures)
    done = subprocess.run(
        command, input=raw, stdout=subprocess.PIPE, check=True, env={**os.environ, "PATH": path}
    )
    files, at = [], 0
    while at < len(done.stdout):
        (length,) = struct.unpack_from("<I", done.stdout, at)
        files.append(done.stdout[at + 4 : at + 4 + length])
        at += 4 + length
    return files


def sheet(folder, cut):
    """Some of the mouths, for the report."""
    rows, columns = cut[0].shape[:2]
    size = (150, round(150 * rows / columns))
    some = cut[:: max(1, len(cut) // 40)]
    shown = [footage.shrink(rgba[..., 2::-1].copy(), size) for rgba in some]
    lines = [np.hstack(shown[at : at + 8]) for at in range(0, len(shown) - 7, 8)]
    cv2.imwrite(str(folder / "mouths.jpg"), np.vstack(lines), [cv2.IMWRITE_JPEG_QUALITY, 80])


def report(units, seconds, sizes, fit):
    rows = [
        ["mouths", str(units)],
        ["share of the mouths' differences that the sound explains", f"{fit:.0%}"],
        ["time", f"{seconds:.0f} s"],
    ] + [[f"bytes, {name}", f"{size / 1e6:.2f} MB"] for name, size in sizes.items()]
    text = "Recorded mouths that stand for all others; the avatar speaks with these."
    pictures = [{"file": "instant/mouths.jpg", "caption": "Some of the mouths"}]
    return {"title": "Instant lip-sync", "text": text, "rows": rows, "pictures": pictures}


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Step("instant"))
