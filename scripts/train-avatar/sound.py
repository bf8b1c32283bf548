"""The take's sound: samples, levels by frame of film, and where somebody speaks."""

import subprocess

import numpy as np

from film import FPS

RATE = 16_000
LOW_CUT = 120.0  # Hz: below it lies hum, not speech
FLOOR = -90.0  # dB of full scale: less is silence
ABOVE_NOISE = 8.0  # dB by which speech rises above the noise of the room
BELOW_SPEECH = 28.0  # dB under loud speech that is still speech
GAP_SECONDS = 0.28  # a shorter pause belongs to the speech around it
PAD_SECONDS = 0.16  # lips move before and after their sound


def read(path, rate=RATE):
    """Mono samples, float32 of -1 to 1."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-vn", "-ac", "1"]
    command += ["-ar", str(rate), "-f", "f32le", "-"]
    run = subprocess.run(command, capture_output=True)
    if run.returncode != 0:
        raise SystemExit(f"Cannot read {path}: ffmpeg ended with status {run.returncode}")
    return np.frombuffer(run.stdout, np.float32)


def levels(samples, rate=RATE):
    """Level of each frame of film in dB of full scale (a full sine is -3), hum taken out."""
    each = rate // FPS
    count = len(samples) // each
    if count == 0:
        return np.full(0, FLOOR, np.float32)
    blocks = samples[: count * each].reshape(count, each)
    spectrum = np.abs(np.fft.rfft(blocks * np.hanning(each), axis=1)) ** 2
    low = int(np.ceil(LOW_CUT * each / rate))
    power = 2 * spectrum[:, low:].sum(1) / (each * each * 0.375)
    return np.maximum(FLOOR, 10 * np.log10(power + 1e-12)).astype(np.float32)


def speaking(level):
    """bool [frames]: somebody speaks, short pauses between words included."""
    if len(level) == 0:
        return np.zeros(0, bool)
    floor, loud = np.percentile(level, [10, 92])
    if loud < -60 or loud - floor < 6 and loud < -45:
        return np.zeros(len(level), bool)
    bound = max(floor + ABOVE_NOISE, loud - BELOW_SPEECH)
    if loud - floor < ABOVE_NOISE:  # no pause at all, or noise as loud as the speech
        bound = floor - 1
    heard = grown(level > bound, round(GAP_SECONDS * FPS / 2))
    heard = ~grown(~heard, round(GAP_SECONDS * FPS / 2))
    return grown(heard, round(PAD_SECONDS * FPS))


def grown(flags, reach):
    """True where any flag within `reach` frames is."""
    kernel = np.ones(2 * reach + 1)
    return np.convolve(flags.astype(float), kernel, "same")[: len(flags)] > 0.5


def runs(flags):
    """(start, end) of every stretch of True."""
    edges = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)))
