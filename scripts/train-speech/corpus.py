"""The corpus: what every voice said, with the phone of every moment."""

import itertools
import json
import multiprocessing
import os
import random
import zlib

import numpy as np

import voices
from phones import PHONE_ID, segments
from texts import Texts
from voices import RATE, VOICES

SENTENCES_A_PROCESS = 40
SECONDS_MIN, SECONDS_MAX = 0.5, 20


def build_voice(voice, folder, scale):
    """Writes `<voice>.npz` (pcm, offsets, segments) unless it is there; returns its minutes."""
    path = os.path.join(folder, f"{voice.name}.npz")
    if not os.path.exists(path):
        clips = list(_clips(voice, voice.minutes * scale * 60))
        _write(path, clips)
    with np.load(path) as data:
        return int(data["clip_ends"][-1]) / RATE / 60


def _clips(voice, seconds_wanted):
    chance = random.Random(zlib.crc32(voice.name.encode()))
    texts = Texts(chance.random())
    seconds = 0.0
    for sound, timed in _said(voice, texts, chance):
        rows = segments(timed, voice.mapping)
        length = len(sound) / RATE
        if not rows or not SECONDS_MIN < length < SECONDS_MAX or np.abs(sound).max() < 0.01:
            continue
        yield sound, rows
        seconds += length
        if seconds >= seconds_wanted:
            return


def _said(voice, texts, chance):
    if voice.engine == "espeak":
        yield from voices.espeak(voices.Espeak(), texts.of, voice, chance)
    speak = getattr(voices, voice.engine)
    for _ in itertools.count():
        sentences = [texts.of(voice.language) for _ in range(SENTENCES_A_PROCESS)]
        yield from speak(sentences, voice, chance)


def _write(path, clips):
    pcm = [(np.clip(sound, -1, 1) * 32767).astype(np.int16) for sound, _ in clips]
    times = [(row[0], row[1]) for _, rows in clips for row in rows]
    labels = [PHONE_ID[row[2]] for _, rows in clips for row in rows]
    breathed = [len(row) > 3 for _, rows in clips for row in rows]
    partial = f"{path}.partial.npz"
    np.savez(
        partial,
        pcm=np.concatenate(pcm),
        clip_ends=np.cumsum([len(sound) for sound in pcm]),
        row_ends=np.cumsum([len(rows) for _, rows in clips]),
        times=np.array(times, np.float32),
        labels=np.array(labels, np.int8),
        breathed=np.array(breathed, bool),
    )
    os.replace(partial, path)


def read_voice(path):
    """[(sound float32 at 16 kHz, [(start s, end s, phone id, breathed)])]"""
    with np.load(path) as data:
        pcm, clip_ends, row_ends = data["pcm"], data["clip_ends"], data["row_ends"]
        rows = list(zip(data["times"].tolist(), data["labels"].tolist(), data["breathed"].tolist()))
    clips, sample, row = [], 0, 0
    for clip_end, row_end in zip(clip_ends, row_ends):
        sound = pcm[sample:clip_end].astype(np.float32) / 32768
        timed = [(a, b, label, breath) for (a, b), label, breath in rows[row:row_end]]
        clips.append((sound, timed))
        sample, row = clip_end, row_end
    return clips


def build(folder, scale=1.0):
    """Every voice's file by as many processes as there are cores, and `minutes.json`."""
    os.makedirs(folder, exist_ok=True)
    longest_first = sorted(VOICES, key=lambda voice: -voice.minutes)
    minutes = {}
    with multiprocessing.Pool() as workers:
        jobs = [(voice, folder, scale) for voice in longest_first]
        for name, built in workers.imap_unordered(_build_job, jobs):
            minutes[name] = round(built, 1)
            print(f"corpus {name}: {minutes[name]} min", flush=True)
    with open(os.path.join(folder, "minutes.json"), "w", encoding="utf8") as file:
        json.dump(minutes, file, indent=1, sort_keys=True)
    return minutes


def _build_job(job):
    return job[0].name, build_voice(*job)
