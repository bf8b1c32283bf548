"""Checks of one picture that is to become a photo avatar."""

import cv2

import check_face
import check_picture
import faces
from check_file import SIDE_LEAST
from cut import upright_part
from lips import find_lips, parted

BYTES_MOST = 10_000_000
SIDE_MOST = 4096  # pixels
SHAPES = (0.5, 2.0)  # width : height
PARTED_MOST = 0.05  # share of the mouth that looks like teeth
CODES = (
    "SIZE_SMALL",
    "SIZE_LARGE",
    "SHAPE",
    "FACE_NONE",
    "FACES_MANY",
    *check_face.MORE,
    "MOUTH_OPEN",
    "PICTURE_BLURRED",
    "PICTURE_DARK",
    "PICTURE_BRIGHT",
)


def check_photo(findings, options):
    """Facts of the picture, or None where it is none."""
    size = options.take.stat().st_size if options.take.exists() else 0
    pixels = cv2.imread(str(options.take), cv2.IMREAD_COLOR) if size else None
    good = pixels is not None
    if not findings.judge(
        "FILE_UNREADABLE",
        good,
        f"{options.take.name} is {'a picture' if good else 'no picture'}",
        "a JPEG or PNG picture",
    ):
        findings.skip(CODES, "the picture cannot be read")
        return None
    findings.judge(
        "FILE_LARGE",
        size <= BYTES_MOST,
        f"file has {size / 1e6:.1f} MB",
        f"at most {BYTES_MOST / 1e6:g} MB",
        size,
        "bytes",
    )
    height, width = pixels.shape[:2]
    _size(findings, width, height)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    face = faces.find_face(grey, options.box)
    facts = {
        "seconds": 0,
        "fps": 0,
        "fpsVariable": False,
        "size": [width, height],
        "rotation": 0,
        "codec": options.take.suffix.lstrip(".").lower() or "unknown",
        "audioHz": None,
        "speechSeconds": None,
        "silenceSeconds": None,
        "syncMs": None,
        "face": None,
    }
    if face is None:
        check_face.check_none(findings, [grey])
        findings.skip(CODES[4:], "no face is found")
        return facts
    findings.judge("FACE_NONE", True, "a face is found", "one face, seen from the front")
    _face(findings, pixels, grey, face)
    facts["face"] = {
        "box": [round(float(v), 1) for v in face.box],
        "eyes": [[round(float(v), 1) for v in eye] for eye in face.eyes],
        "eyesFound": face.eyes_found,
        "roll": round(face.roll, 2),
    }
    return facts


def _size(findings, width, height):
    side, long, shape = upright_part(width, height)[0], max(width, height), width / height
    findings.judge(
        "SIZE_SMALL",
        side >= SIDE_LEAST,
        f"the upright part is {side} px wide",
        f"at least {SIDE_LEAST} px for the smallest tier",
        side,
        "px",
    )
    findings.judge(
        "SIZE_LARGE",
        long <= SIDE_MOST,
        f"long side is {long} px",
        f"at most {SIDE_MOST} px",
        long,
        "px",
    )
    findings.judge(
        "SHAPE",
        SHAPES[0] <= shape <= SHAPES[1],
        f"picture is {width}x{height}",
        "no longer than twice its other side",
        shape,
    )


def _face(findings, pixels, grey, face):
    others = [box for box in faces.find_boxes(grey) if box[2] > 0.4 * face.box[2]]
    findings.judge(
        "FACES_MANY",
        len(others) < 2,
        f"number of faces is {max(1, len(others))}",
        "one face only",
        len(others),
    )
    check_face.check_face(findings, face, grey.shape[1::-1])
    check_picture.check_sharp(findings, [check_picture.sharpness_of(grey, face)])
    x, y, width, height = (max(0, round(v)) for v in face.box)
    part = pixels[y : y + height, x : x + width]
    open_by = parted(pixels[..., ::-1], find_lips(grey, face), face.span)
    findings.add(
        "MOUTH_OPEN",
        "warned" if open_by > PARTED_MOST else "passed",
        f"{open_by:.0%} of the mouth look like teeth",
        f"at most {PARTED_MOST:.0%}: closed lips",
        open_by,
    )
    level = float(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY).mean())
    white = float((part.max(2) > 252).mean())
    findings.judge(
        "PICTURE_DARK",
        level >= check_picture.DARK_BELOW,
        f"the face has a mean level of {level:.0f}",
        f"at least {check_picture.DARK_BELOW:.0f} of 255",
        level,
    )
    findings.judge(
        "PICTURE_BRIGHT",
        white <= check_picture.WHITE_MOST,
        f"{white:.0%} of the face is white",
        f"at most {check_picture.WHITE_MOST:.0%}",
        white,
    )
