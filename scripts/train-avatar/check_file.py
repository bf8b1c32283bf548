"""Checks of a take as a file: container, duration, rate, size, kind of picture."""

import re
import subprocess
from pathlib import Path

import film
from cut import UPRIGHT, upright_part

RATE_LEAST = 20.0
SIDE_LEAST = 360  # pixels of the short side: the smallest tier
SIDE_GOOD = 720
SIDE_MOST = 4320
SHAPE_OFF = 0.02  # of the ratio of sides that is still upright 9:16
IDET_FRAMES = 250
COMBED_LEAST = 0.25  # share of the frames that look combed
HDR_CURVES = {"smpte2084": "PQ", "arib-std-b67": "HLG"}


def check_file(findings, path, told, seconds_range):
    """Facts of a film that can be read, or None where nothing more can be checked."""
    name = Path(path).name
    good = told is not None
    if not findings.judge(
        "FILE_UNREADABLE",
        good,
        f"{name} is {'a film' if good else 'no film' if Path(path).exists() else 'not there'}",
        "a film such as MP4, MOV, MKV or WebM",
    ):
        return None
    stream = film.picture_stream(told)
    if not findings.judge(
        "PICTURE_NONE",
        stream is not None,
        "there is a picture" if stream else "there is sound only",
        "a film with a picture",
    ):
        return None
    facts = facts_of(told, stream)
    _duration(findings, facts["seconds"], seconds_range)
    _rate(findings, facts)
    _size(findings, *facts["size"])
    combed = _combed(path, stream)
    findings.judge(
        "INTERLACED",
        combed < COMBED_LEAST,
        f"{combed:.0%} of the frames are interlaced",
        f"less than {COMBED_LEAST:.0%}",
        combed,
    )
    curve = HDR_CURVES.get(stream.get("color_transfer"))
    findings.judge(
        "HDR",
        curve is None,
        f"picture is {'HDR, ' + curve if curve else 'not HDR'}",
        "standard range",
    )
    return facts


def facts_of(told, stream):
    """What the container says."""
    sound = film.sound_stream(told)
    average, base = film.ratio(stream.get("avg_frame_rate")), film.ratio(stream.get("r_frame_rate"))
    fps = average or base
    length = stream.get("duration") or told["format"].get("duration") or 0
    return {
        "seconds": round(float(length), 3),
        "fps": round(fps, 3),
        "fpsVariable": bool(base and abs(base - fps) > 0.02 * fps),
        "size": list(film.shown_size(stream)),
        "rotation": film.rotation(stream),
        "codec": stream.get("codec_name", "unknown"),
        "audioHz": int(sound["sample_rate"]) if sound else None,
    }


def _duration(findings, seconds, seconds_range):
    least, most = seconds_range
    is_now = f"take is {seconds:.1f} s long"
    findings.judge(
        "DURATION_SHORT", seconds >= least, is_now, f"at least {least:g} s", seconds, "s"
    )
    findings.judge("DURATION_LONG", seconds <= most, is_now, f"at most {most:g} s", seconds, "s")


def _rate(findings, facts):
    fps = facts["fps"]
    findings.judge(
        "RATE_LOW",
        fps >= RATE_LEAST,
        f"film has {fps:g} frames a second",
        f"at least {RATE_LEAST:g}",
        fps,
        "1/s",
    )
    if facts["fpsVariable"]:
        findings.add(
            "RATE_VARIABLE",
            "warned",
            f"rate varies around {fps:g} frames a second",
            f"a constant rate; it is resampled to {film.FPS}",
            fps,
            "1/s",
        )
    else:
        findings.add("RATE_VARIABLE", "passed", "rate is constant", "a constant rate", fps, "1/s")


def _size(findings, width, height):
    side = upright_part(width, height)[0]
    outcome = "failed" if side < SIDE_LEAST else "warned" if side < SIDE_GOOD else "passed"
    due = f"at least {SIDE_LEAST} px for the smallest tier, {SIDE_GOOD} px for 720p"
    findings.add("SIZE_SMALL", outcome, f"the upright part is {side} px wide", due, side, "px")
    findings.judge(
        "SIZE_LARGE",
        max(width, height) <= SIDE_MOST,
        f"long side is {max(width, height)} px",
        f"at most {SIDE_MOST} px",
        max(width, height),
        "px",
    )
    shape = width / height
    upright = abs(shape / UPRIGHT - 1) <= SHAPE_OFF
    findings.add(
        "SHAPE",
        "passed" if upright else "warned",
        f"picture is {width}x{height}",
        "9:16 upright; another shape is cropped to it around the face",
        shape,
    )


def _combed(path, stream):
    """Share of frames that were woven of two fields, by flag or by ffmpeg's idet."""
    if stream.get("field_order") in ("tt", "bb", "tb", "bt"):
        return 1.0
    command = [
        "ffmpeg",
        "-nostdin",
        "-hide_banner",
        "-i",
        str(path),
        "-frames:v",
        str(IDET_FRAMES),
        "-vf",
        "idet",
        "-an",
        "-f",
        "null",
        "-",
    ]
    text = subprocess.run(command, capture_output=True, text=True).stderr
    found = re.search(
        r"Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+)", text
    )
    if not found:
        return 0.0
    top, bottom, progressive = map(int, found.groups())
    return (top + bottom) / max(1, top + bottom + progressive)
