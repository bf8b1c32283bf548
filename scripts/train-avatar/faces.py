"""Faces and eyes by OpenCV's cascades (Viola and Jones 2001; files of Debian's opencv-data).

A `box` is x, y, width, height in pixels, from above the brows to below the lips and about as wide
as the face: what `haarcascade_frontalface_alt2` was taught. `Face.span` is the distance of the
eyes' centres, the measure that everything else of the face is told in.
"""

from dataclasses import dataclass

import cv2
import numpy as np

CASCADES = "/usr/share/opencv4/haarcascades"
SEARCH_SIDE = 360  # short side of the picture in which faces are looked for, in pixels
EYES_WIDTH = 220  # of the face in which eyes are looked for
SPAN_SHARE = 0.352  # distance of the eyes, of the box's width, where they were not found
EYES_DOWN = 0.40  # their height in the box


@dataclass(frozen=True)
class Face:
    box: tuple
    eyes: tuple  # (x, y) of the viewer's left one, then of the right one
    eyes_found: bool

    @property
    def span(self):
        (x0, y0), (x1, y1) = self.eyes
        return float(np.hypot(x1 - x0, y1 - y0))

    @property
    def between(self):
        """The point between the eyes."""
        (x0, y0), (x1, y1) = self.eyes
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def roll(self):
        """Degrees, clockwise as seen."""
        (x0, y0), (x1, y1) = self.eyes
        return float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))


_loaded = {}


def cascade(name):
    if name not in _loaded:
        _loaded[name] = cv2.CascadeClassifier(f"{CASCADES}/haarcascade_{name}.xml")
        if _loaded[name].empty():
            raise SystemExit(
                f"Cannot look for faces: {CASCADES} has no {name}, the package opencv-data has it"
            )
    return _loaded[name]


def find_boxes(grey, name="frontalface_alt2", neighbours=4, share=0.1):
    """Boxes of faces, the largest first; `share` is the least width, of the short side."""
    scale = SEARCH_SIDE / min(grey.shape)
    small = _resize(grey, scale)
    least = max(24, round(SEARCH_SIDE * share))
    found = cascade(name).detectMultiScale(small, 1.1, neighbours, minSize=(least, least))
    boxes = [tuple(float(v) / scale for v in box) for box in found]
    return sorted(boxes, key=lambda box: -box[2])


def find_face(grey, box=None):
    """The largest face of a grey picture, or the one in the given box; None where there is none."""
    if box is None:
        boxes = find_boxes(grey)
        if not boxes:
            return None
        box = boxes[0]
    eyes = find_eyes(grey, box)
    return Face(tuple(box), eyes or _usual_eyes(box), eyes is not None)


def find_eyes(grey, box):
    """Centres of both eyes, or None: the pair that lies most like eyes do."""
    x, y, width, height = box
    scale = EYES_WIDTH / width
    top, bottom = y + 0.15 * height, y + 0.62 * height
    part = _resize(_cut(grey, (x, top, width, bottom - top)), scale)
    spots = []
    for name in ("eye", "eye_tree_eyeglasses"):
        found = cascade(name).detectMultiScale(part, 1.05, 3, minSize=(24, 24), maxSize=(90, 90))
        spots += [((a + w / 2) / scale + x, (b + h / 2) / scale + top) for a, b, w, h in found]
    left = [spot for spot in spots if spot[0] < x + width / 2]
    right = [spot for spot in spots if spot[0] >= x + width / 2]
    pairs = [(_unlike(a, b, box), a, b) for a in left for b in right]
    cost, a, b = min(pairs, default=(1.0, None, None))
    if cost >= 1:
        return None
    near = [_mean_near(spot, side, 0.04 * width) for spot, side in ((a, left), (b, right))]
    return near[0], near[1]


def median_face(faces):
    """One face for many looks at it: every coordinate's median."""
    box = tuple(np.median([face.box for face in faces], 0))
    seen = [face.eyes for face in faces if face.eyes_found]
    if not seen:
        return Face(box, _usual_eyes(box), False)
    eyes = np.median(seen, 0)
    return Face(box, (tuple(eyes[0]), tuple(eyes[1])), True)


def _unlike(left, right, box):
    """How far a pair lies from where eyes are: 0 is exactly there, 1 is no pair."""
    x, y, width, height = box
    across, down = (right[0] - left[0]) / width, (right[1] - left[1]) / width
    middle = ((left[0] + right[0]) / 2 - x) / width - 0.5
    depth = ((left[1] + right[1]) / 2 - y) / height - EYES_DOWN
    return float(
        np.sqrt(
            ((across - SPAN_SHARE) / 0.13) ** 2
            + (down / 0.16) ** 2
            + (middle / 0.15) ** 2
            + (depth / 0.12) ** 2
        )
        / 2
    )


def _mean_near(spot, spots, reach):
    near = [other for other in spots if np.hypot(other[0] - spot[0], other[1] - spot[1]) < reach]
    return tuple(float(v) for v in np.mean(near, 0))


def _usual_eyes(box):
    x, y, width, height = box
    half, level = SPAN_SHARE * width / 2, y + EYES_DOWN * height
    return (x + width / 2 - half, level), (x + width / 2 + half, level)


def _cut(grey, box):
    x, y, width, height = (round(v) for v in box)
    rows, columns = grey.shape
    return grey[max(0, y) : min(rows, y + height), max(0, x) : min(columns, x + width)]


def _resize(grey, scale):
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    size = [max(1, round(side * scale)) for side in grey.shape[1::-1]]
    return cv2.resize(grey, size, interpolation=way)
