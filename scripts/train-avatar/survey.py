"""One pass over a take: what every frame shows, at 360 pixels of short side.

Nothing of a frame is kept but numbers and two small cut-outs of the face, so that ten minutes fit
into memory. All series have one value for each frame, 25 a second.
"""

import cv2
import numpy as np

import faces
import film

SIDE = 360  # short side, in pixels
TINY = 90  # short side of the pictures in which motion is measured
LOOK_EVERY = 25  # frames between two searches for faces
MOUTH = (32, 24)  # pixels of the cut-out from nose to chin; colours of the whole lower face
REACH = 14  # pixels by which a face may have moved since the last frame
LOST = 0.45  # correlation of the eyes' part below which a face is searched for anew


class Survey:
    """`light`, `change`, `way` (dx, dy of the whole picture), `face` (x, y of the eyes' middle),
    `likeness`, `mouths` [frames, h, w], `skins` [frames, h, w, 3], `looks` (faces found)."""

    def __init__(self, path, size, face, tell):
        """`face` in pixels of the take, as first seen; `tell(done)` hears of progress."""
        self.scale = SIDE / min(size)
        self.size = tuple(round(side * self.scale / 2) * 2 for side in size)
        self.highest = np.zeros((self.size[1], self.size[0]), np.uint8)
        self.sum = np.zeros((self.size[1], self.size[0]), np.float64)
        self.light, self.change, self.ways, self.colour = [], [], [], []
        self.looks, self.face, self.likeness = [], [], []
        self.mouths, self.skins, self.skin_light, self.ends = [], [], [], []
        self._head = face and Head(_scaled(face, self.scale))
        self._tiny = None
        complaints = []
        for number, rgb in enumerate(film.colours(path, self.size, complaints=complaints)):
            self._frame(number, rgb)
            tell(number + 1)
        self.frames, self.errors = len(self.light), len(complaints)
        for name in (
            "light",
            "change",
            "ways",
            "colour",
            "face",
            "likeness",
            "mouths",
            "skins",
            "skin_light",
            "ends",
        ):
            setattr(self, name, np.array(getattr(self, name)))

    def _frame(self, number, rgb):
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        self.highest = np.maximum(self.highest, grey)
        self.sum += grey
        self.light.append(float(grey.mean()))
        self._motion(grey)
        if number % LOOK_EVERY == 0:
            self.looks.append((number, faces.find_boxes(grey)))
        if self._head is None:
            return
        likeness = self._head.follow(grey)
        self.face.append(self._head.at)
        self.likeness.append(likeness)
        mouth, skin, light, ends, colour = self._head.cut(grey, rgb)
        self.mouths.append(mouth)
        self.skins.append(skin)
        self.skin_light.append(light)
        self.ends.append(ends)
        self.colour.append(colour)

    def _motion(self, grey):
        scale = TINY / min(self.size)
        size = [max(8, round(side * scale)) for side in self.size]
        tiny = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        if self._tiny is None:
            self._window = cv2.createHanningWindow(size, cv2.CV_32F)
            self._tiny = tiny
        self.change.append(float(np.abs(tiny - self._tiny).mean()))
        # OpenCV 4.6 writes into what it is given when there is a window.
        (dx, dy), _ = cv2.phaseCorrelate(self._tiny.copy(), tiny.copy(), self._window)
        self.ways.append((dx / TINY, dy / TINY))  # in short sides
        self._tiny = tiny


class Head:
    """Follows the part around the eyes by its first look; cuts out what lies below it."""

    def __init__(self, face):
        self.span, self.at = face.span, face.between
        self._first, self._eyes = None, None

    def follow(self, grey):
        """Correlation with the first look, -1 to 1; moves `at`."""
        half = (round(0.95 * self.span), round(0.5 * self.span))
        if self._first is None:
            self._first = _part(grey, self.at, half, 0)
            return 1.0
        field = _part(grey, self.at, half, REACH)
        score = cv2.matchTemplate(field, self._first, cv2.TM_CCOEFF_NORMED)
        _, best, _, (column, row) = cv2.minMaxLoc(score)
        if best < LOST:
            self._search(grey)
            return float(best)
        dx = column - REACH + _peak(score[row, max(0, column - 1) : column + 2])
        dy = row - REACH + _peak(score[max(0, row - 1) : row + 2, column])
        self.at = (self.at[0] + dx, self.at[1] + dy)
        return float(best)

    def _search(self, grey):
        boxes = faces.find_boxes(grey)
        if boxes:
            x, y, width, height = boxes[0]
            self.at = (x + width / 2, y + faces.EYES_DOWN * height)

    def cut(self, grey, rgb):
        """Mouth (grey), lower face (RGB, smaller), light, share of dark and white, colour."""
        span, (x, y) = self.span, self.at
        mouth = cv2.resize(
            _part(grey, (x, y + 1.05 * span), _half(0.62 * span, 0.5 * span), 0),
            MOUTH,
            interpolation=cv2.INTER_AREA,
        )
        skin = _part(rgb, (x, y + 1.05 * span), _half(0.85 * span, 0.68 * span), 0)
        skin = cv2.resize(skin, (16, 12), interpolation=cv2.INTER_AREA)
        face = _part(rgb, (x, y + 0.45 * span), _half(0.8 * span, 0.9 * span), 0)
        level = cv2.cvtColor(face, cv2.COLOR_RGB2GRAY)
        ends = ((level < 24).mean(), (face.max(2) > 252).mean())
        brow = _part(grey, (x, y + 0.25 * span), _half(0.8 * span, 0.45 * span), 0)
        colour = float((face.max(2).astype(int) - face.min(2)).mean())
        return mouth, skin, float(brow.mean()), ends, colour


def _half(across, down):
    return max(2, round(across)), max(2, round(down))


def _part(pixels, at, half, more):
    """A cut-out around a point; beyond the picture its edge is repeated."""
    x, y = round(at[0]), round(at[1])
    columns = np.clip(np.arange(x - half[0] - more, x + half[0] + more + 1), 0, pixels.shape[1] - 1)
    rows = np.clip(np.arange(y - half[1] - more, y + half[1] + more + 1), 0, pixels.shape[0] - 1)
    return np.ascontiguousarray(pixels[rows][:, columns])


def _peak(three):
    """Where between its neighbours a parabola through three values is highest."""
    if len(three) < 3:
        return 0.0
    left, middle, right = (float(v) for v in three)
    bend = left - 2 * middle + right
    return 0.0 if bend >= 0 else 0.5 * (left - right) / bend


def _scaled(face, scale):
    eyes = tuple(tuple((v + 0.5) * scale - 0.5 for v in eye) for eye in face.eyes)
    return faces.Face(tuple(v * scale for v in face.box), eyes, face.eyes_found)
