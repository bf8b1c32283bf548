#!/usr/bin/python3
"""Follows the lower face through loop, take and actions: maps from pose 0 to each frame.

    scripts/train-avatar/track.py WORK

Silent clips are followed directly. In the take the mouth moves, so its maps come from the upper
face and a learned relation (relate.py): they carry the head's pose, never the speech. Faces are
looked at with eyes 88 pixels apart: about twice that gains nothing that could be measured.
"""

from pathlib import Path

import cv2
import numpy as np

import draw
import faces
import film
import flow
import sound
from place import UNIT, Place, place_of
from relate import Relation
from step import Step, read_json

SPAN_PIXELS = 88  # between the eyes in the pictures that are followed
LOWER_DEGREE = 4
UPPER_DEGREE = 2
LANDMARKS = ("mouth_left", "mouth_right", "upper_lip_mid", "lower_lip_mid", "chin_tip")
TRUST = (0.35, 0.75)  # correlation of the upper face at which a frame is trusted not, and fully
TRUST_LEAST = 0.2  # share of frames that must be tracked well


class Track:
    """Maps from pose 0 to `frames` frames, in master pixels; pixel centres on whole numbers.

    `ellipse` is the lower face in pose 0 (centre, radii), `window` what speech moves there (x, y,
    w, h), `trust` how well each frame was followed (0..1), `closed` where nobody speaks.
    """

    def __init__(self, place, window, clip):
        self.ellipse, self.window, self._unit = place.ellipse, window, UNIT * place.span
        self.coefficients, self.trust, self.closed = clip
        self.frames = len(self.coefficients)

    def shift(self, index, x, y):
        """Displacement of pose-0 points; beyond the ellipse that of its rim."""
        centre_x, centre_y, radius_x, radius_y = self.ellipse
        across, down = x - centre_x, y - centre_y
        out = np.maximum(1.0, np.hypot(across / radius_x, down / radius_y))
        frame_of = ((centre_x, centre_y), self._unit, LOWER_DEGREE)
        terms = flow.basis(centre_x + across / out, centre_y + down / out, frame_of)
        moved = terms @ self.coefficients[index].T
        return moved[..., 0], moved[..., 1]

    def back(self, index, x, y):
        """Where points of the frame came from in pose 0: the inverse, by fixed-point iteration."""
        from_x, from_y = np.array(x, float), np.array(y, float)
        for _ in range(25):
            dx, dy = self.shift(index, from_x, from_y)
            from_x, from_y = x - dx, y - dy
        return from_x, from_y


def open_track(work, name):
    """The track of "idle", "take" or "action:NAME", as this step left it in WORK."""
    folder = Path(work) / "track"
    told = read_json(folder / "result.json")
    clip = np.load(folder / f"{name.replace(':', '-')}.npz")
    place = Place(tuple(map(tuple, told["eyes"])), tuple(told["ellipse"]))
    parts = (clip["coefficients"], clip["trust"], clip["closed"])
    return Track(place, tuple(told["window"]), parts)


def save_track(folder, name, track):
    """Writes a track where `open_track` looks for it; the folder is that of the step."""
    np.savez(
        Path(folder) / f"{name.replace(':', '-')}.npz",
        coefficients=track.coefficients,
        trust=track.trust,
        closed=track.closed,
    )


class Looks:
    """How a head moves through one film: both maps of every frame, in working pixels."""

    def __init__(self, first, place, frames, count, tell):
        """`first`: grey picture of pose 0; `place` in its pixels; `tell(done)` hears how far."""
        self.place = place
        region = _within(place.head(), first.shape)
        follower = flow.Follower(first, region, place.span)
        unit = UNIT * place.span
        lower_frame = (place.ellipse[:2], unit, LOWER_DEGREE)
        upper_frame = (place.between, unit, UPPER_DEGREE)
        lower = flow.Points(follower, place.lower, place.nearness, lower_frame)
        upper = flow.Points(follower, place.upper, lambda x, y: np.ones(x.shape), upper_frame)
        lower_maps, motions, likeness = [], [], []
        for number, frame in enumerate(frames):
            seen = follower.flow(frame)
            lower_maps.append(lower.fit(seen))
            head = upper.fit(seen)
            motions.append((upper.basis @ head.T).T.ravel() / place.span)
            likeness.append(upper.likeness(follower, head))
            tell(min(number + 1, count))
        self.lower = np.array(lower_maps)
        self.upper = np.array(motions)
        low, high = TRUST
        self.trust = np.clip((np.array(likeness) - low) / (high - low), 0, 1).astype(np.float32)


def main():
    cv2.setNumThreads(1)
    step = Step("track")
    loop, check = step.result("loop"), step.result("check")
    size = tuple(check["size"])
    if step.build.get("photo"):
        known(step, loop, size)
        return
    place = find_place(step, loop, size)
    scale = min(1.0, SPAN_PIXELS / place.span)
    small = place.scaled(scale)
    work_size = tuple(round(side * scale / 2) * 2 for side in size)
    first = next(film.greys(loop["video"], work_size))

    def follow(name, video, count):
        step.progress(0, count, f"following the face: {name}")
        tell = lambda done: step.progress(done, count, f"following the face: {name}")  # noqa: E731
        return Looks(first, small, film.greys(video, work_size), count, tell)

    idle = follow("idle", loop["video"], loop["frames"])
    clips = {"idle": _clip(idle.lower, idle.trust, scale)}
    for action in check.get("actions") or []:
        looks = follow(action["name"], action["video"], 0)
        clips[f"action:{action['name']}"] = _clip(looks.lower, looks.trust, scale)
    take = follow("take", check["take"], check["frames"])
    closed = quiet_frames(step, len(take.lower))
    clips["take"] = (*_clip(relate(idle, take, closed), take.trust, scale)[:2], closed)
    window = tuple(step.build.get("window") or _whole(place.speech(), size))
    tracks = {name: Track(place, window, clip) for name, clip in clips.items()}
    finish(step, tracks, place, first)


