#!/usr/bin/python3
"""One picture made to speak: an idle loop, and a take in which it says what a voice says.

    scripts/train-avatar/photo.py WORK

Everything after this step takes both films for recordings. The mouth of the take is the one that
the kiosk itself makes of the voice's sound (features.f32), so that the bank of mouths is asked for
what it was made of. The maps of the face are known here, and saved for the step `track`.
"""

import cv2
import numpy as np

import draw
import faces
import film
import lips
from patch import hear
from place import UNIT, place_of
from step import Step
from warp import Mouth, Still

IDLE_FRAMES = 150
BLINKS = (41, 113)  # first frames
LIDS = (0.35, 0.85, 1.0, 0.8, 0.45, 0.15)
SWAY = (0.010, 0.012, 0.35)  # across and down in spans, and degrees about the neck
NECK = 1.9  # spans below the eyes
HEAD = (1.9, 2.3)  # radii in spans of what moves whole; it comes to rest at twice that
DEGREE_TERMS = 15  # of the maps of track.py: a + b <= 4
RIGHT, DOWN = 5, 1  # of them, those of x and of y

# Opening in spans, rounding, teeth, tongue; in the order of `runtime/mouth/viseme.ts`.
MOUTHS = (
    (0.0, 0.0, 0.0, 0.0),
    (0.0, 0.05, 0.0, 0.0),
    (0.045, -0.05, 1.0, 0.0),
    (0.09, 0.0, 0.8, 0.9),
    (0.09, -0.05, 0.9, 0.4),
    (0.13, 0.0, 0.6, 0.3),
    (0.11, 0.35, 0.9, 0.0),
    (0.07, -0.2, 1.0, 0.0),
    (0.10, -0.05, 0.7, 0.6),
    (0.11, 0.3, 0.4, 0.3),
    (0.30, -0.05, 0.8, 0.5),
    (0.20, -0.2, 0.9, 0.4),
    (0.14, -0.25, 1.0, 0.3),
    (0.22, 0.35, 0.3, 0.4),
    (0.12, 0.6, 0.1, 0.0),
)


def main():
    cv2.setNumThreads(1)
    step = Step("photo")
    check = step.result("check")
    rgb = film_picture(check["photo"])
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    face = faces.find_face(grey, check.get("box"))
    given = check["landmarks"]
    if given:
        eyes = tuple(given["left_eye"]), tuple(given["right_eye"])
        face = faces.Face(face.box if face else (0, 0, *check["size"]), eyes, True)
    found = lips.given_lips(given) if given else lips.find_lips(grey, face)
    still = Still(rgb, face.eyes, found)
    maps = write_idle(step, still, check, BLINKS if face.eyes_found else ())
    take = write_take(step, still, check)
    place = place_of(face)
    np.savez(step.folder / "maps.npz", idle=coefficients(maps, place), take=take)
    step.finish(
        {
            "idle": check["idle"],
            "idleAlpha": check["idleAlpha"],
            "take": check["take"],
            "eyes": face.eyes,
            "eyesFound": face.eyes_found,
            "ellipse": place.ellipse,
            "window": place.speech(),
            "report": report(step, still, face),
        }
    )


def film_picture(path):
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1])


def write_idle(step, still, check, blinks):
    """Breath, sway and blinks: (dx, dy, angle, neck) of the head for each frame; the first is 0."""
    size = tuple(check["size"])
    way = sway(still.span)
    weight = rest_weight(still, size)
    with film.Writer(check["idle"], size) as out:
        for frame, (dx, dy, angle) in enumerate(way):
            rgb = still.rgb
            for first in blinks:
                if 0 <= frame - first < len(LIDS):
                    rgb = still.blink(rgb, LIDS[frame - first])
            out.add(moved(rgb, neck(still), (dx, dy, angle), weight))
            step.progress(frame + 1, IDLE_FRAMES, "making the idle loop")
    if check["idleAlpha"]:
        alpha = cv2.imread(check["photoAlpha"], cv2.IMREAD_GRAYSCALE)
        with film.Writer(check["idleAlpha"], size, 1) as out:
            for motion in way:
                out.add(moved(alpha, neck(still), motion, weight))
    return [(*motion, neck(still)) for motion in way]


def sway(span):
    turn = 2 * np.pi * np.arange(IDLE_FRAMES) / IDLE_FRAMES
    across, down, degrees = SWAY
    dx = across * span * np.sin(turn)
    dy = down * span * (np.cos(2 * turn) - 1) / 2  # two breaths
    return list(zip(dx, dy, np.radians(degrees) * np.sin(turn)))


