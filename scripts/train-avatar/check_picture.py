"""Checks of a take's picture: bars, cuts, stills, shaking, light, focus, colour."""

import cv2
import numpy as np

import film
import sound
from survey import LOST

BLACK = 28  # levels that a bar never exceeds
BAR_LEAST = 0.02  # of the side
CUT_LEVELS = 10.0  # change of the whole picture that is a cut, if far above the usual
CUT_TIMES = 8.0
STILL = (0.004, 0.075)  # levels of change of a picture that stands still: at least, at most
STILL_SHARE = 0.15  # of the usual change, between them
FROZEN_SECONDS = 1.0
REPEATED_MOST = 0.2  # share of frames that are the one before
SHAKE_MOST = 0.004  # of the short side, from frame to frame, slow ways taken out
LIGHT_MOST = 0.16  # of the mean: how far the face's light may go apart over the take
FLICKER_MOST = 0.02  # of the mean, from frame to frame
DARK_BELOW, DARK_MOST = 60.0, 0.35  # mean level of the face; share of it near black
WHITE_MOST = 0.06  # share of the face that is white
SHARP_WIDTH = 200  # pixels to which a face is brought before its sharpness is measured
SHARP_LEAST = 3.4  # levels of fine detail there
COLOUR_LEAST = 6.0  # levels between the highest and the lowest channel in the face
FACE_CODES = (
    "LIGHT_CHANGES",
    "LIGHT_FLICKERS",
    "PICTURE_DARK",
    "PICTURE_BRIGHT",
    "COLOURLESS",
    "PICTURE_BLURRED",
)


def check_picture(findings, survey, fps):
    """What the whole picture does over time; `fps` is the film's own."""
    bars = letterbox(survey.highest, survey.sum / max(1, survey.frames))
    findings.judge(
        "LETTERBOX",
        bars < BAR_LEAST,
        f"black bars take {bars:.0%} of a side",
        f"less than {BAR_LEAST:.0%}",
        bars,
    )
    change = survey.change[1:]
    at = cuts(change)
    first = f", the first at {(at[0] + 1) / film.FPS:.1f} s" if at else ""
    findings.judge("CUT", not at, f"number of cuts is {len(at)}{first}", "none", len(at))
    usual = np.percentile(change, 80) if len(change) else 0.0
    still = change < np.clip(STILL_SHARE * usual, *STILL)
    longest = max([(b - a) / film.FPS for a, b in sound.runs(still)], default=0.0)
    findings.judge(
        "FROZEN",
        longest < FROZEN_SECONDS,
        f"the picture stands still for {longest:.1f} s",
        f"less than {FROZEN_SECONDS:g} s",
        longest,
        "s",
    )
    share = float(still.mean()) if len(still) else 0.0
    most = REPEATED_MOST + max(0.0, 1 - fps / film.FPS)  # those that resampling repeats
    findings.judge(
        "FRAMES_REPEATED",
        share <= most or longest >= FROZEN_SECONDS,
        f"{share:.0%} of the frames repeat the one before",
        f"at most {most:.0%}",
        share,
    )
    shake = shaking(survey.ways, change, at)
    findings.judge(
        "CAMERA_SHAKES",
        shake <= SHAKE_MOST,
        f"the picture shakes by {shake:.2%} of its width",
        f"at most {SHAKE_MOST:.2%}",
        shake,
    )


