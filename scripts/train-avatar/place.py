"""Where things are in a face, told in spans: the distance between the eyes' centres.

The shares are those of a grown-up's face seen from the front (Farkas, Anthropometry of the Head and
Face, 1994: eyes to lips about 1.03 spans, to the chin 1.75), with room around them. Coordinates
are pixels of the picture in which the face was found; pixel centres lie on whole numbers.
"""

from dataclasses import dataclass

import numpy as np

LIPS_DOWN = 1.03  # spans from the eyes' middle to the line between the lips
LOWER = (1.16, 0.82)  # radii of the lower face: cheek to cheek, nostrils to chin
UPPER = (0.95, 0.75)  # radii of what no speech moves: brow, nose, cheekbones
LIDS = (0.33, 0.22)  # radii around each eye of what a blink moves
HEAD = (1.85, 1.0, 2.75)  # sideways from the middle, up and down from the eyes: head and its way
SPEECH = (1.43, 0.32, 2.27)  # sideways, from below the eyes to under a dropped chin
UNIT = 0.85  # spans per unit of the polynomials' variables, for a well-conditioned fit
LIPS_REACH = 0.625  # spans around the lips in which exactness counts most


@dataclass(frozen=True)
class Place:
    """A face's parts; `ellipse` is the lower face: centre x, y and radii."""

    eyes: tuple
    ellipse: tuple

    @property
    def span(self):
        (x0, y0), (x1, y1) = self.eyes
        return float(np.hypot(x1 - x0, y1 - y0))

    @property
    def between(self):
        (x0, y0), (x1, y1) = self.eyes
        return (x0 + x1) / 2, (y0 + y1) / 2

    def head(self):
        """x, y, width, height of the head and the way it goes."""
        sideways, up, down = (share * self.span for share in HEAD)
        y = self.between[1]
        return self.ellipse[0] - sideways, y - up, 2 * sideways, up + down

    def speech(self):
        """x, y, width, height of all that speech may move."""
        sideways, top, bottom = (share * self.span for share in SPEECH)
        y = self.between[1]
        return self.ellipse[0] - sideways, y + top, 2 * sideways, bottom - top

    def scaled(self, scale):
        """The same in a picture of another size."""
        eyes = tuple(tuple((v + 0.5) * scale - 0.5 for v in eye) for eye in self.eyes)
        x, y, wide, high = self.ellipse
        ellipse = ((x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5, wide * scale, high * scale)
        return Place(eyes, ellipse)

    def lower(self, x, y):
        """Which points lie in the lower face."""
        centre_x, centre_y, wide, high = self.ellipse
        return np.hypot((x - centre_x) / wide, (y - centre_y) / high) < 1

    def upper(self, x, y):
        """Which points move with the head alone: neither lids nor lips."""
        across, down = (x - self.between[0]) / self.span, (y - self.between[1]) / self.span
        inside = np.hypot(across / UPPER[0], (down + 0.1) / UPPER[1]) < 1
        for side in (-0.5, 0.5):
            inside &= np.hypot((across - side) / LIDS[0], down / LIDS[1]) > 1
        return inside & (down < 0.6)

    def nearness(self, x, y):
        """How much a point counts for the lower face's map: most at the lips."""
        far = np.hypot(x - self.ellipse[0], (y - self.ellipse[1]) * 1.6)
        return np.exp(-((far / (LIPS_REACH * self.span)) ** 2)) + 0.2


def place_of(face, ellipse=None):
    """The parts of a face that was found; a given ellipse says where its lower part is."""
    (x0, y0), (x1, y1) = face.eyes
    middle_x, middle_y = face.between
    down_x, down_y = (y0 - y1) / face.span, (x1 - x0) / face.span
    reach = LIPS_DOWN * face.span
    found = (
        middle_x + reach * down_x,
        middle_y + reach * down_y,
        LOWER[0] * face.span,
        LOWER[1] * face.span,
    )
    return Place(face.eyes, tuple(ellipse or found))
