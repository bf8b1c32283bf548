#!/usr/bin/python3
"""The first step of a build: the pre-flight, and the material in the one shape that all steps read.

    scripts/train-avatar/check.py WORK

That shape: 25 frames a second, the size of a tier (the part around the face, shrunk to the largest
that fits; never enlarged), 8 bit 4:2:0, bt709, square pixels; sound as 16 kHz mono. A film that has
it already is taken as it is.
"""

import argparse
import subprocess
from pathlib import Path

import cv2
import numpy as np

import film
import preflight
import sound
import spoken
from cut import Cut
from step import Step

QUALITY = [*film.NEARLY, "-pix_fmt", "yuv420p"]
PAPER = (226, 229, 234)  # behind a photo with a matte of its own
BT709 = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
CLIP_ADVICE = "Record idle clip and actions with the take's own settings"


def main():
    cv2.setNumThreads(1)
    step = Step("check")
    build = step.build
    options = argparse.Namespace(
        take=Path(build.get("photo") or build["take"]),
        audio=_path(build.get("audio")),
        idle=_path(build.get("idle")),
        photo=bool(build.get("photo")),
        box=build.get("box"),
        type=(build.get("types") or [None])[0],
        pictures=step.folder,
        seconds=tuple(build.get("seconds") or preflight.SECONDS),
    )
    document = preflight.examine(options, step.progress)
    tell(step, document)
    make = prepare_photo if options.photo else prepare
    shape = make(step, document["facts"], options)
    step.finish(
        {**shape, "checks": document["checks"], "preflight": document, "report": report(document)}
    )


def tell(step, document):
    """Every check that did not pass, as trouble; ends the step if one of them refuses."""
    for check in document["checks"]:
        if check["outcome"] in ("warned", "failed"):
            severity = "warning" if check["outcome"] == "warned" else "refused"
            step.trouble(check["code"], check["is"], check["due"], check["advice"], severity)
    if document["verdict"] == "refused":
        raise SystemExit(2)


def prepare(step, facts, options):
    """Writes what is not in shape; says where everything is."""
    cut = Cut(tuple(facts["size"]), facts["face"]["box"])
    shape = lambda path, name: path and shaped(step, path, name, cut)  # noqa: E731
    take = shape(options.take, "take")
    samples = options.audio or options.take
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(samples), "-vn", "-ac", "1"]
    command += ["-ar", str(sound.RATE), "-c:a", "pcm_s16le", "-fflags", "+bitexact"]
    subprocess.run([*command, str(step.folder / "audio.wav")], check=True)
    clips = {name: shape(step.build.get(name), name) for name in ("idle", "idleAlpha")}
    actions = [
        {
            "name": action["name"],
            "video": shape(action["video"], f"action-{action['name']}"),
            "alpha": shape(action.get("alpha"), f"action-{action['name']}-alpha"),
        }
        for action in step.build.get("actions") or []
    ]
    return {
        "take": take,
        **clips,
        "actions": actions,
        "size": list(cut.size),
        "crop": list(cut.rect),
        "box": options.box and cut.box(options.box),
        "fps": film.FPS,
        "frames": count_frames(take),
        "audio": str(step.folder / "audio.wav"),
    }


def prepare_photo(step, facts, options):
    """Cuts the photo, lets a voice speak, and says where the step `photo` will put its films."""
    cut = Cut(tuple(facts["size"]), facts["face"]["box"])
    pixels = cut.picture(cv2.imread(str(options.take), cv2.IMREAD_COLOR))
    whole = cv2.imread(str(options.take), cv2.IMREAD_UNCHANGED)
    shown, alpha = step.folder / "photo.png", None
    if whole.ndim == 3 and whole.shape[2] == 4 and whole[..., 3].min() < 255:
        alpha = step.folder / "photo_alpha.png"
        matte = cut.picture(whole[..., 3])
        cv2.imwrite(str(alpha), matte)
        share = matte[..., None] / 255.0
        paper = np.array(step.build.get("backdrop") or PAPER)[::-1]
        pixels = (pixels * share + (1 - share) * paper).round().astype(np.uint8)
    cv2.imwrite(str(shown), pixels)
    audio = step.folder / "audio.wav"
    spoken.speak(audio, sound.RATE)
    films = {name: str(step.work / "photo" / f"{name}.mkv") for name in ("take", "idle")}
    idle_alpha = str(step.work / "photo/idle_alpha.mkv") if alpha else None
    return {
        **films,
        "idleAlpha": idle_alpha,
        "actions": [],
        "photo": str(shown),
        "photoAlpha": alpha and str(alpha),
        "landmarks": {
            name: cut.point(at) for name, at in (step.build.get("landmarks") or {}).items()
        },
        "size": list(cut.size),
        "crop": list(cut.rect),
        "box": options.box and cut.box(options.box),
        "fps": film.FPS,
        "audio": str(audio),
        "frames": len(sound.read(audio)) * film.FPS // sound.RATE,
    }


def shaped(step, path, name, cut):
    """The film's own path, or that of a copy in shape."""
    told = film.probe(path)
    stream = told and film.picture_stream(told)
    if not stream or film.shown_size(stream) != cut.source:
        seen = "no film" if not stream else "x".join(map(str, film.shown_size(stream)))
        step.refuse(
            "CLIP_SIZE",
            f"{name} is {seen}",
            f"{cut.source[0]}x{cut.source[1]}, as the take",
            CLIP_ADVICE,
        )
    if cut.size == cut.source and in_shape(stream):
        return str(path)
    x, y, width, height = cut.rect
    chain = f"fps={film.FPS},crop={width}:{height}:{x}:{y},setsar=1,scale={cut.size[0]}"
    chain += f":{cut.size[1]}:out_color_matrix=bt709:out_range=limited"
    chain += ":flags=area+accurate_rnd+full_chroma_int"
    copy = step.folder / f"{name}.mkv"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(path), "-an", "-vf", chain]
    step.progress(0, 1, f"bringing {name} into shape")
    subprocess.run([*command, *QUALITY, *BT709, str(copy)], check=True)
    return str(copy)


def in_shape(stream):
    average, base = film.ratio(stream.get("avg_frame_rate")), film.ratio(stream.get("r_frame_rate"))
    square = stream.get("sample_aspect_ratio", "1:1") in ("1:1", "0:1", "N/A")
    return (
        abs(average - film.FPS) < 0.01
        and abs(base - film.FPS) < 0.01
        and square
        and film.rotation(stream) == 0
        and stream.get("pix_fmt") in ("yuv420p", "gray")
        and stream.get("color_space") in ("bt709", None)
        and stream.get("color_range") in ("tv", None)
    )


def count_frames(path):
    command = [
        "ffprobe",
        "-v",
        "error",
        "-select_streams",
        "v:0",
        "-count_packets",
        "-of",
        "csv=p=0",
        "-show_entries",
        "stream=nb_read_packets",
        str(path),
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(told.strip().strip(","))


def report(document):
    rows = [
        [check["code"], f"{check['outcome']}: {check['is']}; due: {check['due']}"]
        for check in document["checks"]
        if check["outcome"] != "skipped"
    ]
    plots = [
        {"caption": name, "x": "time", "series": {name: values}}
        for name, values in document["series"].items()
    ]
    return [
        {
            "title": "Material",
            "text": "What was checked before anything was built.",
            "rows": rows,
            "pictures": document["pictures"],
            "plots": plots,
        }
    ]


def _path(text):
    return Path(text) if text else None


if __name__ == "__main__":
    main()
