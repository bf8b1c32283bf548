"""The checks of a pre-flight, as they are told: what is, what should be, how to record better."""

# Each code with its group and the one sentence that helps; the sentence does not change.
ADVICE = {
    "FILE_UNREADABLE": ("file", "Export the recording as MP4 (H.264, AAC) and try again"),
    "FILE_DAMAGED": ("file", "Copy the file from the camera again, or export it afresh"),
    "FILE_CUT_OFF": ("file", "Upload the file again: its end is missing"),
    "FILE_LARGE": ("file", "Export the picture smaller, as JPEG"),
    "PICTURE_NONE": ("file", "Hand in a film, not a sound recording"),
    "DURATION_SHORT": ("file", "Record longer: read more of the text"),
    "DURATION_LONG": ("file", "Cut the recording to its best part"),
    "RATE_LOW": ("file", "Set the camera to 25 or 30 frames a second"),
    "RATE_VARIABLE": ("file", "Set the camera to a constant frame rate"),
    "SIZE_SMALL": ("file", "Record in 1080x1920, or at least 720x1280"),
    "SIZE_LARGE": ("file", "Export the picture smaller"),
    "SHAPE": ("file", "Record upright, 9:16"),
    "INTERLACED": ("file", "Set the camera to progressive recording (25p or 30p)"),
    "HDR": ("file", "Switch HDR off, or export in standard range (BT.709)"),
    "SOUND_NONE": ("sound", "Switch the microphone on, or hand in the sound as a second file"),
    "SOUND_SILENT": ("sound", "Check that the right microphone is chosen and not muted"),
    "SOUND_QUIET": ("sound", "Go nearer to the microphone or raise its level"),
    "SOUND_CLIPPED": ("sound", "Lower the microphone's level until its meter stays below the top"),
    "SOUND_NOISY": ("sound", "Record in a quiet room, without fans, traffic or music"),
    "SOUND_RATE": ("sound", "Record the sound with at least 16 kHz"),
    "SOUND_LENGTH": ("sound", "Hand in sound and picture of the same recording, uncut"),
    "SPEECH_SHORT": ("sound", "Speak through most of the recording"),
    "SILENCE_SHORT": (
        "loop",
        "Sit still and look into the camera for ten seconds before you speak",
    ),
    "LETTERBOX": ("picture", "Export the film without black bars"),
    "CUT": ("picture", "Record in one go, without cuts or fades"),
    "FROZEN": ("picture", "Record again: the picture stands still while time goes on"),
    "FRAMES_REPEATED": ("picture", "Record at 25 or more real frames a second"),
    "CAMERA_SHAKES": ("picture", "Put the camera on a tripod"),
    "LIGHT_CHANGES": ("picture", "Use steady light: no window, no screen, exposure locked"),
    "LIGHT_FLICKERS": ("picture", "Use lamps that do not flicker, or set the shutter to 1/50 s"),
    "PICTURE_DARK": ("picture", "Light the face from the front"),
    "PICTURE_BRIGHT": ("picture", "Lower the exposure until no skin is white"),
    "PICTURE_BLURRED": ("picture", "Focus on the eyes and lock the focus"),
    "COLOURLESS": ("picture", "Record in colour"),
    "PICTURE_TURNED": ("picture", "Turn the film upright before it is handed in"),
    "FACE_NONE": ("face", "Sit so that the whole face is seen from the front"),
    "FACES_MANY": ("face", "Be alone in the picture: no other people, posters or screens"),
    "FACE_LOST": ("face", "Look into the camera all the time"),
    "FACE_SMALL": ("face", "Go nearer: head and shoulders fill the width"),
    "FACE_LARGE": ("face", "Go farther away: the whole head with some room around it"),
    "FACE_CUT": ("face", "Move the camera so that the whole head is in the picture"),
    "FACE_OFF_CENTRE": ("face", "Sit in the middle of the picture"),
    "FACE_TILTED": ("face", "Hold the head upright"),
    "FACE_TURNED": ("face", "Turn to the camera: both cheeks are to be seen alike"),
    "FACE_WANDERS": ("face", "Stay in place: sit on a chair that does not turn"),
    "MOUTH_COVERED": ("face", "Keep hands, hair and microphone away from mouth and chin"),
    "MOUTH_STILL": ("face", "Uncover the mouth, and speak in the recording yourself"),
    "MOUTH_OPEN": ("face", "Use a photo with closed lips: its teeth would stay while it speaks"),
    "OUT_OF_SYNC": (
        "sound",
        "Hand in the recording as the camera made it, sound and picture uncut",
    ),
}

OUTCOMES = ("passed", "warned", "failed", "skipped")


class Findings:
    """Checks in the order in which they were made."""

    def __init__(self):
        self.checks = []

    def add(self, code, outcome, is_now, due, value=None, unit=None):
        """`is_now`, `due`: short phrases with units; `value`: the number behind them."""
        assert outcome in OUTCOMES, outcome
        group, advice = ADVICE[code]
        number = None if value is None else round(float(value), 3)
        self.checks.append(
            {
                "code": code,
                "group": group,
                "outcome": outcome,
                "is": is_now,
                "due": due,
                "value": number,
                "unit": unit,
                "advice": advice,
            }
        )

    def judge(self, code, good, is_now, due, value=None, unit=None):
        """Passed if `good`, else failed; tells whether it passed."""
        self.add(code, "passed" if good else "failed", is_now, due, value, unit)
        return bool(good)

    def skip(self, codes, why):
        for code in codes:
            self.add(code, "skipped", why, "it was not checked")

    @property
    def failed(self):
        return [check for check in self.checks if check["outcome"] == "failed"]

    @property
    def verdict(self):
        return "refused" if self.failed else "fit"
