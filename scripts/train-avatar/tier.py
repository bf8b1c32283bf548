#!/usr/bin/python3
"""Streams one tier to the packer: a line of JSON, then pixels in the order that it names.

    scripts/train-avatar/tier.py WORK TIER > STREAM

Standard output takes the mask, then for each clip and frame its mesh, its matte and its picture
(`scripts/avatar/pack.ts` reads them).
"""

import json
import sys

import cv2
import numpy as np

import footage
import matte
import track
from meshes import Meshes
from step import Step

SIDES = {"360p": (360, 640), "540p": (540, 960), "720p": (720, 1280), "1080p": (1080, 1920)}


class Clip:
    """A clip of the package: the idle loop, or an action."""

    def __init__(self, step, name, told, rect):
        self.name, self.told = name, told
        self.key = "idle" if name == "idle" else f"action:{name}"
        self.size = tuple(step.result("check")["size"])
        self.meshes = Meshes(track.open_track(step.work, self.key), rect, min(self.size))

    def header(self, scale):
        joins = {key: self.told[key] for key in ("enter", "leave", "hold") if key in self.told}
        return {"name": self.name, "frames": self.told["frames"],
                "mesh": self.meshes.header(scale), **joins}


def main(step, name):
    size = SIDES[name]
    patch, loop = step.result("patch"), step.result("loop")
    scale = size[0] / step.result("check")["size"][0]
    backdrop = step.result("matte")["backdrop"] or [0, 0, 0]
    actions = step.result("actions")["actions"]
    clips = [Clip(step, "idle", loop, patch["rect"])]
    clips += [Clip(step, action, told, patch["rect"]) for action, told in actions.items()]
    width, height = (round(side * scale) for side in patch["rect"][2:])
    header = {
        "width": size[0], "height": size[1], "backdrop": backdrop,
        "clips": [clip.header(scale) for clip in clips],
        "mouth": {"width": width, "height": height, "shapes": []},
    }
    send = sys.stdout.buffer.write
    send(json.dumps(header).encode() + b"\n")
    mask = cv2.imread(str(step.work / "patch/mask.png"), cv2.IMREAD_GRAYSCALE)
    send(footage.shrink(mask, (width, height)).tobytes())
    done, total = 0, sum(clip.told["frames"] for clip in clips)
    for clip in clips:
        for frame, (alpha, rgb) in enumerate(pictures(step, clip)):
            step.progress(done, total, f"packing {name}: {clip.name}")
            send(clip.meshes.bytes(frame, scale))
            send(cut_out(footage.shrink(alpha, size), footage.shrink(rgb, size), backdrop))
            done += 1


def pictures(step, clip):
    """Opacity and colours of each frame, at the master's size."""
    films = footage.frames(clip.told["video"], clip.size, 3)
    mattes = matte.open_matte(step.work, clip.key)
    for alpha, (_, rgb) in zip(mattes, films, strict=True):
        yield alpha, rgb


def cut_out(alpha, rgb, backdrop):
    """The bytes of a matte, and of a picture that shows the flat backdrop where nobody is."""
    picture = rgb.copy()
    picture[alpha == 0] = backdrop
    return alpha.tobytes() + picture.tobytes()


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Step("tier", sys.argv[1]), sys.argv[2])
