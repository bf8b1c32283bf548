"""A still face that speaks and blinks: the picture is bent, and an open mouth gets an inside.

All places are told in spans (the distance of the eyes) from the middle of the lips, u across and v
down along the face's own axes. Amounts are those of `Mouth`.
"""

from dataclasses import dataclass

import cv2
import numpy as np

JAW = 0.80  # of the opening that the lower lip takes; the upper one takes the rest
CHIN = (0.50, 1.05)  # v down to which the jaw moves whole, and where the neck stays
CHEEK = 0.80  # u at which the jaw's motion ends
LIP_TOP = 0.30  # v above the lips to which the upper lip's motion reaches
ROUND_REACH = (0.42, 0.30)  # u, v in which rounding draws the lips together
TEETH = 0.085  # height of the upper teeth
EDGE = 0.012  # softness of the inside's edge
EYE = (0.21, 0.115)  # half width and half height of an open eye
LID = 2.0  # heights above the eye from which skin comes down


@dataclass(frozen=True)
class Mouth:
    """`opening` in spans; `rounding` -0.3 (wide) to 0.6 (a small o); `teeth`, `tongue` 0 to 1."""

    opening: float = 0.0
    rounding: float = 0.0
    teeth: float = 0.0
    tongue: float = 0.0


class Still:
    """One picture and where its face is: its eyes and its lips (lips.py), in pixels."""

    def __init__(self, rgb, eyes, lips):
        self.rgb, self.eyes, self.lips, self.bow = rgb, eyes, lips.middle, lips.bow
        (x0, y0), (x1, y1) = eyes
        self.span = float(np.hypot(x1 - x0, y1 - y0))
        self.across = np.array([x1 - x0, y1 - y0]) / self.span
        self.half = lips.half / self.span
        self.tone = self._tone()

    def speak(self, mouth):
        """The picture with this mouth: RGB."""
        region = self._region(self.lips, 1.35, 1.25)
        u, v = self._local(region, self.lips)
        v -= self._line(u)
        half = self.half * (1 - 0.75 * max(0.0, mouth.rounding) - 0.35 * min(0.0, mouth.rounding))
        from_u = self._unrounded(u, v, mouth.rounding)
        low, high = JAW * mouth.opening, (1 - JAW) * mouth.opening
        arch = np.clip(1 - (u / half) ** 2, 0, 1)
        below, above = low * arch, -high * arch
        down = self._jaw(from_u, v, low)
        up = self._upper(from_u, v, high)
        middle = (below + above) / 2
        from_v = np.where(v > middle, np.maximum(down, 0), np.minimum(up, 0))
        picture = self._sample(from_u, from_v + self._line(from_u), self.lips)
        inside = np.clip(np.minimum(below - v, v - above) / EDGE + 0.5, 0, 1)
        inside *= np.clip((below - above) / 0.02, 0, 1)
        painted = self._inside(u, v, half, (above, below), mouth)
        mixed = picture * (1 - inside[..., None]) + painted * inside[..., None]
        return self._put(region, mixed, self.rgb)

    def blink(self, rgb, amount):
        """Both lids brought down by `amount` (0 open, 1 shut) in a picture like this one."""
        out = rgb
        for eye in self.eyes:
            region = self._region(eye, 0.34, 0.34)
            u, v = self._local(region, eye)
            wide, high = EYE
            almond = np.sqrt(np.clip(1 - (u / (1.25 * wide)) ** 2, 0, 1))
            top, lid = -LID * high * almond, -high * almond
            now = lid + amount * 1.8 * high * almond
            share = (v - top) / np.maximum(now - top, 1e-4)
            from_v = np.where((v > top) & (v < now), top + share * (lid - top), v)
            x, y = self._places(u, from_v, eye)
            bent = cv2.remap(out, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            out = self._put(region, bent.astype(np.float32), out)
        return out

    def _line(self, u):
        """Where the line between the lips runs: corners lie higher in a smile."""
        return self.bow * np.minimum(np.abs(u), self.half) ** 2

    def _unrounded(self, u, v, rounding):
        """Where across a point came from before the lips were drawn together."""
        reach_u, reach_v = ROUND_REACH
        near = np.exp(-((u / reach_u) ** 2) - (v / reach_v) ** 2)
        return u * (1 + 0.75 * rounding * near)

    def _jaw(self, u, v, low):
        """Where down a point of the lower face came from: lips by the arch, the jaw as a whole."""
        from_v = v - low
        for _ in range(6):
            arch = np.clip(1 - (u / self.half) ** 2, 0, 1)
            jaw = np.cos(np.clip(u / CHEEK, -1, 1) * np.pi / 2) ** 2
            share = _ease(from_v / 0.3)
            whole = 1 - _ease((from_v - CHIN[0]) / (CHIN[1] - CHIN[0]))
            from_v = v - low * whole * (arch * (1 - share) + 0.85 * jaw * share)
        return from_v

    def _upper(self, u, v, high):
        from_v = v + high
        for _ in range(6):
            arch = np.clip(1 - (u / self.half) ** 2, 0, 1)
            from_v = v + high * arch * (1 - _ease(-from_v / LIP_TOP))
        return from_v

    def _inside(self, u, v, half, edges, mouth):
        """Dark, with a hint of teeth above and of the tongue below."""
        above, below = edges
        depth = np.clip(np.minimum(v - above, below - v) / 0.05, 0, 1)
        dark = self.tone["lip"] * (0.42 - 0.27 * depth[..., None])
        height = min(TEETH, 0.6 * mouth.opening) * mouth.teeth
        lit = np.clip(1 - (u / (0.86 * half)) ** 4, 0, 1)
        line = above + height
        teeth = np.clip((line - v) / EDGE + 0.5, 0, 1) * lit * (height > 0.005)
        shade = 0.70 + 0.28 * lit - 0.15 * np.clip((v - above) / 0.12, 0, 1)
        dark = dark * (1 - teeth[..., None]) + self.tone["teeth"] * (shade * teeth)[..., None]
        round_top = below - (0.10 + 0.05 * mouth.tongue) * np.clip(
            1 - (u / (0.62 * half)) ** 2, 0, 1
        )
        tongue = np.clip((v - round_top) / 0.04, 0, 1) * mouth.tongue * (1 - teeth)
        return (
            dark * (1 - 0.7 * tongue[..., None]) + self.tone["tongue"] * (0.7 * tongue)[..., None]
        )

    def _tone(self):
        """Colours of this face: its lips, teeth and tongue in its own light."""
        lips = self._patch(self.lips, (0, 0.1), (0.16, 0.05))
        cheek = self._patch(self.lips, (0.62, -0.25), (0.1, 0.1))
        light = float(cheek.max()) / 255
        return {
            "lip": lips,
            "teeth": np.float32([226, 218, 206]) * min(1.0, 0.4 + 0.7 * light),
            "tongue": lips * np.float32([0.80, 0.62, 0.62]),
        }

    def _patch(self, middle, off, half):
        u, v = np.meshgrid(np.linspace(-half[0], half[0], 9), np.linspace(-half[1], half[1], 9))
        seen = self._sample(u + off[0], v + off[1], middle)
        return np.median(seen.reshape(-1, 3), 0).astype(np.float32)

    def _sample(self, u, v, middle):
        x, y = self._places(u, v, middle)
        seen = cv2.remap(self.rgb, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return seen.astype(np.float32)

    def _region(self, middle, wide, high):
        """x, y, w, h around a point: so many spans to each side, within the picture."""
        rows, columns = self.rgb.shape[:2]
        left = max(0, round(middle[0] - wide * self.span))
        top = max(0, round(middle[1] - high * self.span))
        right = min(columns, round(middle[0] + wide * self.span))
        bottom = min(rows, round(middle[1] + high * self.span))
        return left, top, right - left, bottom - top

    def _local(self, region, middle):
        x, y = np.meshgrid(region[0] + np.arange(region[2]), region[1] + np.arange(region[3]))
        dx, dy = x - middle[0], y - middle[1]
        a, b = self.across
        return (dx * a + dy * b) / self.span, (dy * a - dx * b) / self.span

    def _places(self, u, v, middle):
        a, b = self.across
        x = middle[0] + self.span * (u * a - v * b)
        y = middle[1] + self.span * (u * b + v * a)
        return x.astype(np.float32), y.astype(np.float32)

    def _put(self, region, pixels, picture):
        left, top, width, height = region
        out = picture.copy()
        out[top : top + height, left : left + width] = np.clip(pixels, 0, 255).round()
        return out


def _ease(share):
    share = np.clip(share, 0, 1)
    return share * share * (3 - 2 * share)