def check_light(findings, survey):
    """Light, exposure and colour of the face."""
    light = survey.skin_light[survey.likeness > LOST]
    light = light if len(light) > 2 * film.FPS else survey.skin_light
    slow = np.convolve(light, np.ones(film.FPS) / film.FPS, "valid")
    mean = float(light.mean()) + 1e-6
    apart = float((np.percentile(slow, 98) - np.percentile(slow, 2)) / mean) if len(slow) else 0.0
    findings.judge(
        "LIGHT_CHANGES",
        apart <= LIGHT_MOST,
        f"light on the face changes by {apart:.0%}",
        f"at most {LIGHT_MOST:.0%}",
        apart,
    )
    quick = light[1:-1] - (light[:-2] + light[2:]) / 2
    flicker = float(1.48 * np.median(np.abs(quick)) / mean)
    findings.judge(
        "LIGHT_FLICKERS",
        flicker <= FLICKER_MOST,
        f"light flickers by {flicker:.1%}",
        f"at most {FLICKER_MOST:.0%}",
        flicker,
    )
    dark, white = np.median(survey.ends, 0)
    level = float(np.median(light))
    findings.judge(
        "PICTURE_DARK",
        level >= DARK_BELOW and dark <= DARK_MOST,
        f"the face has a mean level of {level:.0f}",
        f"at least {DARK_BELOW:.0f} of 255",
        level,
    )
    findings.judge(
        "PICTURE_BRIGHT",
        white <= WHITE_MOST,
        f"{white:.0%} of the face is white",
        f"at most {WHITE_MOST:.0%}",
        white,
    )
    colour = float(np.median(survey.colour))
    findings.judge(
        "COLOURLESS",
        colour >= COLOUR_LEAST,
        f"channels differ by {colour:.0f} levels",
        f"at least {COLOUR_LEAST:.0f}",
        colour,
    )


def check_sharp(findings, sharpness):
    """`sharpness`: that of several looks; a face sharp only now and then is out of focus."""
    sharp = float(np.median(sharpness))
    findings.judge(
        "PICTURE_BLURRED",
        sharp >= SHARP_LEAST,
        f"fine detail of the face is {sharp:.1f}",
        f"at least {SHARP_LEAST:g} levels",
        sharp,
    )


def sharpness_of(grey, face):
    """Fine detail around the eyes, levels: what a blur of one pixel takes away there at 200 pixels
    of face; the strongest tenth, for most of a face is smooth."""
    x, y, width, height = (round(v) for v in face.box)
    top, bottom = y + round(0.2 * height), y + round(0.62 * height)
    part = grey[max(0, top) : bottom, max(0, x) : x + width]
    scale = SHARP_WIDTH / width
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=way).astype(np.float32)
    fine = np.abs(part - cv2.GaussianBlur(part, (0, 0), 1.0))
    contrast = float(part.std()) + 1e-6
    return float(np.percentile(fine, 95)) * min(1.0, 40 / contrast)


def letterbox(highest, mean):
    """Share of a side that black bars take: rows or columns that never leave black."""
    share = 0.0
    for top, level in ((highest, mean), (highest.T, mean.T)):
        black = top.max(1) <= BLACK
        first = int(np.argmin(black)) if not black.all() else len(black)
        last = int(np.argmin(black[::-1])) if not black.all() else 0
        for bar, inner in ((first, first + 1), (last, len(black) - last - 2)):
            # A bar ends at once over the whole width; a dark room does not.
            if bar and 0 <= inner < len(level) and (level[inner] > BLACK + 12).mean() > 0.6:
                share = max(share, bar / len(black))
    return share


def cuts(change):
    """Frames at which the whole picture becomes another one."""
    if len(change) < 5:
        return []
    usual = float(np.median(change)) + 0.1
    over = change > max(CUT_LEVELS, CUT_TIMES * usual)
    return [int(a) for a, b in sound.runs(over) if b - a <= 3]


def shaking(ways, change, cut_at):
    """How far the picture goes to and fro, in short sides: RMS, slow ways taken out."""
    quick = np.array(ways[1:], float)
    if len(quick) < 5:
        return 0.0
    keep = np.ones(len(quick), bool)
    for at in cut_at:
        keep[max(0, at - 1) : at + 3] = False
    quick[~keep] = 0
    path = np.cumsum(quick, 0)
    reach = 6
    smooth = np.stack(
        [
            np.convolve(path[:, axis], np.ones(2 * reach + 1) / (2 * reach + 1), "same")
            for axis in (0, 1)
        ],
        -1,
    )
    off = (path - smooth)[reach:-reach]
    return float(np.sqrt((off**2).sum(1).mean())) if len(off) else 0.0
