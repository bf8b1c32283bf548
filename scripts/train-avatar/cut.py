"""The part of a recording that an avatar is made of: upright, around the face, as a tier."""

import cv2

TIERS = ((1080, 1920), (720, 1280), (540, 960), (360, 640))
UPRIGHT = 9 / 16


def upright_part(width, height):
    """Width and height of the largest 9:16 part, even."""
    wide = min(width, height * UPRIGHT)
    return round(wide) // 2 * 2, round(min(height, wide / UPRIGHT)) // 2 * 2


class Cut:
    """The largest upright part around a face, `rect` (x, y, w, h, even), and the tier it fills."""

    def __init__(self, source, face):
        width, height = self.source = source
        wide, high = upright_part(width, height)
        x, y, face_width, face_height = face
        left = min(max(0, x + face_width / 2 - wide / 2), width - wide)
        top = min(max(0, y - 0.8 * face_height), height - high)
        self.rect = (round(left) // 2 * 2, round(top) // 2 * 2, wide, high)
        fitting = (tier for tier in TIERS if tier[0] <= wide + 1 and tier[1] <= high + 1)
        self.size = next(fitting, None)  # None: smaller than the smallest tier

    def box(self, box):
        """A box of the source in the cut."""
        scale = self.size[0] / self.rect[2]
        return [
            round((box[0] - self.rect[0]) * scale, 2),
            round((box[1] - self.rect[1]) * scale, 2),
            round(box[2] * scale, 2),
            round(box[3] * scale, 2),
        ]

    def point(self, at):
        """A place of the source in the cut; pixel centres lie on whole numbers."""
        scale = self.size[0] / self.rect[2]
        return [round((at[axis] - self.rect[axis] + 0.5) * scale - 0.5, 3) for axis in (0, 1)]

    def picture(self, pixels):
        """The cut of a picture of the source, at the tier's size."""
        x, y, width, height = self.rect
        part = pixels[y : y + height, x : x + width]
        return cv2.resize(part, self.size, interpolation=cv2.INTER_AREA)
