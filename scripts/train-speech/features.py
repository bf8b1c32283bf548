"""Log-mel features and what the net is to say about them, for every voice of the corpus.

The features are those of `runtime/mouth/mel.ts`, to the letter: 40 mel bands of 60-7600 Hz, a
25 ms periodic Hann window every 10 ms, centred in its 10 ms cell, 512-point power spectrum,
`log(mel + 1e-5)`, no running normalisation (gain augmentation takes its place).
"""

import os

import numpy as np
from scipy.signal import resample_poly

import corpus
from phones import PHONE_ID, VOICED
from voices import RATE, VOICES

HOP, WINDOW, FFT, BANDS = 160, 400, 512, 40
LEAD = (WINDOW - HOP) // 2  # samples of a window before its cell
LOW_HZ, HIGH_HZ = 60.0, 7600.0
FLOOR = 1e-5
LABELS_A_FRAME = 2  # one label every 5 ms
LABEL_RATE = RATE // HOP * LABELS_A_FRAME
SPEEDS = (0.8, 0.84, 0.88, 0.92, 0.96, 1.04, 1.08, 1.13, 1.18, 1.24)


def mel_bank():
    """(BANDS, FFT / 2 + 1) triangles, equally spaced on the mel scale 2595 log10(1 + f / 700)."""
    mels = np.linspace(*(2595 * np.log10(1 + hz / 700) for hz in (LOW_HZ, HIGH_HZ)), BANDS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    bins = np.fft.rfftfreq(FFT, 1 / RATE)
    low, peak, high = (edges[at : at + BANDS, None] for at in range(3))
    return np.maximum(0, np.minimum((bins - low) / (peak - low), (high - bins) / (high - peak)))


_BANK = mel_bank().astype(np.float32)
_HANN = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)


def log_mel(sound):
    """(frames, BANDS) float32 of mono sound at 16 kHz; frame i is the cell from 10 i ms on."""
    count = len(sound) // HOP
    padded = np.concatenate([np.zeros(LEAD), sound, np.zeros(WINDOW)]).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: count * HOP : HOP]
    power = np.abs(np.fft.rfft(frames * _HANN, FFT, axis=1)).astype(np.float32) ** 2
    return np.log(power @ _BANK.T + FLOOR)


def labels(rows, count):
    """Phone id and voicing, one each 5 ms, of the moments in the middle of those 5 ms."""
    phone, voiced = np.zeros(count, np.uint8), np.zeros(count, bool)
    for start, end, label, breathed in rows:
        first, last = (int(np.ceil(at * LABEL_RATE - 0.5)) for at in (start, end))
        phone[max(0, first) : last] = label
        voiced[max(0, first) : last] = VOICED[label] and not breathed
    return phone, voiced


def clip_features(sound, rows, speed):
    """Features of one clip, peak at half scale, played `speed` times as fast (pitch rises too)."""
    if speed != 1:
        sound = resample_poly(sound, 25, round(25 * speed)).astype(np.float32)
        speed = round(25 * speed) / 25
        rows = [(a / speed, b / speed, label, breathed) for a, b, label, breathed in rows]
    sound = sound / (np.abs(sound).max() + 1e-9) * 0.5
    mel = log_mel(sound)
    return mel, *labels(rows, len(mel) * LABELS_A_FRAME)


def build(corpus_folder, folder, seed):
    """`<voice>.npz` for every voice: each clip once as it is and once faster or slower."""
    os.makedirs(folder, exist_ok=True)
    for at, voice in enumerate(VOICES):
        path = os.path.join(folder, f"{voice.name}.npz")
        if os.path.exists(path):
            continue
        chance = np.random.default_rng(seed + at)
        clips = corpus.read_voice(os.path.join(corpus_folder, f"{voice.name}.npz"))
        made = []
        for sound, rows in clips:
            sound, rows = with_pauses(sound, rows, chance)
            made.append(clip_features(sound, rows, 1))
            made.append(clip_features(sound, rows, chance.choice(SPEEDS)))
        mel, phone, voiced = (np.concatenate(parts) for parts in zip(*made))
        partial = f"{path}.partial.npz"
        np.savez(partial, mel=mel.astype(np.float16), phone=phone, voiced=voiced)
        os.replace(partial, path)
        print(f"features {voice.name}: {len(mel) / 6000:.0f} min", flush=True)


def with_pauses(sound, rows, chance):
    """The clip with up to half a second of silence on either side, and ends on a frame."""
    before = int(chance.uniform(0, 0.4) * RATE)
    after = int(chance.uniform(0, 0.5) * RATE)
    shifted = [(a + before / RATE, b + before / RATE, *rest) for a, b, *rest in rows]
    hiss = chance.standard_normal(before + len(sound) + after) * 10 ** chance.uniform(-5, -3.5)
    hiss[before : before + len(sound)] += sound
    return hiss.astype(np.float32), shifted


def read(folder):
    """Every voice's features as (mel float16, phone uint8, voiced bool), in the order of VOICES."""
    made = []
    for voice in VOICES:
        with np.load(os.path.join(folder, f"{voice.name}.npz")) as data:
            made.append((data["mel"], data["phone"], data["voiced"]))
    return made


SILENCE = PHONE_ID["sil"]
