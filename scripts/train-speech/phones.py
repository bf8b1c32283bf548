"""Phone classes of the net, what each one looks like, and how every engine's phones map to them.

The net tells 40 phones apart; `FOLD` folds them to the 15 visemes of `runtime/mouth/viseme.ts`.
Keeping m, n, ng and l (or p, b and m) apart in training is what makes lip closures reliable:
a single class "closed lips" would have to cover silence-like and nasal spectra at once.
"""

VISEMES = "sil PP FF TH DD kk CH SS nn RR aa E ih oh ou".split()

_FOLDS = {
    "sil": "sil",
    "PP": "p b m",
    "FF": "f v",
    "TH": "th dh",
    "DD": "t d",
    "kk": "k g ng x",
    "CH": "ch jh sh zh",
    "SS": "s z",
    "nn": "n l",
    "RR": "r er rr",
    "aa": "aa ae ah ax",
    "E": "eh ey",
    "ih": "ih iy y",
    "oh": "ao ow oe",
    "ou": "uh uw ue w",
}
PHONES = [phone for phones in _FOLDS.values() for phone in phones.split()]
PHONE_ID = {phone: at for at, phone in enumerate(PHONES)}
_SHAPE = {phone: viseme for viseme, phones in _FOLDS.items() for phone in phones.split()}
FOLD = [VISEMES.index(_SHAPE[phone]) for phone in PHONES]

_VOICELESS = "sil p f th t k x ch sh s".split()
VOICED = [phone not in _VOICELESS for phone in PHONES]
_VOWELS = set(" ".join(_FOLDS[v] for v in ("aa", "E", "ih", "oh", "ou")).split()) | {"er"}

# A map's value is a list of (phone, share of the time), or one of two marks that look around:
# "@h" takes the next vowel's shape (the mouth is already there), "@q" keeps the phone before.
_Parts = list


def _split(first, second, share=0.6):
    return [(first, share), (second, 1 - share)]


_AFFRICATE_TS = [("t", 0.35), ("s", 0.65)]
_AFFRICATE_DZ = [("d", 0.35), ("z", 0.65)]


def _table(rows):
    """{"phone": "names of the engine that mean it"} turned around."""
    return {name: phone for phone, names in rows.items() for name in names.split()}


_SAME = {phone: phone for phone in PHONES}

ARPABET = {
    **_SAME,
    **_table({"sil": "pau h# brth ssil #", "m": "em", "n": "en nx", "l": "el", "d": "dx"}),
    **_table({"ih": "ix", "er": "axr", "@h": "hh hv h", "@q": "q"}),
    "ey": _split("ey", "ih"),
    "ay": _split("aa", "ih"),
    "oy": _split("ao", "ih"),
    "aw": _split("aa", "uh"),
    "ow": _split("ow", "uh"),
}

ITALIAN = {
    **_table({"sil": "# ## pau", "p": "p", "b": "b", "m": "m", "f": "f", "v": "v nf", "t": "t"}),
    **_table({"d": "d", "k": "k", "g": "g", "ng": "ng", "ch": "tS", "jh": "dZ", "sh": "S"}),
    **_table({"s": "s", "z": "z", "n": "n J", "l": "l L", "rr": "r", "aa": "a a1", "ey": "e e1"}),
    **_table({"eh": "E E1", "iy": "i i1", "y": "j", "ow": "o o1", "ao": "O O1", "uw": "u u1"}),
    "w": "w",
    "ts": _AFFRICATE_TS,
    "dz": _AFFRICATE_DZ,
}

FINNISH = _table(
    {
        **{"sil": "# ## pau", "p": "p", "b": "b", "m": "m", "f": "f", "v": "v", "t": "t T"},
        **{"d": "d D", "k": "k", "g": "g", "ng": "N", "sh": "S", "s": "s", "z": "z Z", "n": "n"},
        **{"l": "l L", "rr": "r", "aa": "a", "ae": "&", "ax": "@", "ey": "e", "iy": "i", "y": "j"},
        **{"ow": "o", "oe": "7", "uw": "u", "ue": "y", "w": "w", "@h": "h"},
    }
)
FINNISH |= {f"{name}:": phone for name, phone in FINNISH.items()}

CZECH = {
    **_table({"sil": "# _ pau", "p": "p", "b": "b", "m": "m", "f": "f", "v": "v", "t": "t t~"}),
    **_table({"d": "d d~", "k": "k", "g": "g", "ng": "n*", "x": "ch", "ch": "c~", "jh": "dz~"}),
    **_table({"sh": "s~", "zh": "z~ r~", "s": "s", "z": "z", "n": "n n~", "l": "l", "rr": "r"}),
    **_table({"aa": "a a:", "eh": "e e:", "iy": "i i:", "y": "j", "ow": "o o:", "uw": "u u:"}),
    "h": "@h",
    "c": _AFFRICATE_TS,
    "dz": _AFFRICATE_DZ,
}

RUSSIAN = {
    **_table({"sil": "pau #", "p": "p pp", "b": "b bb", "m": "m mm", "f": "f ff", "v": "v vv"}),
    **_table({"t": "t tt", "d": "d dd", "k": "k kk", "g": "g gg", "x": "h hh", "ch": "ch"}),
    **_table({"sh": "sh sch", "zh": "zh", "s": "s ss", "z": "z zz", "n": "n nn", "l": "l ll"}),
    **_table({"rr": "r rr", "aa": "aa", "ah": "a", "ax": "ae ay", "eh": "ee", "ih": "e y yy i"}),
    **_table({"iy": "ii", "y": "j", "ow": "oo o", "uw": "uu", "uh": "u ur"}),
    "c": _AFFRICATE_TS,
}

