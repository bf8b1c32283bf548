#!/usr/bin/python3
"""Builds the demo avatar's package from its footage: every tier from one master.

    scripts/train-avatar/build.py MATERIAL OUT [--tiers 360p 540p 720p 1080p]

MATERIAL is the folder of the footage (meta.json, idle/, visemes/, take/), OUT the package's folder.
Needs python3-opencv, python3-numpy and ffmpeg from Debian, and the checkout's Node.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # sums in one order, one result

import cv2  # noqa: E402
import numpy as np  # noqa: E402

import footage  # noqa: E402
from meshes import Meshes  # noqa: E402
from mouths import Mouths  # noqa: E402
from track import Tracker, landmark_errors  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
TIERS = {"360p": (360, 640), "540p": (540, 960), "720p": (720, 1280), "1080p": (1080, 1920)}
# Where the greeter's lower face is in the master at pose 0, in pixels.
ELLIPSE = (553, 690, 205, 145)  # centre and radii: nostrils to chin
WINDOW = (300, 564, 504, 342)  # x, y, width, height: all that speech moves
LANDMARKS = ("mouth_left", "mouth_right", "upper_lip_mid", "lower_lip_mid", "chin_tip")
SOURCES = ("idle/idle.mp4", "idle/idle_alpha.mp4", "take/take.mp4", "visemes/visemes.json")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("material", type=Path, help="folder of the footage")
    parser.add_argument("out", type=Path, help="folder of the package")
    parser.add_argument("--tiers", nargs="+", choices=TIERS, default=list(TIERS))
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    build(arguments.material, arguments.out, arguments.tiers)


def build(material, out, names):
    meta = footage.read_json(material / "meta.json")
    master = tuple(meta["size"])
    refuse_larger(names, master)
    say("reading the idle loop")
    idle = np.stack([rgb for _, rgb in footage.frames(material / meta["idle"]["video"], master, 3)])
    alpha = footage.frames(material / meta["idle"]["alpha"], master, 1)
    mattes = np.stack([clean(grey[..., 0]) for _, grey in alpha])
    say("following the lower face")
    tracker = Tracker(idle, ELLIPSE)
    report_tracker(tracker, material)
    say("choosing mouths from the take")
    mouths = Mouths(material, meta["background_rgb"], tracker, WINDOW)
    meshes = Meshes(tracker, mouths, len(idle))
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        say(f"packing {name}")
        pack(out, name, master, meta, (idle, mattes, mouths, meshes))
    write_manifest(out, material, meta)


def refuse_larger(names, master):
    for name in names:
        width, height = TIERS[name]
        if width > master[0] or height > master[1]:
            due = f"it needs {width}x{height}, the master has {master[0]}x{master[1]}"
            raise SystemExit(f"Cannot build {name}: {due}")


def clean(matte):
    """Takes the codec's noise off the two ends of the matte."""
    level = matte.astype(np.float32)
    return np.clip((level - 6) * 255 / (249 - 6), 0, 255).round().astype(np.uint8)


def report_tracker(tracker, material):
    truth = footage.read_json(material / "landmarks.json")["frames"]
    for name, errors in landmark_errors(tracker, truth, LANDMARKS).items():
        p50, p95 = np.percentile(errors, [50, 95])
        at_720 = f"{p50 * 2 / 3:.2f} / {p95 * 2 / 3:.2f} at 720p"
        say(f"  {name}: error p50 / p95 {p50:.2f} / {p95:.2f} px at 1080p, {at_720}")


def pack(out, name, master, meta, parts):
    """Streams one tier to the packer: a line of JSON, then pixels in the order it names."""
    idle, mattes, mouths, meshes = parts
    size, scale = TIERS[name], TIERS[name][0] / master[0]
    backdrop = meta["background_rgb"]
    columns, rows, step = meshes.grid(scale)
    width, height = (round(side * scale) for side in mouths.rect[2:])
    shapes = [(shape, level) for shape, levels in mouths.shapes.items() for level in levels]
    header = {
        "tier": name, "width": size[0], "height": size[1], "backdrop": backdrop,
        "frames": len(idle), "mesh": {"columns": columns, "rows": rows, "step": step},
        "mouth": {
            "width": width, "height": height,
            "shapes": [
                {"name": shape, "amount": round(amount, 3), "opening": mouths.openings[shape, amount]}
                for shape, (amount, _) in shapes
            ],
        },
    }
    command = ["node", str(ROOT / "scripts/avatar/pack.ts"), str(out / f"{name}.tier")]
    path = f"{ROOT / 'node_modules/.bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as packer:
        send = packer.stdin.write
        send(json.dumps(header).encode() + b"\n")
        send(level(mouths.cut(mouths.mask * 255), (width, height)).tobytes())
        for shape, (amount, rgb) in shapes:
            send(level(mouths.cut(mouths.opacities[shape, amount]), (width, height)).tobytes())
            send(level(mouths.cut(rgb), (width, height)).tobytes())
        for pose, rgb in enumerate(idle):
            matte = footage.shrink(mattes[pose], size)
            picture = footage.shrink(rgb, size).copy()
            picture[matte == 0] = backdrop
            send(meshes.bytes(pose, scale))
            send(matte.tobytes())
            send(picture.tobytes())
    if packer.returncode != 0:
        raise SystemExit(f"Cannot pack {name}: the packer ended with status {packer.returncode}")


def level(pixels, size):
    return np.clip(footage.shrink(pixels, size), 0, 255).round().astype(np.uint8)


def write_manifest(out, material, meta):
    tiers = {}
    for name, (width, height) in TIERS.items():
        path = out / f"{name}.tier"
        if not path.exists():
            continue
        tiers[name] = {
            "file": path.name, "bytes": path.stat().st_size, "sha256": digest(path),
            "width": width, "height": height,
        }
    sources = {name: digest(material / name) for name in SOURCES}
    tools = {"opencv": cv2.__version__, "numpy": np.__version__}
    manifest = {
        "format": "frontdesk-avatar", "version": 0, "id": "anna", "name": "Anna",
        "licence": "CC0-1.0", "fps": meta["fps"], "backdrop": meta["background_rgb"], "tiers": tiers,
        "provenance": {
            "footage": meta["name"], "renderer": meta["renderer"], "licence": meta["licence"],
            "sources": sources, "tools": tools,
        },
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


STARTED = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - STARTED:6.1f} s] {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
