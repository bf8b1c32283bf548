"""Reading the footage: film frames, pictures, and their sizes at every tier."""

import json
import subprocess
from pathlib import Path

import cv2
import numpy as np


def read_json(path):
    return json.loads(Path(path).read_text())


def frames(path, size, channels, take=None):
    """Yields the frames of a film as uint8 arrays, RGB or grey, full range.

    The films are bt709 in limited range. `take` is a set of frame numbers; the others are decoded
    (H.264 needs them) and thrown away.
    """
    width, height = size
    scale = "scale=in_color_matrix=bt709:in_range=limited:out_range=full"
    exact = "flags=accurate_rnd+full_chroma_int+full_chroma_inp+lanczos"
    command = ["ffmpeg", "-v", "error", "-threads", "2", "-i", str(path), "-vf", f"{scale}:{exact}"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24" if channels == 3 else "gray", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as ffmpeg:
        number = 0
        while raw := ffmpeg.stdout.read(width * height * channels):
            if take is None or number in take:
                picture = np.frombuffer(raw, np.uint8).reshape(height, width, channels)
                yield number, picture
            number += 1
    if ffmpeg.returncode != 0:
        raise SystemExit(f"Cannot read {path}: ffmpeg ended with status {ffmpeg.returncode}")


def picture(path):
    """A PNG as RGB."""
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise SystemExit(f"Cannot read {path}: it is missing or no picture")
    return np.ascontiguousarray(pixels[..., ::-1])


def shrink(pixels, size):
    """Area filtering: every pixel of the master counts once. Never enlarges."""
    if (pixels.shape[1], pixels.shape[0]) == tuple(size):
        return pixels
    return cv2.resize(pixels, tuple(size), interpolation=cv2.INTER_AREA)