def known(step, loop, size):
    """A photo's face was moved by the step `photo`: its maps are exact."""
    photo = step.result("photo")
    maps = np.load(step.work / "photo/maps.npz")
    place = Place(tuple(map(tuple, photo["eyes"])), tuple(photo["ellipse"]))
    closed = quiet_frames(step, len(maps["take"]))
    window = _whole(place.speech(), size)
    tracks = {
        name: Track(place, window, (maps[name], np.ones(len(maps[name]), np.float32), still))
        for name, still in (("idle", np.ones(len(maps["idle"]), bool)), ("take", closed))
    }
    finish(step, tracks, place, next(film.greys(loop["video"], size)))


def finish(step, tracks, place, first):
    """Refuses a take that could not be followed; writes tracks, errors, pictures, result."""
    good = float((tracks["take"].trust > 0.5).mean())
    if good < TRUST_LEAST:
        step.refuse(
            "FACE_LOST",
            f"face was followed in {good:.0%} of the take",
            f"at least {TRUST_LEAST:.0%}",
            "Keep the same seat, light and lens for the idle clip and the take",
        )
    for name, track in tracks.items():
        save_track(step.folder, name, track)
    errors = measure(step, tracks)
    window, ellipse = tracks["take"].window, place.ellipse
    scale = first.shape[1] / step.result("check")["size"][0]
    shown = [side * scale for side in window]
    draw.track_picture(step.folder / "face.jpg", first, place.scaled(scale), shown)
    step.finish(
        {
            "ellipse": ellipse,
            "eyes": place.eyes,
            "window": window,
            "errors": errors,
            "trusted": good,
            "report": draw.track_report(tracks, place, errors, good),
        }
    )


def find_place(step, loop, size):
    """The face in pose 0, seen over a second of the loop; hand-given places override."""
    box = step.result("check").get("box")
    seen = []
    for grey in film.greys(loop["video"], size, seconds=1.0):
        face = faces.find_face(grey, box)
        if face:
            seen.append(face)
        if len(seen) == 3:  # the head hardly moves in an eighth of a second
            break
    if not seen:
        step.refuse(
            "FACE_NONE",
            "no face is found in the idle loop",
            "one face, seen from the front",
            "Begin the idle clip looking into the camera, or give the face's box",
        )
    return place_of(faces.median_face(seen), step.build.get("ellipse"))


def quiet_frames(step, count):
    """bool [frames]: nobody speaks, from the sound alone."""
    level = sound.levels(sound.read(step.work / "check/audio.wav"))
    quiet = np.ones(count, bool)
    heard = sound.speaking(level)[:count]
    quiet[: len(heard)] = ~heard
    return quiet


def relate(idle, take, closed):
    """Lower maps of the take's frames, from what idle loop and silent frames tell."""
    silent = closed & (take.trust > 0.5)
    upper = np.concatenate([idle.upper, take.upper])
    lower = np.concatenate([idle.lower, take.lower])
    use = np.concatenate([np.ones(len(idle.lower), bool), take.trust > 0.5])
    quiet = np.concatenate([np.ones(len(idle.lower), bool), silent])
    return Relation(upper[use], lower[use], quiet[use]).lower(take.upper)


def measure(step, tracks):
    """Errors against the landmarks of rendered material, pixels at 720p; None without them."""
    path = step.build.get("material") and Path(step.build["material"]) / "landmarks.json"
    if not path or not path.exists():
        return None
    truth = read_json(path)["frames"]
    scale = 720 / min(step.result("check")["size"])
    told = {}
    for clip in ("idle", "take"):
        for name, errors in landmark_errors(tracks[clip], truth, LANDMARKS).items():
            p50, p95 = np.percentile(errors, [50, 95]) * scale
            told[f"{clip} {name}"] = {"p50": round(float(p50), 3), "p95": round(float(p95), 3)}
    return told


def landmark_errors(track, landmarks, names):
    """Distance in master pixels between tracked and true points; poses repeat with the loop."""
    errors = {}
    for name in names:
        x, y = landmarks[0][name]
        errors[name] = []
        for frame in range(track.frames):
            dx, dy = track.shift(frame, np.array(x), np.array(y))
            true_x, true_y = landmarks[frame % len(landmarks)][name]
            errors[name].append(float(np.hypot(x + dx - true_x, y + dy - true_y)))
    return errors


def _clip(lower, trust, scale):
    return lower / scale, trust, np.ones(len(lower), bool)


def _within(region, shape):
    x, y, width, height = region
    left, top = max(0, round(x)), max(0, round(y))
    right, bottom = min(shape[1], round(x + width)), min(shape[0], round(y + height))
    return left, top, right - left, bottom - top


def _whole(region, size):
    """On whole even pixels within the picture."""
    left, top, width, height = _within(region, (size[1], size[0]))
    return left // 2 * 2, top // 2 * 2, width // 2 * 2, height // 2 * 2


if __name__ == "__main__":
    main()
