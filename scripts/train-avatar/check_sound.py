"""Checks of a take's sound: there, loud, clean, as long as the picture, speech and silence."""

import numpy as np

import film
import sound

SILENT_BELOW = -60.0  # dB of full scale of its loud parts
QUIET_BELOW = -38.0
NOISE_LEAST = 15.0  # dB between loud speech and the room
NOISE_GOOD = 25.0
CLIPPED_MOST = 0.002  # share of samples in flat tops
FLAT_TOP = 3  # samples at full scale in a row
CROWD = 0.4  # of the samples above 70 % of the peak, those that speech has above 85 %, at most
LENGTH_OFF = 0.5  # s
SPEECH_SHARE = 0.4  # of the least duration
LOOP_SECONDS = 4.6  # the shortest loop and what is left free next to speech
ALL = (
    "SOUND_SILENT",
    "SOUND_QUIET",
    "SOUND_CLIPPED",
    "SOUND_NOISY",
    "SOUND_RATE",
    "SOUND_LENGTH",
    "SPEECH_SHORT",
)


class Heard:
    """Levels by frame, and where somebody speaks."""

    def __init__(self, samples):
        self.samples = samples
        self.level = sound.levels(samples)
        self.speech = sound.speaking(self.level)
        self.silences = [(a, b) for a, b in sound.runs(~self.speech)]

    @property
    def speech_seconds(self):
        return float(self.speech.sum() / film.FPS)

    @property
    def silence_seconds(self):
        return max([(b - a) / film.FPS for a, b in self.silences], default=0.0)


def check_sound(findings, source, facts, options):
    """What is heard, or None; `source` is the file with the sound, `facts` those of the take."""
    rate = facts["audioHz"]
    if not findings.judge(
        "SOUND_NONE",
        rate is not None,
        "there is sound" if rate else "there is no sound",
        "sound in the take or as a second file",
    ):
        findings.skip((*ALL, "SILENCE_SHORT"), "there is no sound")
        return None
    heard = Heard(sound.read(source))
    floor, loud = np.percentile(heard.level, [10, 92]) if len(heard.level) else (-90, -90)
    if not findings.judge(
        "SOUND_SILENT",
        loud > SILENT_BELOW,
        f"sound reaches {loud:.0f} dB",
        f"above {SILENT_BELOW:.0f} dB of full scale",
        loud,
        "dB",
    ):
        findings.skip((*ALL[1:], "SILENCE_SHORT"), "the sound is silent")
        return None
    findings.judge(
        "SOUND_QUIET",
        loud > QUIET_BELOW,
        f"speech is at {loud:.0f} dB",
        f"above {QUIET_BELOW:.0f} dB of full scale",
        loud,
        "dB",
    )
    clipped = clipped_share(heard.samples)
    findings.judge(
        "SOUND_CLIPPED",
        clipped <= CLIPPED_MOST,
        f"{clipped:.2%} of the sound is clipped",
        f"at most {CLIPPED_MOST:.2%}",
        clipped,
    )
    _noise(findings, loud - floor)
    findings.judge(
        "SOUND_RATE",
        rate >= sound.RATE,
        f"sound has {rate} Hz",
        f"at least {sound.RATE} Hz",
        rate,
        "Hz",
    )
    length = len(heard.samples) / sound.RATE
    off = length - facts["seconds"]
    findings.judge(
        "SOUND_LENGTH",
        abs(off) <= LENGTH_OFF,
        f"sound is {length:.1f} s, picture {facts['seconds']:.1f} s long",
        f"the same length within {LENGTH_OFF} s",
        off,
        "s",
    )
    _parts(findings, heard, options)
    return heard


def clipped_share(samples):
    """Share of samples in flat tops. A lossy codec smears them: then too many lie near the peak."""
    loud = np.abs(samples)
    peak = float(loud.max()) if len(samples) else 0.0
    if peak < 0.5:  # what was clipped before it was made softer cannot be told from a tone
        return 0.0
    flat = sum(b - a for a, b in sound.runs(loud >= 0.985 * peak) if b - a >= FLAT_TOP)
    top = np.percentile(loud, 99.95)
    crowded = (loud > 0.85 * top).mean() - CROWD * (loud > 0.7 * top).mean()
    return float(max(flat / len(samples), crowded))


def _noise(findings, ratio):
    outcome = "failed" if ratio < NOISE_LEAST else "warned" if ratio < NOISE_GOOD else "passed"
    findings.add(
        "SOUND_NOISY",
        outcome,
        f"speech is {ratio:.0f} dB above the room's noise",
        f"at least {NOISE_LEAST:.0f} dB, better {NOISE_GOOD:.0f} dB",
        ratio,
        "dB",
    )


def _parts(findings, heard, options):
    due = SPEECH_SHARE * options.seconds[0]
    spoken = heard.speech_seconds
    findings.judge(
        "SPEECH_SHORT",
        spoken >= due,
        f"{spoken:.1f} s are speech",
        f"at least {due:g} s",
        spoken,
        "s",
    )
    if options.idle:
        findings.add("SILENCE_SHORT", "passed", "an idle clip is given", "silence or an idle clip")
        return
    still = heard.silence_seconds
    findings.judge(
        "SILENCE_SHORT",
        still >= LOOP_SECONDS,
        f"the longest silence is {still:.1f} s",
        f"at least {LOOP_SECONDS} s, for the idle loop",
        still,
        "s",
    )
