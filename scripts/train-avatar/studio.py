#!/usr/bin/python3
"""Step `studio`: trains the small networks of the studio lip-sync, one session for every tier.

    scripts/train-avatar/studio.py WORK

Two networks. `voice` makes a mouth's code of a window of mouth shapes; `decoder` paints the patch
of a code, by one trunk and a head for each tier. Writes WORK/studio/shared.parts, a TIER.parts for
every tier, and result.json.
"""

import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

from codes import CODES, Codes  # noqa: E402
from decoder import Decoder, Head, Trunk  # noqa: E402
from export import to_onnx  # noqa: E402
from features import AHEAD, PAST, VALUES, quiet_frames  # noqa: E402
from gap import Gap  # noqa: E402
from lessons import Lessons  # noqa: E402
from opening import Opening  # noqa: E402
from parts import Parts  # noqa: E402
from patch import Patches  # noqa: E402
from step import Step  # noqa: E402
from teach import teach_decoder  # noqa: E402
from voice import HEARING_STEPS, Pressed, folds, learn_voice  # noqa: E402

STEPS = 5000  # unless the order says other "steps", for trials
RATE = 2e-3
SHUT = 2.0  # pixels of a master 1080 pixels wide: lips that are less apart are shut
TOUCH = 1.5  # the same, by the outline of the mouth's inside
PLOTTED = 100  # steps between two points of the report's curves


def main(step):
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    started = time.monotonic()
    patches = Patches(step.work)
    codes = Codes(patches, step.progress)
    known = slice(0, patches.held_out)
    features, wanted = patches.features[known], codes.of[known]
    shut = codes.openings[known] < SHUT
    steps = step.build.get("steps", STEPS)
    step.progress(0, steps, "learning to hear")
    voice = learn_voice(features, wanted, shut, min(HEARING_STEPS, steps))
    guessed = folds(features, wanted, shut, min(HEARING_STEPS, steps))
    lessons = Lessons(patches, codes.of, guessed, step.build["tiers"], step.progress)
    trunk, heads, losses = learn_decoder(step, patches, lessons, steps)
    seconds = time.monotonic() - started
    states = {tier: head.state_dict() for tier, head in heads.items()}
    torch.save((voice.state_dict(), trunk.state_dict(), states), step.folder / "networks.pt")
    outline = lessons.outline(patches.backdrop) if patches.is_cut_out else None
    decoders = {tier: Decoder(trunk, head, outline) for tier, head in heads.items()}
    sizes = write(step, pressed(voice, patches, wanted), decoders)
    step.finish({
        "seconds": round(seconds, 1), "steps": steps, "bytes": sizes,
        "mflop": {tier: round(decoder.mflop(), 1) for tier, decoder in decoders.items()},
        "report": [report(steps, seconds, sizes, losses)],
    })


def pressed(voice, patches, codes):
    """The voice, with the code of lips that touch while they speak, where the take has any."""
    gap, speaks = Gap(patches), ~quiet_frames(patches.features)
    touch = [
        frame for frame in range(len(codes))
        if speaks[frame] and gap.height(patches.rgb(frame)) < TOUCH
    ]
    return Pressed(voice, codes[touch].mean(0)) if touch else voice


def learn_decoder(step, patches, lessons, steps):
    rows, columns = (side // patches.grid for side in (patches.rect[3], patches.rect[2]))
    trunk = Trunk(CODES, rows, columns)
    heads = {tier: Head(side, lessons.mean(tier)) for tier, side in lessons.sides.items()}
    losses = {tier: [] for tier in heads}

    def tell(tier, loss):
        losses[tier].append(loss)
        done = sum(len(known) for known in losses.values())
        step.progress(done, steps, "learning to paint mouths")

    teach_decoder(trunk, heads, lessons, (steps, RATE, Opening(patches)), tell)
    return trunk, heads, losses


def write(step, voice, decoders):
    """Bytes of each file."""
    shared = Parts()
    shared.tensor("window", "i16", [PAST, AHEAD])
    shared.tensor("codes", "i16", [CODES])
    window = torch.zeros(1, (PAST + 1 + AHEAD) * VALUES)
    shared.blobs("voice", [to_onnx(voice, window, "window", "code")])
    sizes = {"shared": shared.write(step.folder / "shared.parts")}
    for tier, decoder in decoders.items():
        parts = Parts()
        parts.tensor("mflop", "f32", [decoder.mflop()])
        parts.blobs("decoder", [to_onnx(decoder, torch.zeros(1, CODES), "code", "patch")])
        sizes[tier] = parts.write(step.folder / f"{tier}.parts")
    return sizes


def report(steps, seconds, sizes, losses):
    rows = [["steps", str(steps)], ["time", f"{seconds / 60:.1f} min"]]
    rows += [[f"bytes, {name}", f"{size / 1e6:.2f} MB"] for name, size in sizes.items()]
    series = {tier: means(values) for tier, values in losses.items()}
    return {
        "title": "Studio lip-sync",
        "text": "Networks that paint the mouth of each frame, trained on the take.",
        "rows": rows,
        "plots": [{"caption": "Error of the painted mouths", "x": "training", "series": series}],
    }


def means(values):
    parts = np.array_split(values, max(1, len(values) // PLOTTED))
    return [float(np.mean(part)) for part in parts]


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Step("studio"))
