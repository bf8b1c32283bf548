"""What of a mouth patch counts: its own outline against a backdrop, and its soft border.

Lengths are pixels of a master 1080 pixels wide; `unit` tells how many pixels of this master one is.
"""

import cv2
import numpy as np

FEATHER = 20.0  # over which a patch fades out
BORDER = 8.0  # within which it is 0 at the border of its rectangle
BRIDGE = 48  # gaps as wide as twice this are bridged


def opacity(rgb, backdrop):
    """Cuts the figure out of a backdrop, a colour or one for each pixel: uint8, 255 is the figure.

    An outline pixel is C = aF + (1 - a)B; F is taken from the nearest pixel well inside.
    """
    far = rgb.astype(np.float32) - np.float32(backdrop)
    solid = cv2.medianBlur((np.abs(far).max(2) > 40).astype(np.uint8), 5)
    solid = _without_holes(solid)  # teeth may have the backdrop's colour
    inside = cv2.erode(solid, disc(3))
    distance, labels = cv2.distanceTransformWithLabels(
        1 - inside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.zeros((labels.max() + 1, 3), np.float32)
    nearest[labels[inside == 1]] = far[inside == 1]
    own = nearest[labels]
    share = (far * own).sum(2) / np.maximum((own * own).sum(2), 1)
    share = np.where(distance > 8, 0, share)
    return np.clip((share - 0.04) / 0.92 * 255, 0, 255).round().astype(np.uint8)


def blend_mask(moves, matte, unit):
    """1 where speech moves the face (uint8 0 or 1), falling to 0 around it and at the border.

    Near the figure's outline it falls fast: below the jaw lies the neck, which moves its own way.
    """
    solid = (matte > 127).astype(np.uint8)
    outline = cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, disc(1))
    inward = cv2.distanceTransform(1 - outline, cv2.DIST_L2, 5)
    near, gap, bridge = (max(1, round(length * unit)) for length in (2, 4, BRIDGE))
    core = cv2.morphologyEx(cv2.dilate(moves, disc(near)), cv2.MORPH_CLOSE, disc(gap))
    # What lies between the jaw's outline and the mouth moves with both, else the outline tears.
    padded = np.pad(core, bridge)
    bridged = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc(bridge))
    bridged = bridged[bridge:-bridge, bridge:-bridge]
    core = _largest(_without_holes(core | (bridged * cv2.dilate(solid, disc(3 * near)))))
    reach = np.clip(inward / 2, 4 * unit, FEATHER * unit)
    outside = cv2.distanceTransform(1 - core, cv2.DIST_L2, 5)
    rows, columns = moves.shape
    edge_x = np.minimum(np.arange(columns), columns - 1 - np.arange(columns))
    edge_y = np.minimum(np.arange(rows), rows - 1 - np.arange(rows))
    border = np.minimum(edge_x[None, :], edge_y[:, None]) - 2
    mask = _ease(np.minimum(1 - outside / reach, border / (FEATHER * unit)))
    return np.where(mask > 1 / 255, mask, 0)


def within_border(blend, unit):
    """The same mask, brought to 0 at the border of its rectangle."""
    rows, columns = blend.shape
    edge_x = np.minimum(np.arange(columns), columns - 1 - np.arange(columns))
    edge_y = np.minimum(np.arange(rows), rows - 1 - np.arange(rows))
    return blend * _ease(np.minimum(edge_x[None, :], edge_y[:, None]) / (BORDER * unit))


def disc(radius):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


def _without_holes(area):
    around = np.pad(area, 1)
    cv2.floodFill(around, None, (0, 0), 2)
    return (around[1:-1, 1:-1] != 2).astype(np.uint8)


def _largest(area):
    _, labels, stats, _ = cv2.connectedComponentsWithStats(area)
    return (labels == 1 + stats[1:, cv2.CC_STAT_AREA].argmax()).astype(np.uint8)


def _ease(share):
    share = np.clip(share, 0, 1)
    return share * share * (3 - 2 * share)
