"""Sound that is no speech to be followed: noise, hum, breath, music, and babble of many voices."""

import os

import numpy as np
from scipy.signal import butter, fftconvolve, lfilter, sosfilt

import corpus
from features import log_mel
from voices import RATE, VOICES

SECONDS = 20
KINDS = "coloured coloured hum breath music music music babble clatter".split()


def build(corpus_folder, path, seed, clips=72):
    """Log-mels of `clips` pieces of 20 s, peak at half scale."""
    if os.path.exists(path):
        return
    chance = np.random.default_rng(seed)
    crowd = _crowd(corpus_folder)
    makers = {
        "coloured": _coloured,
        "hum": _hum,
        "breath": _breath,
        "music": _music,
        "clatter": _clatter,
        "babble": lambda chance: _babble(chance, crowd),
    }
    made = []
    for at in range(clips):
        sound = makers[KINDS[at % len(KINDS)]](chance).astype(np.float32)
        made.append(log_mel(sound / (np.abs(sound).max() + 1e-9) * 0.5))
    kinds = [KINDS[at % len(KINDS)] for at in range(clips)]
    np.savez(path, mel=np.stack(made).astype(np.float16), kinds=kinds)
    print(f"noises: {clips * SECONDS / 60:.0f} min", flush=True)


def _count():
    return SECONDS * RATE


def _envelope(chance, rate_hz):
    """Smooth random loudness, about `rate_hz` swings a second."""
    knots = chance.uniform(0, 1, max(4, int(SECONDS * rate_hz * 2))) ** 2
    return np.interp(np.linspace(0, len(knots) - 1, _count()), np.arange(len(knots)), knots)


def _coloured(chance):
    spectrum = np.fft.rfft(chance.standard_normal(_count()))
    slope = chance.uniform(0, 1)
    sound = np.fft.irfft(spectrum / np.arange(1, len(spectrum) + 1) ** slope, _count())
    return sound * (0.3 + _envelope(chance, chance.uniform(0.1, 2)))


def _hum(chance):
    time = np.arange(_count()) / RATE
    base = chance.choice([50, 60, 100, 120, 180]) * chance.uniform(0.98, 1.02)
    tones = [
        np.sin(2 * np.pi * base * n * time + chance.uniform(0, 6)) / n ** chance.uniform(0.5, 1.5)
        for n in range(1, 14)
    ]
    return sum(tones) + 0.05 * chance.standard_normal(_count())


def _breath(chance):
    """In and out through mouth or nose: noise in two or three broad bands, a swell each second."""
    sound = np.zeros(_count())
    for _ in range(chance.integers(2, 4)):
        low = chance.uniform(300, 3500)
        edges = [low, min(7800, low * chance.uniform(1.5, 3))]
        band = butter(2, edges, "band", fs=RATE, output="sos")
        sound += chance.uniform(0.2, 1) * sosfilt(band, chance.standard_normal(_count()))
    swell = np.maximum(0, np.sin(2 * np.pi * chance.uniform(0.3, 1.2) * np.arange(_count()) / RATE))
    return sound * swell ** chance.uniform(0.7, 3)


def _clatter(chance):
    """Clicks, knocks and dishes: short damped resonances at random moments."""
    hits = np.zeros(_count())
    for _ in range(chance.integers(10, 80)):
        hits[chance.integers(_count())] += chance.uniform(0.1, 1)
    sound = np.zeros(_count())
    for _ in range(4):
        angle, radius = 2 * np.pi * chance.uniform(200, 6000) / RATE, chance.uniform(0.98, 0.999)
        sound += lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], hits)
    return sound


def _music(chance):
    """Chords, a bass, a tune and a beat; plucked or sustained, in a random key and tempo."""
    beat = 60 / chance.uniform(70, 150)
    key = chance.uniform(100, 220)
    scale = np.array([0, 2, 4, 5, 7, 9, 11] if chance.random() < 0.6 else [0, 2, 3, 5, 7, 8, 10])
    sound = np.zeros(_count() + RATE * 4)
    sustained = chance.random() < 0.5
    for step in range(int(SECONDS / beat)):
        at = int(step * beat * RATE)
        root = scale[chance.choice([0, 3, 4, 5])] if step % 4 == 0 or step == 0 else root
        notes = [root - 12] + [root + scale[n] for n in (0, 2, 4)] if step % 2 == 0 else []
        notes.append(12 + scale[chance.integers(7)])
        for note in notes:
            tone = _tone(chance, key * 2 ** (note / 12), beat * chance.uniform(0.8, 2.5), sustained)
            sound[at : at + len(tone)] += tone[: len(sound) - at]
        if chance.random() < 0.8:
            hit = chance.standard_normal(2400) * np.exp(-np.arange(2400) / chance.uniform(100, 900))
            sound[at : at + 2400] += chance.uniform(0.2, 1.5) * hit
    return sound[: _count()]


def _tone(chance, hz, seconds, sustained):
    time = np.arange(int(min(seconds, 3.5) * RATE)) / RATE
    wobble = 1 + 0.003 * np.sin(2 * np.pi * 5.5 * time) * sustained
    slope = chance.uniform(0.6, 2)
    partials = [n for n in range(1, 16) if n * hz < 7800]
    tone = sum(np.sin(2 * np.pi * hz * n * time * wobble) / n**slope for n in partials)
    decay = np.minimum(1, time / 0.08) if sustained else np.exp(-time / chance.uniform(0.15, 0.8))
    return tone * decay * np.minimum(1, (time[-1] - time) / 0.05)


def _crowd(folder):
    return [
        np.concatenate([sound for sound, _ in corpus.read_voice(f"{folder}/{voice.name}.npz")[:60]])
        for voice in VOICES
        if voice.engine != "espeak"
    ]


def _babble(chance, crowd):
    """Five to nine voices at once in a hall: nobody's lips can be followed there."""
    sound = np.zeros(_count())
    for voice in chance.choice(len(crowd), chance.integers(5, 10), replace=False):
        start = chance.integers(len(crowd[voice]) - 1)
        said = np.resize(np.roll(crowd[voice], -start), _count())
        sound += said / (np.sqrt((said**2).mean()) + 1e-9)
    tail = chance.standard_normal(RATE // 2) * np.exp(-np.arange(RATE // 2) / 2000)
    return sound + 0.1 * fftconvolve(sound, tail)[: _count()]