def neck(still):
    (x0, y0), (x1, y1) = still.eyes
    down = np.array([y0 - y1, x1 - x0]) / still.span
    return (
        (x0 + x1) / 2 + down[0] * NECK * still.span,
        (y0 + y1) / 2 + down[1] * NECK * still.span,
    )


def rest_weight(still, size):
    """1 where the head moves whole, 0 where the picture rests: float32 [h, w]."""
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    middle = (np.array(still.eyes[0]) + still.eyes[1]) / 2
    far = np.hypot(
        (x - middle[0]) / (HEAD[0] * still.span),
        (y - middle[1] - 0.5 * still.span) / (HEAD[1] * still.span),
    )
    share = np.clip(2 - far, 0, 1)
    return (share * share * (3 - 2 * share)).astype(np.float32)


def moved(pixels, centre, motion, weight):
    """A picture whose head went by (dx, dy) and turned by an angle about its neck."""
    dx, dy, angle = motion
    if not (dx or dy or angle):
        return pixels
    x, y = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in pixels.shape[1::-1]))
    off_x, off_y = x - dx - centre[0], y - dy - centre[1]
    cos, sin = np.cos(angle), np.sin(angle)
    from_x = centre[0] + cos * off_x + sin * off_y
    from_y = centre[1] - sin * off_x + cos * off_y
    at_x = (x + weight * (from_x - x)).astype(np.float32)
    at_y = (y + weight * (from_y - y)).astype(np.float32)
    return cv2.remap(pixels, at_x, at_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def coefficients(maps, place):
    """The head's motion as maps of track.py: [frames, 2, terms], in pixels."""
    unit = UNIT * place.span
    told = np.zeros((len(maps), 2, DEGREE_TERMS))
    for frame, (dx, dy, angle, (neck_x, neck_y)) in enumerate(maps):
        cos, sin = np.cos(angle), np.sin(angle)
        x, y = place.ellipse[0] - neck_x, place.ellipse[1] - neck_y
        told[frame, 0, 0] = (cos - 1) * x - sin * y + dx
        told[frame, 1, 0] = sin * x + (cos - 1) * y + dy
        told[frame, 0, [RIGHT, DOWN]] = (cos - 1) * unit, -sin * unit
        told[frame, 1, [RIGHT, DOWN]] = sin * unit, (cos - 1) * unit
    return told


def write_take(step, still, check):
    """Films what the voice says; the maps of its frames: the head rests."""
    features = hear(step.work / "check/audio.wav", step.folder / "features.f32")
    shapes = mouths(features)[: check["frames"]]
    with film.Writer(check["take"], tuple(check["size"]), lossless=False) as out:
        for number, values in enumerate(shapes):
            out.add(still.speak(Mouth(*(float(value) for value in values))))
            step.progress(number + 1, len(shapes), "filming the mouth")
    return np.zeros((len(shapes), 2, DEGREE_TERMS))


def mouths(features):
    """What the kiosk hears, [frames, 15 weights and an opening], as values of `Mouth`."""
    weights, opening = features[:, :15], features[:, 15]
    told = weights @ np.array(MOUTHS)
    told[:, 0] *= np.clip(0.45 + 0.8 * opening, 0, 1.1) * (opening > 0)
    ends = np.concatenate([told[:1], told, told[-1:]])
    return (ends[:-2] + 2 * ends[1:-1] + ends[2:]) / 4


def report(step, still, face):
    (x, y), reach = still.lips, 1.3 * still.span
    rows = slice(max(0, int(y - 1.6 * reach)), int(y + reach))
    columns = slice(max(0, int(x - reach)), int(x + reach))
    shown = [still.rgb, still.blink(still.rgb, 1.0)]
    shown += [still.speak(Mouth(*MOUTHS[at])) for at in (10, 13, 14, 12)]
    draw.save(step.folder / "mouths.jpg", np.hstack([p[rows, columns] for p in shown])[..., ::-1])
    return [
        {
            "title": "Photo",
            "text": "A photo shows one mouth; the others are bent from it, and the "
            "inside of the mouth is drawn. It does not look as real as a take.",
            "rows": [
                ["eyes", "found" if face.eyes_found else "not found: it does not blink"],
                ["half the mouth's width", f"{still.half:.2f} spans of the eyes"],
            ],
            "pictures": [{"file": "photo/mouths.jpg", "caption": "rest, blink, aa, oh, ou, ih"}],
        }
    ]


if __name__ == "__main__":
    main()
