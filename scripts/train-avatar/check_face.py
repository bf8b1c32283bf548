"""Checks of the face: one, whole, near, in the middle, upright, from the front, mouth in sight."""

import numpy as np

import faces
import film
import sound
from cut import Cut

SMALL_SHARE, SMALL_PIXELS = 0.2, 90  # least width of the face: of the short side, and in pixels
LARGE_SHARE = 0.78  # of the short side
CENTRE = (0.3, 0.7)  # of the width, in which the middle of the face lies
HEADROOM, CHIN = 0.28, 0.12  # of the box's height above and below it that belong to the head
TILT_MOST = 10.0  # degrees
WANDER_MOST = 0.6  # of the face's width
LOST_MOST = 0.15  # share of looks without a face
MANY_MOST = 0.15  # share of looks with another one
OTHER_LEAST = 0.4  # of the face's width: smaller finds are chance
NARROW = 0.30  # of the box's width between the eyes of a head that is turned; from the front .35
COVERED_LEVELS, COVERED_SHARE = 26.0, 0.3  # change of the skin around the lips, share of it
COVERED_SECONDS = 0.4
STILL_LEAST = 0.16  # correlation of mouth and sound below which the mouth does not speak
SYNC_MOST, SYNC_GOOD = 0.12, 0.06  # s
TURNS = (90, 270, 180)
BASIC = ("FACES_MANY", "FACE_LOST", "FACE_TURNED", "PICTURE_TURNED")
MORE = ("FACE_SMALL", "FACE_LARGE", "FACE_CUT", "FACE_OFF_CENTRE", "FACE_TILTED")
TIMED = ("FACE_WANDERS", "MOUTH_COVERED", "MOUTH_STILL", "OUT_OF_SYNC")


def check_none(findings, greys):
    """No frontal face was found in looks at full size: is it turned, or the picture?"""
    turn = turned_by(greys)
    profile = not turn and any(
        faces.find_boxes(g, "profileface", 4, 0.15)
        or faces.find_boxes(g[:, ::-1], "profileface", 4, 0.15)
        for g in greys
    )
    if turn:
        findings.judge(
            "PICTURE_TURNED",
            False,
            f"the picture is turned by {turn} degrees",
            "upright",
            turn,
            "degrees",
        )
    elif profile:
        findings.judge("FACE_TURNED", False, "the face is seen from the side", "from the front")
    else:
        findings.judge("FACE_NONE", False, "no face is found", "one face, seen from the front")


