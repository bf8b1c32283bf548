"""Films of any make: what ffprobe says of them, and their frames at any size, 25 a second.

Sizes are (width, height) in pixels as the film is shown: turned as its container says.
"""

import json
import subprocess
import tempfile

import numpy as np

FPS = 25
NEARLY = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "8"]  # what no eye tells apart
EXACT = "flags=area+accurate_rnd+full_chroma_int+full_chroma_inp"


def probe(path):
    """ffprobe's account: {"streams": [...], "format": {...}}, or None where it knows no format."""
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
    run = subprocess.run(command, capture_output=True, text=True)
    told = json.loads(run.stdout or "{}")
    return told if run.returncode == 0 and told.get("streams") else None


def picture_stream(told):
    """The first film or picture that is no cover of a sound file; None where there is none."""
    streams = [s for s in told["streams"] if s["codec_type"] == "video"]
    return next((s for s in streams if not s.get("disposition", {}).get("attached_pic")), None)


def sound_stream(told):
    return next((s for s in told["streams"] if s["codec_type"] == "audio"), None)


def rotation(stream):
    """Degrees that the container turns the picture by: 0, 90, 180 or 270."""
    sides = stream.get("side_data_list", [])
    turned = next((side["rotation"] for side in sides if "rotation" in side), 0)
    return round(float(turned)) % 360


def shown_size(stream):
    width, height = int(stream["width"]), int(stream["height"])
    return (height, width) if rotation(stream) in (90, 270) else (width, height)


def ratio(text):
    """A fraction such as 30000/1001; 0 where it is undefined."""
    above, _, below = str(text or "0").partition("/")
    return float(above) / float(below or 1) if float(below or 1) else 0.0


def greys(path, size, **window):
    """Yields grey frames, uint8 [height, width], of `size` (by area); `window`: see `_read`."""
    yield from _read(path, size, 1, **window)


def colours(path, size, **window):
    """Yields RGB frames, uint8 [height, width, 3]."""
    yield from _read(path, size, 3, **window)


def _read(path, size, channels, crop=None, start=0.0, seconds=None, complaints=None):
    """`crop` is x, y, w, h after scaling; `start`, `seconds` a part of the film. With a list for
    `complaints` the decoder's errors go there; without one they end the program."""
    chain = [f"fps={FPS}", f"scale={size[0]}:{size[1]}:{EXACT}"]
    if crop:
        x, y, width, height = crop
        chain.append(f"crop={width}:{height}:{x}:{y}")
        size = (width, height)
    command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1"]
    command += ["-ss", f"{start:.3f}"] if start else []
    command += ["-i", str(path), "-an", "-sn"]
    command += ["-t", f"{seconds:.3f}"] if seconds else []
    command += ["-vf", ",".join(chain), "-f", "rawvideo"]
    command += ["-pix_fmt", "rgb24" if channels == 3 else "gray", "-"]
    shape = (size[1], size[0], 3) if channels == 3 else (size[1], size[0])
    count = size[0] * size[1] * channels
    with tempfile.TemporaryFile() as told:
        errors = told if complaints is not None else None
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as ffmpeg:
            try:
                while len(raw := ffmpeg.stdout.read(count)) == count:
                    yield np.frombuffer(raw, np.uint8).reshape(shape)
            except GeneratorExit:  # the reader has seen enough
                ffmpeg.kill()
                raise
        if complaints is not None:
            told.seek(0)
            complaints += told.read().decode(errors="replace").splitlines()
        elif ffmpeg.returncode != 0:
            raise SystemExit(f"Cannot read {path}: ffmpeg ended with status {ffmpeg.returncode}")


class Writer:
    """A film (FFV1 or H.264, bt709 in limited range) of RGB or grey frames, 25 a second."""

    def __init__(self, path, size, channels=3, lossless=True):
        width, height = size
        raw = ["-f", "rawvideo", "-pix_fmt", "rgb24" if channels == 3 else "gray"]
        matrix = "scale=out_color_matrix=bt709:out_range=limited:flags=accurate_rnd+lanczos"
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *raw, "-s", f"{width}x{height}"]
        command += ["-r", str(FPS), "-i", "-", "-vf", matrix]
        command += ["-c:v", "ffv1", "-level", "3"] if lossless else NEARLY
        full = "yuv444p" if lossless else "yuv420p"
        command += ["-pix_fmt", full if channels == 3 else "gray", "-colorspace", "bt709"]
        command += [
            "-color_range",
            "tv",
            "-fflags",
            "+bitexact",
            "-flags:v",
            "+bitexact",
            str(path),
        ]
        self._path = path
        self._ffmpeg = subprocess.Popen(command, stdin=subprocess.PIPE)

    def __enter__(self):
        return self

    def add(self, pixels):
        self._ffmpeg.stdin.write(np.ascontiguousarray(pixels).tobytes())

    def __exit__(self, kind, error, trace):
        self._ffmpeg.stdin.close()
        status = self._ffmpeg.wait()
        if kind is None and status != 0:
            raise SystemExit(f"Cannot write {self._path}: ffmpeg ended with status {status}")
