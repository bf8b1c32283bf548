"""The mouth patches: 14 shapes at three amounts, all in pose 0, and the mask they share.

A full shape is its own picture. What lies between it and the closed mouth must be as sharp as that,
so nothing is cross-faded: optical flow says roughly how such a mouth looks, and the frame of the
take that comes nearest to it, laid back into pose 0, is the patch.
"""

import cv2
import numpy as np

import footage

AMOUNTS = (1 / 3, 2 / 3)
MATCH_SCALE = 3  # mouths are compared at a third of the master's size
FEATHER = 20.0  # pixels of the master over which a patch fades out
GRID = 6  # pixels of the master that are whole pixels at every tier: 6, 4, 3, 2
HELD_OUT_SECONDS = 15  # the end of the take is never used: others measure on it


class Mouths:
    """`shapes[name]` is a list of (amount, RGB) in the window; `mask` is 0..1 over the window.

    `opacities` tells for each patch what is the figure and what the backdrop: a jaw that drops has
    another outline than the idle frame.
    """

    def __init__(self, material, backdrop, tracker, window):
        self.window = window
        folder = material / "visemes"
        listed = footage.read_json(folder / "visemes.json")
        crop = listed["crop_xywh"]
        self.closed = _cut(footage.picture(folder / "sil.png"), crop, window)
        names = [name for name in listed["visemes"] if name != "sil"]
        full = {name: _cut(footage.picture(folder / f"{name}.png"), crop, window) for name in names}
        self.mask = _mask(self.closed, full.values(), opacity(self.closed, backdrop))
        self.rect = _around(self.mask, window)
        wanted = {
            (name, amount): _between(self.closed, full[name], amount)
            for name in names
            for amount in AMOUNTS
        }
        self.picked = _pick(material, wanted, tracker, window, self.mask)
        found = _fetch(material, set(self.picked.values()), tracker, window)
        self.shapes = {
            name: [(amount, found[self.picked[name, amount]]) for amount in AMOUNTS]
            + [(1.0, full[name])]
            for name in names
        }
        self.opacities = {
            (name, amount): opacity(rgb, backdrop)
            for name, levels in self.shapes.items()
            for amount, rgb in levels
        }
        for name, levels in self.shapes.items():
            for amount, rgb in levels:
                rgb[self.opacities[name, amount] == 0] = backdrop
        self.openings = _openings(self.closed, self.shapes, tracker.ellipse, window)

    def cut(self, pixels):
        """The part of a picture of the window that patches keep."""
        x, y, width, height = self.rect
        left, top = x - self.window[0], y - self.window[1]
        return pixels[top : top + height, left : left + width]


def _openings(closed, shapes, ellipse, window):
    """How far the chin went down, as a share of the widest shape: {(name, amount): 0..1}."""
    x, chin = round(ellipse[0]) - window[0], round(ellipse[1] + 0.73 * ellipse[3]) - window[1]
    part = (slice(chin - 22, chin + 23), slice(x - 43, x + 37))
    drops = {
        (name, amount): float(np.median(_flow(closed, rgb)[part][..., 1]))
        for name, levels in shapes.items()
        for amount, rgb in levels
    }
    widest = max(drops.values())
    return {key: round(min(max(drop / widest, 0), 1), 3) for key, drop in drops.items()}