def turned_by(greys):
    """Degrees by which pictures must be turned back to show a face; 0 where none of them helps."""
    for turn in TURNS:
        found = [
            faces.find_boxes(np.ascontiguousarray(np.rot90(g, turn // 90)), share=0.15)
            for g in greys
        ]
        if sum(bool(boxes) for boxes in found) * 2 > len(greys):
            return turn
    return 0


def check_face(findings, face, size):
    """Where the face lies in the picture; `face` in pixels of the take."""
    x, y, width, height = face.box
    part = Cut(tuple(size), face.box).rect
    side, share = part[2], width / part[2]
    findings.judge(
        "FACE_SMALL",
        share >= SMALL_SHARE and width >= SMALL_PIXELS,
        f"face is {width:.0f} px wide, {share:.0%} of the picture",
        f"at least {max(SMALL_PIXELS, round(SMALL_SHARE * side))} px",
        width,
        "px",
    )
    findings.judge(
        "FACE_LARGE",
        share <= LARGE_SHARE,
        f"face takes {share:.0%} of the width",
        f"at most {LARGE_SHARE:.0%}",
        share,
    )
    above, below = y - HEADROOM * height, size[1] - (y + (1 + CHIN) * height)
    beside = min(x, size[0] - x - width)
    out = min(above, below, beside) / height
    findings.judge(
        "FACE_CUT",
        out >= -0.02,
        "the head is cut off" if out < -0.02 else "the whole head is in the picture",
        "the whole head with room around it",
        out,
    )
    middle = (x + width / 2 - part[0]) / part[2]
    findings.judge(
        "FACE_OFF_CENTRE",
        CENTRE[0] <= middle <= CENTRE[1],
        f"face is at {middle:.0%} of the width",
        f"{CENTRE[0]:.0%} to {CENTRE[1]:.0%}",
        middle,
    )
    findings.judge(
        "FACE_TILTED",
        abs(face.roll) <= TILT_MOST,
        f"head is tilted by {face.roll:.0f} degrees",
        f"at most {TILT_MOST:.0f}",
        face.roll,
        "degrees",
    )


def check_looks(findings, survey, face):
    """One face at all times, from the front."""
    width = face.box[2] * survey.scale
    main, others = [], 0
    for _, boxes in survey.looks:
        own = [box for box in boxes if box[2] > OTHER_LEAST * width]
        others += len(_apart(own)) > 1
        main.append(bool(own))
    looks = max(1, len(main))
    many, lost = others / looks, 1 - sum(main) / looks
    findings.judge(
        "FACES_MANY",
        many <= MANY_MOST,
        f"{many:.0%} of the looks show another face",
        "one face only",
        many,
    )
    findings.judge(
        "FACE_LOST",
        lost <= LOST_MOST,
        f"{lost:.0%} of the looks show no face",
        f"at most {LOST_MOST:.0%}",
        lost,
    )


def check_turned(findings, seen):
    """`seen`: faces at full size; eyes near to each other mean a head that is turned."""
    shares = [face.span / face.box[2] for face in seen if face.eyes_found]
    share = float(np.median(shares)) if shares else faces.SPAN_SHARE
    findings.judge(
        "FACE_TURNED",
        share >= NARROW,
        f"eyes are {share:.0%} of the face's width apart",
        f"at least {NARROW:.0%}, as from the front",
        share,
    )


def check_way(findings, survey, face):
    """The face keeps its place."""
    way = np.array(survey.face)
    apart = np.percentile(way, 98, 0) - np.percentile(way, 2, 0)
    share = float(np.hypot(*apart) / (face.box[2] * survey.scale))
    findings.judge(
        "FACE_WANDERS",
        share <= WANDER_MOST,
        f"the face moves by {share:.0%} of its width",
        f"at most {WANDER_MOST:.0%}",
        share,
    )


def check_covered(findings, survey):
    """Nothing comes before mouth and chin: their colours, against those they usually have."""
    skins = survey.skins.astype(np.float32)
    usual = np.median(skins, 0)
    off = np.abs(skins - usual).max(3)
    ring = np.ones(off.shape[1:], bool)
    rows, columns = ring.shape  # the lips themselves may move
    ring[rows // 5 : -(rows // 4), columns // 4 : -(columns // 4)] = False
    ring[: rows // 6] = False
    light = survey.skin_light / np.median(survey.skin_light)
    share = (off[:, ring] > COVERED_LEVELS).mean(1) * (np.abs(light - 1) < 0.12)
    covered = [
        (a, b) for a, b in sound.runs(share > COVERED_SHARE) if b - a >= COVERED_SECONDS * film.FPS
    ]
    seconds = sum(b - a for a, b in covered) / film.FPS
    at = f", first at {covered[0][0] / film.FPS:.1f} s" if covered else ""
    findings.judge(
        "MOUTH_COVERED",
        not covered,
        f"mouth or chin are covered for {seconds:.1f} s{at}",
        "never",
        seconds,
        "s",
    )


def check_sync(findings, late, likeness):
    """`late`: seconds by which the sound is late; `likeness`: correlation of mouth and sound."""
    speaks = findings.judge(
        "MOUTH_STILL",
        likeness >= STILL_LEAST,
        f"mouth and sound go together by {likeness:.2f}",
        f"at least {STILL_LEAST}",
        likeness,
    )
    if not speaks:
        findings.skip(("OUT_OF_SYNC",), "the mouth does not speak")
        return
    outcome = "failed" if abs(late) > SYNC_MOST else "warned" if abs(late) > SYNC_GOOD else "passed"
    word = "late" if late > 0 else "early"
    findings.add(
        "OUT_OF_SYNC",
        outcome,
        f"sound is {abs(late) * 1000:.0f} ms {word}",
        f"at most {SYNC_MOST * 1000:.0f} ms",
        late * 1000,
        "ms",
    )


def _apart(boxes):
    """Boxes that are not the same face seen twice."""
    kept = []
    for box in boxes:
        x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
        if all(np.hypot(x - k[0] - k[2] / 2, y - k[1] - k[3] / 2) > 0.5 * k[2] for k in kept):
            kept.append(box)
    return kept
