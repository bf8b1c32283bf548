"""Debian's voices, each as (sound at 16 kHz, phones with exact times)."""

import ctypes
import os
import shutil
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from math import gcd

import numpy as np
from scipy.signal import resample_poly

RATE = 16000


@dataclass(frozen=True)
class Voice:
    """One voice: which engine says what language, and how much of it the corpus takes."""

    name: str
    engine: str
    language: str
    mapping: str
    minutes: float
    encoding: str = "utf-8"
    pitch: tuple | None = None  # mean F0 range in Hz, where the engine can set it
    weights: tuple = (1.0, 1.0)  # how often a minute of it is drawn in either stage of training


ENGLISH_LATER = 1.6  # English, recorded: what kiosks hear most


def _festival(name, language, mapping, minutes, encoding="utf-8", pitch=None):
    weights = (1.0, ENGLISH_LATER if language == "en" else 1.0)
    return Voice(name, "festival", language, mapping, minutes, encoding, pitch, weights)


def _flite(name, minutes, pitch):
    weights = (1.0, ENGLISH_LATER)
    return Voice(name, "flite", "en", "arpabet", minutes, pitch=pitch, weights=weights)


VOICES = [
    _festival("voice_kal_diphone", "en", "arpabet", 34, pitch=(75, 190)),
    _festival("voice_ked_diphone", "en", "arpabet", 38, pitch=(75, 190)),
    _festival("voice_cmu_us_slt_arctic_hts", "en", "arpabet", 40),
    _flite("slt", 44, (120, 240)),
    _flite("rms", 44, (75, 150)),
    _flite("awb", 44, (90, 170)),
    _festival("voice_lp_diphone", "it", "italian", 16, "latin1", (130, 260)),
    _festival("voice_pc_diphone", "it", "italian", 16, "latin1", (80, 170)),
    _festival("voice_suo_fi_lj_diphone", "fi", "finnish", 16, "latin1", (130, 260)),
    _festival("voice_hy_fi_mv_diphone", "fi", "finnish", 16, "latin1", (80, 170)),
    _festival("voice_czech_ph", "cs", "czech", 12, "iso8859-2"),
    _festival("voice_czech_dita", "cs", "czech", 16, "iso8859-2"),
    _festival("voice_czech_machac", "cs", "czech", 12, "iso8859-2"),
    _festival("voice_czech_krb", "cs", "czech", 12, "iso8859-2"),
    _festival("voice_msu_ru_nsh_clunits", "ru", "russian", 18),
    _festival("voice_upc_ca_ona_hts", "ca", "catalan", 22, "latin1"),
    _festival("voice_hindi_NSK_diphone", "hi", "indic", 8),
    _festival("voice_marathi_NSK_diphone", "mr", "indic", 4),
    _festival("voice_telugu_NSK_diphone", "te", "indic", 5),
    Voice("espeak-en", "espeak", "en", "ipa", 80, weights=(0.7, 0.4)),
    Voice("espeak-world", "espeak", "*", "ipa", 80, weights=(0.8, 0.5)),
]

ESPEAK_ENGLISH = ["en-us"] * 3 + ["en", "en-gb-x-rp", "en-gb-scotland", "en-029"]
ESPEAK_WORLD = {
    **{"es": "es", "es-419": "es", "de": "de", "fr": "fr", "it": "it", "pt-br": "pt"},
    **{"pt": "pt", "pl": "pl", "tr": "tr", "nl": "nl", "sv": "sv", "id": "id", "ro": "ro"},
    **{"hu": "hu", "sw": "sw", "fi": "fi", "cs": "cs", "ca": "ca", "ru": "ru", "hi": "hi"},
    "cmn": "cmn",
}
ESPEAK_VARIANTS = (
    [f"m{n}" for n in range(1, 8)]
    + [f"f{n}" for n in range(1, 5)]
    + "Alex Alicia Andrea Andy Annie Denis Diogo Gene Henrique Hugo Jacky Lee Michael".split()
    + "Mike adam anika antonio aunty benjamin caleb david ed edward grandma grandpa iven".split()
    + "john linda max michel miguel pablo paul pedro rob robert shelby steph victor zac".split()
)


def read_wav(path):
    """Mono float32 at 16 kHz."""
    with wave.open(path) as file:
        rate = file.getframerate()
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        sound = sound.astype(np.float32).reshape(-1, file.getnchannels()).mean(1) / 32768
    return to_rate(sound, rate)