def lay_back(rgb, pose, tracker, window, interpolation=cv2.INTER_CUBIC, scale=1):
    """The window of pose 0 as another pose shows it; every `scale`-th pixel."""
    x, y, width, height = window
    offset = (scale - 1) / 2
    xs = x + offset + scale * np.arange(width // scale)
    ys = y + offset + scale * np.arange(height // scale)
    grid_x, grid_y = np.meshgrid(xs, ys)
    dx, dy = tracker.shift(pose, grid_x, grid_y)
    at_x, at_y = (grid_x + dx).astype(np.float32), (grid_y + dy).astype(np.float32)
    return cv2.remap(rgb, at_x, at_y, interpolation, borderMode=cv2.BORDER_REPLICATE)


def _around(mask, window):
    """The rectangle in the master that holds the mask, on the grid that every tier can halve."""
    rows, columns = np.nonzero(mask)
    left, top = ((window[axis] + at.min()) // GRID * GRID for axis, at in ((0, columns), (1, rows)))
    right, bottom = window[0] + columns.max() + 1, window[1] + rows.max() + 1
    return left, top, -(-(right - left) // GRID) * GRID, -(-(bottom - top) // GRID) * GRID


def _cut(pixels, crop, window):
    x, y, width, height = window
    left, top = x - crop[0], y - crop[1]
    part = pixels[top : top + height, left : left + width]
    if part.shape[:2] != (height, width) or min(left, top) < 0:
        raise SystemExit(f"Cannot cut mouth: window {window} leaves the picture's {crop}")
    return part.copy()


def _mask(closed, shapes, matte):
    """1 where any shape differs from the closed mouth, falling to 0 around it and at the border.

    Near the figure's outline it falls fast: below the jaw lies the neck, which moves its own way.
    """
    differs = np.zeros(closed.shape[:2], np.uint8)
    for shape in shapes:
        differs |= (cv2.absdiff(shape, closed).max(2) > 6).astype(np.uint8)
    solid = (matte > 127).astype(np.uint8)
    outline = cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, _disc(1))
    inward = cv2.distanceTransform(1 - outline, cv2.DIST_L2, 5)
    core = cv2.morphologyEx(cv2.dilate(differs, _disc(2)), cv2.MORPH_CLOSE, _disc(4))
    smooth = cv2.morphologyEx(core, cv2.MORPH_CLOSE, _disc(30))
    core = _largest(_without_holes(core | (smooth * solid * (inward > 30))))
    reach = np.clip(inward / 2, 4, FEATHER)
    outside = cv2.distanceTransform(1 - core, cv2.DIST_L2, 5)
    rows, columns = closed.shape[:2]
    edge_x = np.minimum(np.arange(columns), columns - 1 - np.arange(columns))
    edge_y = np.minimum(np.arange(rows), rows - 1 - np.arange(rows))
    border = np.minimum(edge_x[None, :], edge_y[:, None]) - 2
    mask = _ease(np.minimum(1 - outside / reach, border / FEATHER))
    return np.where(mask > 1 / 255, mask, 0)


def _without_holes(area):
    around = np.pad(area, 1)
    cv2.floodFill(around, None, (0, 0), 2)
    return (around[1:-1, 1:-1] != 2).astype(np.uint8)


def opacity(rgb, backdrop):
    """Cuts the figure out of a flat backdrop: uint8, 255 is the figure.

    An outline pixel is C = aF + (1 - a)B; F is taken from the nearest pixel well inside.
    """
    far = rgb.astype(np.float32) - np.float32(backdrop)
    solid = cv2.medianBlur((np.abs(far).max(2) > 40).astype(np.uint8), 5)
    inside = cv2.erode(solid, _disc(3))
    distance, labels = cv2.distanceTransformWithLabels(
        1 - inside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.zeros((labels.max() + 1, 3), np.float32)
    nearest[labels[inside == 1]] = far[inside == 1]
    own = nearest[labels]
    share = (far * own).sum(2) / np.maximum((own * own).sum(2), 1)
    share = np.where(distance > 8, 0, share)
    return np.clip((share - 0.04) / 0.92 * 255, 0, 255).round().astype(np.uint8)


def _largest(area):
    _, labels, stats, _ = cv2.connectedComponentsWithStats(area)
    return (labels == 1 + stats[1:, cv2.CC_STAT_AREA].argmax()).astype(np.uint8)


def _ease(share):
    share = np.clip(share, 0, 1)
    return share * share * (3 - 2 * share)


def _disc(radius):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


def _between(closed, full, amount):
    """The full shape drawn towards the closed one along the flow between them: a target."""
    flow = (1 - amount) * cv2.GaussianBlur(_flow(full, closed), (0, 0), 3)
    grid_x, grid_y = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in full.shape[1::-1]))
    back = -flow
    for _ in range(8):
        at = (grid_x + back[..., 0], grid_y + back[..., 1])
        back = -cv2.remap(flow, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    at = (grid_x + back[..., 0], grid_y + back[..., 1])
    return cv2.remap(full, *at, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _flow(first, then):
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(0)
    dis.setVariationalRefinementIterations(20)
    grey = [cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY) for rgb in (first, then)]
    return dis.calc(*grey, None)


def _pick(material, wanted, tracker, window, mask):
    """The take's frame nearest to each target: {(shape, amount): frame number}."""
    small = (window[2] // MATCH_SCALE, window[3] // MATCH_SCALE)
    weight = footage.shrink(mask.astype(np.float32), small)[..., None]
    targets = {key: _soft(footage.shrink(rgb, small)) for key, rgb in wanted.items()}
    best = {key: (np.inf, 0) for key in wanted}
    for number, rgb in _take(material):
        seen = _soft(lay_back(rgb, number % 150, tracker, window, cv2.INTER_LINEAR, MATCH_SCALE))
        for key, target in targets.items():
            distance = float((weight * (seen - target) ** 2).sum())
            best[key] = min(best[key], (distance, number))
    return {key: number for key, (_, number) in best.items()}


def _soft(rgb):
    """Position matters more than texture, and colour more than light: the head moved under it."""
    level = rgb.astype(np.float32)
    return cv2.GaussianBlur(level, (0, 0), 1.2) - cv2.GaussianBlur(level, (0, 0), 20)


def _take(material, numbers=None):
    take = read_take(material)
    last = take["frames"] - HELD_OUT_SECONDS * 25
    wanted = set(range(last)) if numbers is None else numbers
    size = footage.read_json(material / "meta.json")["size"]
    return footage.frames(material / take["video"], size, 3, wanted)


def read_take(material):
    return footage.read_json(material / "meta.json")["takes"]["take"]


def _fetch(material, numbers, tracker, window):
    return {
        number: lay_back(rgb, number % 150, tracker, window)
        for number, rgb in _take(material, numbers)
    }
