#!/usr/bin/python3
"""Is a recording fit to become an avatar? One JSON document with every check.

    scripts/train-avatar/preflight.py TAKE [--audio FILE] [--idle FILE] [--photo]
        [--type instant|studio] [--box x,y,w,h] [--seconds MIN,MAX] [--pictures DIR]

Exit 0: fit (warnings allowed); 2: refused; the document is on standard output in both cases.
`config/preflight.ts` has its schema.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

import check_face
import check_file
import check_picture
import check_sound
import draw
import faces
import film
import sync
from check_photo import check_photo
from findings import Findings
from step import say
from survey import Survey

SECONDS = (60.0, 600.0)
LOOKS = 8  # frames that are looked at in full size


def main():
    cv2.setNumThreads(1)
    options = arguments()
    document = examine(options, lambda done, of, text: say({"done": done, "of": of, "text": text}))
    print(json.dumps(document))
    raise SystemExit(2 if document["verdict"] == "refused" else 0)


def arguments(words=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("take", type=Path)
    parser.add_argument("--audio", type=Path, help="sound in a file of its own")
    parser.add_argument("--idle", type=Path, help="an idle clip: the take then needs no silence")
    parser.add_argument("--photo", action="store_true", help="the take is one picture")
    parser.add_argument("--type", choices=("instant", "studio"))
    parser.add_argument("--box", type=_numbers, help="the face, by hand: x,y,width,height")
    parser.add_argument("--seconds", type=_numbers, default=SECONDS, help="least and most")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the report")
    return parser.parse_args(words)


def examine(options, progress):
    """The document for `arguments()`; `progress(done, of, text)` hears how far it is."""
    findings = Findings()
    document = {
        "schema": 1,
        "file": options.take.name,
        "kind": "photo" if options.photo else "take",
        "type": options.type,
        "series": {},
        "pictures": [],
    }
    if options.photo:
        facts = check_photo(findings, options)
    else:
        facts = check_take(findings, options, progress, document)
    return {**document, "verdict": findings.verdict, "facts": facts, "checks": findings.checks}


def check_take(findings, options, progress, document):
    told = film.probe(options.take)
    facts = check_file.check_file(findings, options.take, told, options.seconds)
    if facts is None:
        return None
    if options.audio:
        heard_in = film.probe(options.audio)
        stream = heard_in and film.sound_stream(heard_in)
        facts["audioHz"] = int(stream["sample_rate"]) if stream else None
    heard = check_sound.check_sound(findings, options.audio or options.take, facts, options)
    facts["speechSeconds"] = heard and round(heard.speech_seconds, 2)
    facts["silenceSeconds"] = heard and round(heard.silence_seconds, 2)
    seen = [(grey, faces.find_face(grey, options.box)) for grey in look(options.take, facts)]
    face = _usual(seen)
    facts["face"] = face and {
        "box": _round(face.box),
        "eyes": [_round(eye) for eye in face.eyes],
        "eyesFound": face.eyes_found,
        "roll": round(face.roll, 2),
    }
    frames = round(facts["seconds"] * film.FPS)
    survey = Survey(
        options.take,
        tuple(facts["size"]),
        _usual(seen[:1]) or face,
        lambda done: done % 25 == 0 and progress(done, max(frames, done), "looking"),
    )
    _whole(findings, options.take, survey, frames)
    check_picture.check_picture(findings, survey, facts["fps"])
    late = _check_head(findings, facts, seen, (survey, heard, options.box))
    facts["syncMs"] = None if late is None else round(late * 1000)
    document["series"] = series(survey, heard)
    if options.pictures and seen and seen[0][1]:
        document["pictures"] = pictures(options.pictures, *seen[0])
    return facts


def look(path, facts):
    """Grey frames at full size, spread over the take."""
    seconds, size = facts["seconds"], tuple(facts["size"])
    for number in range(LOOKS):
        start = seconds * (number + 0.05) / LOOKS
        yield from film.greys(path, size, start=start, seconds=0.04, complaints=[])


def _check_head(findings, facts, looks, parts):
    """All checks that need a face; the seconds by which the sound is late, where it was found."""
    survey, heard, box = parts
    face = _usual(looks)
    if face is None:
        check_face.check_none(findings, [grey for grey, _ in looks])
        left = (
            *check_face.BASIC[:2],
            *check_face.MORE,
            *check_face.TIMED,
            *check_picture.FACE_CODES,
        )
        findings.skip(left, "no face is found")
        return None
    findings.judge("FACE_NONE", True, "a face is found", "one face, seen from the front")
    check_face.check_face(findings, face, facts["size"])
    if box is None:
        check_face.check_looks(findings, survey, face)
    else:
        findings.skip(("FACES_MANY", "FACE_LOST"), "the face's place was given by hand")
    seen = [(grey, found) for grey, found in looks if found]
    check_face.check_turned(findings, [found for _, found in seen])
    check_face.check_way(findings, survey, face)
    check_face.check_covered(findings, survey)
    check_picture.check_light(findings, survey)
    check_picture.check_sharp(findings, [check_picture.sharpness_of(*pair) for pair in seen])
    if heard is None or not heard.speech.any():
        findings.skip(("MOUTH_STILL", "OUT_OF_SYNC"), "there is no speech")
        return None
    late, likeness, _ = sync.offset(survey.mouths, heard.level)
    check_face.check_sync(findings, late, likeness)
    return late


def _whole(findings, path, survey, frames):
    """The film can be decoded to its end, and without errors."""
    share = survey.frames / max(1, frames)
    findings.judge(
        "FILE_CUT_OFF", share >= 0.95, f"{share:.0%} of the film can be read", "all of it", share
    )
    errors = survey.errors
    findings.judge(
        "FILE_DAMAGED", errors == 0, f"{errors} errors when it is decoded", "none", errors
    )


def _usual(looks):
    """The face of most looks, or None where most show none."""
    found = [face for _, face in looks if face]
    return faces.median_face(found) if found and len(found) * 2 >= len(looks) else None


def series(survey, heard):
    """Curves for the report, at most 300 points each."""
    told = {"light": draw.thin(survey.light), "change": draw.thin(survey.change)}
    if len(survey.face):
        way = np.array(survey.face) / survey.scale
        told |= {
            "faceX": draw.thin(way[:, 0]),
            "faceY": draw.thin(way[:, 1]),
            "likeness": draw.thin(survey.likeness),
        }
    if heard:
        told["sound"] = draw.thin(heard.level)
    return told


def pictures(folder, grey, face):
    folder.mkdir(parents=True, exist_ok=True)
    draw.face_picture(folder / "face.jpg", grey, face)
    return [{"file": f"{folder.name}/face.jpg", "caption": "the face that was found"}]


def _round(values):
    return [round(float(value), 1) for value in values]


def _numbers(text):
    return tuple(float(word) for word in text.split(","))


if __name__ == "__main__":
    main()