def to_rate(sound, rate):
    if rate == RATE:
        return sound
    common = gcd(rate, RATE)
    return resample_poly(sound, RATE // common, rate // common).astype(np.float32)


def flite(texts, voice, random):
    """One process per sentence: flite prints the end time of every phone it says."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "said.wav")
        for text in texts:
            stretch, pitch = random.uniform(0.8, 1.35), random.uniform(*voice.pitch)
            command = ["flite", "-voice", voice.name, "-psdur", "-t", text, "-o", path]
            command += ["--setf", f"duration_stretch={stretch:.3f}"]
            if random.random() < 0.5:
                command += ["--setf", f"int_f0_target_mean={pitch:.1f}"]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            start, timed = 0.0, []
            for token in said.split():
                name, _, end = token.rpartition(":")
                if name:
                    timed.append((start, float(end), name))
                    start = float(end)
            yield read_wav(path), timed


def festival(texts, voice, random):
    """One process for all sentences; sentences that fail to synthesise are left out."""
    folder = tempfile.mkdtemp()
    script = [f"({voice.name})"]
    for at, text in enumerate(texts):
        script.append(f"(Parameter.set 'Duration_Stretch {random.uniform(0.8, 1.35):.3f})")
        if voice.pitch:
            mean = random.uniform(*voice.pitch)
            script.append(
                f"(set! int_lr_params '((target_f0_mean {mean:.1f})"
                f" (target_f0_std {mean * random.uniform(0.08, 0.2):.1f})"
                " (model_f0_mean 170) (model_f0_std 34)))"
            )
        quoted = text.replace("\\", " ").replace('"', " ")
        script.append(
            f'(set! said (utt.synth (Utterance Text "{quoted}")))'
            f"(utt.save.wave said \"{folder}/{at}.wav\" 'riff)"
            f'(utt.save.segs said "{folder}/{at}.seg")'
        )
    with open(f"{folder}/say.scm", "wb") as file:
        file.write("\n".join(script).encode(voice.encoding, "ignore"))
    subprocess.run(["festival", "-b", f"{folder}/say.scm"], capture_output=True, check=False)
    try:
        for at in range(len(texts)):
            if os.path.exists(f"{folder}/{at}.seg"):
                yield read_wav(f"{folder}/{at}.wav"), _segments(f"{folder}/{at}.seg")
    finally:
        shutil.rmtree(folder)


def _segments(path):
    """Festival's label file: `end 100 phone` a line after a header."""
    start, timed = 0.0, []
    with open(path, encoding="latin1") as lines:
        for fields in map(str.split, lines):
            if len(fields) == 3:
                timed.append((start, float(fields[0]), fields[2]))
                start = float(fields[0])
    return timed


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("text", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        *[(name, ctypes.c_int) for name in ("type", "message", "position", "length", "audio_ms")],
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", _EventId),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)
_PHONEME = 7
_RETRIEVE, _PHONEME_EVENTS_IPA, _UTF8 = 1, 3, 1
_RATE_PARAMETER, _PITCH_PARAMETER, _RANGE_PARAMETER = 1, 3, 4


class Espeak:
    """libespeak-ng through its C interface, for phoneme events with sample positions."""

    def __init__(self):
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._rate = self._library.espeak_Initialize(2, 0, None, _PHONEME_EVENTS_IPA)
        self._sound, self._events = [], []
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text, voice, rate, pitch, spread):
        """Sound and phones, or None where the voice is missing or says nothing."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return None
        self._library.espeak_SetParameter(_RATE_PARAMETER, rate, 0)
        self._library.espeak_SetParameter(_PITCH_PARAMETER, pitch, 0)
        self._library.espeak_SetParameter(_RANGE_PARAMETER, spread, 0)
        self._sound.clear()
        self._events.clear()
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        if not self._sound:
            return None
        sound = np.concatenate(self._sound).astype(np.float32) / 32768
        starts = [at / self._rate for at, _ in self._events]
        ends = [*starts[1:], len(sound) / self._rate]
        timed = [(a, b, name) for a, b, (_, name) in zip(starts, ends, self._events)]
        if timed and timed[0][0] > 0:
            timed.insert(0, (0.0, timed[0][0], "_"))
        sound = to_rate(sound, self._rate)
        return sound, give_closures_back(sound, timed)

    def _take(self, samples, count, events):
        if samples and count > 0:
            self._sound.append(np.ctypeslib.as_array(samples, (count,)).copy())
        at = 0
        while events[at].type != 0:
            if events[at].type == _PHONEME:
                name = bytes(events[at].id.text).split(b"\0")[0]
                self._events.append((events[at].sample, name.decode("utf8", "ignore")))
            at += 1
        return 0


def espeak(engine, texts_of, voice, random):
    """Endless sentences by espeak-ng, of random variants, rates and pitches."""
    while True:
        if voice.language == "*":
            accent = random.choice(list(ESPEAK_WORLD))
            text = texts_of(ESPEAK_WORLD[accent])
        else:
            accent, text = random.choice(ESPEAK_ENGLISH), texts_of("en")
        variant = f"+{random.choice(ESPEAK_VARIANTS)}" if random.random() < 0.85 else ""
        rate = random.randint(120, 250)
        pitch, spread = random.randint(15, 85), random.randint(20, 85)
        said = engine.say(text, accent + variant, rate, pitch, spread)
        if said:
            yield said


_STOPS = set("ptkbdgqcʈɟɖɢ")
_CLOSURE_SECONDS_MAX = 0.12
_CLOSURE_DB = -42


def give_closures_back(sound, timed):
    """espeak-ng reports a stop at its burst; the silent closure before it belongs to the stop."""
    hop = RATE // 200
    count = len(sound) // hop
    power = (sound[: count * hop].reshape(count, hop) ** 2).mean(1)
    level = 20 * np.log10(np.sqrt(power) + 1e-6)
    rows = [list(row) for row in timed]
    for at in range(1, len(rows)):
        name = rows[at][2].strip("ˈˌ")
        if not name or name[0] not in _STOPS or rows[at - 1][2] in ("_", ""):
            continue
        first = last = int(rows[at][0] * 200)
        while last - first < _CLOSURE_SECONDS_MAX * 200 and 0 < first <= count:
            if level[first - 1] >= _CLOSURE_DB:
                break
            first -= 1
        start = max(rows[at][0] - (last - first) / 200, rows[at - 1][0] + 0.01)
        if start < rows[at][0]:
            rows[at][0] = rows[at - 1][1] = start
    return [tuple(row) for row in rows]
