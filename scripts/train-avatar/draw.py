"""Pictures, tables and curves for the report of a build."""

import cv2
import numpy as np

PICTURE_HEIGHT = 480
PLOT_POINTS = 300
GREEN, ORANGE, BLUE = (80, 190, 60), (40, 140, 240), (220, 130, 40)  # B, G, R


def track_picture(path, grey, place, window):
    """Pose 0 with what was found in it: eyes, lower face, head; `window` is all speech moves."""
    picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    for eye in place.eyes:
        cv2.circle(picture, _point(eye), max(2, round(0.06 * place.span)), GREEN, 1, cv2.LINE_AA)
    x, y, wide, high = place.ellipse
    cv2.ellipse(picture, _point((x, y)), _point((wide, high)), 0, 0, 360, ORANGE, 1, cv2.LINE_AA)
    _rectangle(picture, window, BLUE)
    head = [int(v) for v in place.head()]
    left, top = max(0, head[0]), max(0, head[1])
    save(path, picture[top : head[1] + head[3], left : head[0] + head[2]])


def face_picture(path, grey, face):
    """The face that was found, with its box and eyes."""
    picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    _rectangle(picture, face.box, ORANGE)
    for eye in face.eyes:
        cv2.circle(picture, _point(eye), max(2, round(0.06 * face.span)), GREEN, 2, cv2.LINE_AA)
    save(path, picture)


def track_report(tracks, place, errors, good):
    rows = [
        ["eyes apart", f"{place.span:.1f} px of the master"],
        ["frames of the take that are trusted", f"{good:.1%}"],
    ]
    rows += [
        [f"{name}: error p50 / p95", f"{e['p50']:.2f} / {e['p95']:.2f} px at 720p"]
        for name, e in (errors or {}).items()
    ]
    series = {}
    for name in ("idle", "take"):
        track = tracks[name]
        x, y = np.array(track.ellipse[0]), np.array(track.ellipse[1])
        way = np.array([track.shift(frame, x, y) for frame in range(track.frames)])
        series[name] = (thin(way[:, 0]), thin(way[:, 1]))
    return [
        {
            "title": "Face track",
            "text": "Green: eyes; orange: the lower face whose place is followed; blue: all that "
            "speech may move.",
            "rows": rows,
            "pictures": [{"file": "track/face.jpg", "caption": "pose 0"}],
            "plots": [
                {
                    "caption": f"{name}: way of the mouth, pixels",
                    "x": "frame",
                    "series": {"across": across, "down": down},
                }
                for name, (across, down) in series.items()
            ]
            + [
                {
                    "caption": "take: how well each frame was followed",
                    "x": "frame",
                    "series": {"trust": thin(tracks["take"].trust)},
                }
            ],
        }
    ]


def thin(values):
    """At most PLOT_POINTS of a curve's values, evenly taken, rounded."""
    values = np.asarray(values, float)
    step = max(1, -(-len(values) // PLOT_POINTS))
    return [round(float(value), 3) for value in values[::step]]


def save(path, bgr):
    """A JPEG at most PICTURE_HEIGHT high."""
    height = min(PICTURE_HEIGHT, bgr.shape[0])
    size = (max(1, round(bgr.shape[1] * height / bgr.shape[0])), height)
    small = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(path), small, [cv2.IMWRITE_JPEG_QUALITY, 85])


def _point(at):
    return tuple(round(float(v)) for v in at)


def _rectangle(picture, box, colour):
    x, y, width, height = box
    cv2.rectangle(picture, _point((x, y)), _point((x + width, y + height)), colour, 1, cv2.LINE_AA)