CATALAN = {
    **_table({"sil": "pau #", "p": "p", "b": "b B", "m": "m", "f": "f", "v": "v", "t": "t"}),
    **_table({"d": "d", "dh": "D", "th": "T", "k": "k", "g": "g G", "ng": "N", "x": "x"}),
    **_table({"sh": "S", "zh": "Z", "ch": "tS", "jh": "dZ", "s": "s", "z": "z", "n": "n J"}),
    **_table({"l": "l L", "rr": "r rr", "aa": "a a1", "ax": "ax ax1", "ey": "e e1", "eh": "E E1"}),
    **_table({"iy": "i i1", "y": "j y", "ow": "o o1", "ao": "O O1", "uw": "u u1", "w": "w"}),
    "ts": _AFFRICATE_TS,
    "dz": _AFFRICATE_DZ,
}

# One table for the Hindi, Marathi and Telugu voices: `th` and `dh` are dental stops there.
INDIC = {
    **_table({"sil": "pau # x", "p": "p", "b": "b bh", "m": "m", "f": "f", "v": "v", "w": "w"}),
    **_table({"t": "T th td tth", "d": "D dh ddh", "k": "k kh", "g": "g gh", "ng": "N"}),
    **_table({"ch": "ch", "jh": "j", "sh": "sh", "zh": "zh", "s": "s sri", "n": "n", "l": "l L"}),
    **_table({"rr": "r R", "ah": "a", "ax": "@", "aa": "aa", "ih": "ih", "iy": "iy", "uh": "uh"}),
    **_table({"uw": "uw", "eh": "eh", "ey": "ee", "ao": "oh", "ow": "oo", "y": "y", "@h": "h"}),
    "ay": _split("aa", "ih"),
    "aw": _split("aa", "uh"),
    "ksh": _split("k", "sh", 0.5),
}

_IPA = {}
for _phone, _letters in {
    **{"p": "p", "b": "bɓʙ", "m": "m", "f": "fɸ", "v": "vʋɱⱱβ", "th": "θ", "dh": "ð", "t": "tʈ"},
    **{"d": "dɖɾɗ", "k": "kqc", "g": "gɡɢɟʛɠ", "ng": "ŋɴ", "x": "xɣχʁʀ", "sh": "ʃʂɕɧç"},
    **{"zh": "ʒʐʑʝ", "s": "s", "z": "z", "n": "nɲɳ", "l": "lʎɭɫɬɮʟ", "r": "ɹɻ", "er": "ɚɝɜ"},
    **{"rr": "rɽ", "aa": "aɑɶ", "ae": "æ", "ah": "ʌ", "ax": "əɐ", "eh": "ɛ", "ey": "eɘɤɞ"},
    **{"ih": "ɪᵻɿʅɨ", "iy": "iɯ", "y": "j", "ao": "ɔɒ", "ow": "oɵ", "oe": "øœ", "uh": "ʊʏ"},
    **{"uw": "uʉ", "ue": "y", "w": "wɥʍɰ", "@h": "hɦħʕʜ", "@q": "ʔ"},
}.items():
    _IPA |= dict.fromkeys(_letters, _phone)


def ipa(name):
    """One of espeak-ng's phoneme events (IPA with stress, length and ties) as parts, or None."""
    text = "".join(c for c in name if c not in "͡ˈˌːˑ̃-_: |")
    if not text:
        return "sil"
    found = [_IPA[c] for c in text if c in _IPA]
    if not found:
        return None
    if text[0] in "td" and len(found) > 1:
        if found[1] in ("sh", "zh"):
            return "ch" if text[0] == "t" else "jh"
        if found[1] in ("s", "z"):
            return _AFFRICATE_TS if text[0] == "t" else _AFFRICATE_DZ
    if found[0] not in _VOWELS or len(found) == 1:
        return found[0]  # a consonant keeps its place whatever modifies it
    if found[1] == found[0]:
        return found[0]
    if len(found) == 2:
        return _split(found[0], found[1])
    return [(found[0], 0.4), (found[1], 0.3), (found[2], 0.3)]


def arpabet(name):
    return ARPABET.get(name.lower().rstrip("012"))


MAPS = {
    "arpabet": arpabet,
    "ipa": ipa,
    "italian": ITALIAN.get,
    "finnish": FINNISH.get,
    "czech": CZECH.get,
    "russian": RUSSIAN.get,
    "catalan": CATALAN.get,
    "indic": INDIC.get,
}


def segments(timed, mapping):
    """[(start s, end s, engine's name)] -> [[start s, end s, phone]] without gaps or marks.

    Names that mean nothing for the mouth (stress marks, say) lengthen the phone before them.
    """
    rows = []
    for start, end, name in timed:
        parts = MAPS[mapping](name)
        if parts is None:
            if rows:
                rows[-1][1] = end
            continue
        if isinstance(parts, str):
            parts = [(parts, 1.0)]
        at = start
        for phone, share in parts:
            rows.append([at, at + (end - start) * share, phone])
            at = rows[-1][1]
        rows[-1][1] = end
    for at in range(len(rows) - 1, -1, -1):
        if rows[at][2] == "@h":
            following = rows[at + 1][2] if at + 1 < len(rows) else "sil"
            rows[at][2] = following if following in _VOWELS else "ah"
            rows[at].append("breathed")
    for at, row in enumerate(rows):
        if row[2] == "@q":
            row[2] = rows[at - 1][2] if at else "sil"
    return [row for row in rows if row[1] > row[0]]
