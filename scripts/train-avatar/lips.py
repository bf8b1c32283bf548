"""Where lips are in a still face, from its eyes; landmarks that are given override."""

from dataclasses import dataclass

import cv2
import numpy as np

from place import LIPS_DOWN

HALF = 0.45  # spans: half the width of a mouth, where its corners are not found
HALF_RANGE = (0.33, 0.56)
SEARCH = (0.82, 1.28)  # spans below the eyes in which the line between the lips is looked for
BOW_RANGE = (-0.5, 0.3)  # spans down per square span across: corners up in a smile, or down


@dataclass(frozen=True)
class Lips:
    """`middle` (x, y) of the line between the lips and half the mouth's width in pixels; `bow`: how
    the line bends, spans down per square span across."""

    middle: tuple
    half: float
    bow: float


def find_lips(grey, face):
    """The lips of a closed mouth in a grey picture."""
    span = face.span
    flat = _upright(grey, face)
    unit = flat.shape[1] / 2.0  # the cut-out is two spans wide, its top lies between the eyes
    soft = cv2.GaussianBlur(flat.astype(np.float32), (0, 0), 0.015 * unit)
    dark = cv2.GaussianBlur(soft, (0, 0), sigmaX=0.01 * unit, sigmaY=0.06 * unit) - soft
    low, high = (round(share * unit) for share in SEARCH)
    middle = dark[low:high, round(0.8 * unit) : round(1.2 * unit)].mean(1)
    place = np.arange(low, high) / unit
    score = middle - 6.0 * np.abs(place - LIPS_DOWN)  # levels: far from the usual place counts less
    line = int(low + score.argmax())
    half = _half(dark, line, unit)
    (x0, y0), (x1, y1) = face.eyes
    down = np.array([y0 - y1, x1 - x0]) / span
    reach = line / unit * span
    middle = (face.between[0] + down[0] * reach, face.between[1] + down[1] * reach)
    return Lips(middle, half * span, _bow(dark, line, half, unit))


def parted(rgb, lips, span):
    """Share of the mouth that is bright and hardly coloured, as teeth are: 0 for closed lips."""
    across, down = round(0.7 * lips.half), max(2, round(0.11 * span))
    x, y = (round(value) for value in lips.middle)
    part = rgb[max(0, y - down) : y + down, max(0, x - across) : x + across].astype(np.float32)
    light = rgb[max(0, y - round(span)) : y + down, max(0, x - across) : x + across].max(2)
    highest = part.max(2)
    pale = (highest - part.min(2)) / (highest + 1) < 0.22
    return float((pale & (highest > 0.75 * np.median(light))).mean())


def given_lips(landmarks):
    """Lips from given places: mouth_left, mouth_right, upper_lip, lower_lip, each [x, y]."""
    left, right = np.array(landmarks["mouth_left"]), np.array(landmarks["mouth_right"])
    line = (np.array(landmarks["upper_lip"]) + landmarks["lower_lip"]) / 2
    half = float(np.hypot(*(right - left)) / 2)
    eyes = np.array(landmarks["left_eye"]), np.array(landmarks["right_eye"])
    span = float(np.hypot(*(eyes[1] - eyes[0])))
    sag = float(((left + right) / 2 - line)[1]) / span
    return Lips(tuple(line), half, float(np.clip(sag / (half / span) ** 2, *BOW_RANGE)))


def _bow(dark, line, half, unit):
    """The bend of a parabola through the darkest places near the line."""
    reach = round(0.07 * unit)
    u = np.linspace(-0.85 * half, 0.85 * half, 41)
    columns = np.round((u + 1) * unit).astype(int)
    part = dark[line - reach : line + reach + 1][:, columns]
    v = (part.argmax(0) - reach) / unit
    weight = np.maximum(part.max(0), 0.1)
    bend, *_ = np.polyfit(u, v, 2, w=weight)
    return float(np.clip(bend, *BOW_RANGE))


def _half(dark, line, unit):
    """Half the width over which the line between the lips stays dark, in spans."""
    band = dark[max(0, line - round(0.06 * unit)) : line + round(0.06 * unit) + 1].max(0)
    centre = len(band) // 2
    strong = 0.3 * np.median(band[centre - round(0.15 * unit) : centre + round(0.15 * unit)])
    sides = []
    for side in (band[centre:], band[: centre + 1][::-1]):
        weak = np.flatnonzero(side[round(0.25 * unit) :] < strong)
        sides.append((weak[0] + round(0.25 * unit)) / unit if len(weak) else HALF)
    return float(np.clip(np.mean(sides), *HALF_RANGE))


def _upright(grey, face):
    """Two spans wide and high below the eyes' middle, the face upright; 200 px a span."""
    (x0, y0), (x1, y1) = face.eyes
    a, b = (x1 - x0) / face.span, (y1 - y0) / face.span
    u, v = np.meshgrid(np.linspace(-1, 1, 400), np.linspace(0, 2, 400))
    x = face.between[0] + face.span * (u * a - v * b)
    y = face.between[1] + face.span * (u * b + v * a)
    return cv2.remap(grey, x.astype(np.float32), y.astype(np.float32), cv2.INTER_AREA)
