"""Training: a fixed number of batches, one-cycle rate, the mean of the last weights is the net."""

import copy
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

import features
from augment import Batches
from network import LAG, LATE_LAG, Network
from noises import CLIPS
from phones import FOLD, PHONES, VISEMES
from voices import VOICES

STEPS_A_CLIP = 260
BATCH = 24
RATE_MAX, POLISH_RATE_MAX = 2.5e-3, 6e-4
STAGE_SHARE = 6 / 13  # of the batches; then English weighs more and speakers vary more
SETTLING = 12  # steps at a clip's start whose past is missing
PHONE_BALANCE, SHAPE_BALANCE = 0.25, 0.2  # class weight = prior ** -balance
MEAN_KEEPS = 0.998


class Loss:
    """Phones and their fold to visemes, each balanced by class, plus voicing and loudness."""

    def __init__(self, prior, device):
        self._fold = torch.zeros(len(PHONES), len(VISEMES), device=device)
        for phone, viseme in enumerate(FOLD):
            self._fold[phone, viseme] = 1
        prior = prior[: len(PHONES)].float().to(device)
        self._phones = _balanced(prior, PHONE_BALANCE)
        self._shapes = _balanced(prior @ self._fold, SHAPE_BALANCE)
        self._shape_of = torch.tensor(FOLD, device=device)

    def __call__(self, answer, phone, voiced, loudness):
        """The early answer: (batch, EARLY, steps)."""
        level = F.binary_cross_entropy_with_logits
        voicing = level(answer[:, len(PHONES)], voiced.float())
        loud = level(answer[:, len(PHONES) + 1], loudness)
        return self.shapes(answer[:, : len(PHONES)], phone) + 0.15 * voicing + 0.3 * loud

    def shapes(self, logits, phone):
        phones = F.cross_entropy(logits, phone, self._phones, label_smoothing=0.05)
        chances = torch.einsum("bpt,pv->bvt", torch.softmax(logits, 1), self._fold)
        chances = 0.97 * chances + 0.03 / len(VISEMES)
        shapes = F.nll_loss(chances.log(), self._shape_of[phone], self._shapes)
        return 0.5 * phones + 0.5 * shapes


def _balanced(prior, balance):
    weight = prior.clamp(min=1e-4) ** -balance
    return weight / (weight * prior).sum()


def train(features_folder, noises_path, out, options):
    """Trains and writes `{network, channels}` to `out`; goes on from `out`.partial where it is."""
    # Tones come with the polish: they are behind the others.
    corpus = features.read(features_folder), _noises(noises_path)[:CLIPS]
    training = _Training(corpus, RATE_MAX, options.batches, options)
    stages = [[voice.weights[stage] for voice in VOICES] for stage in (0, 1)]

    def stage(source, batch):
        is_later = batch >= STAGE_SHARE * options.batches
        source.stage(stages[is_later], bent=is_later)

    training.run(stage, out)


def polish(features_folder, noises_path, start, out, options):
    """Some batches more for the net in `start`, at a lower rate, with what it took for lips."""
    corpus = features.read(features_folder), _noises(noises_path)
    training = _Training(corpus, POLISH_RATE_MAX, options.polish, options)
    training.begin_with(torch.load(start, map_location="cpu")["network"])
    weights = [voice.weights[1] for voice in VOICES]
    training.run(lambda source, batch: source.stage(weights, bent=True, hard=True), out)


def _noises(path):
    with np.load(path) as noises:
        return noises["mel"]


class _Training:
    """A net on its way: batches from the corpus, a one-cycle rate, the mean of the last weights."""

    def __init__(self, corpus, rate, batches, options):
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._source = Batches(*corpus, options.seed, self._device)
        self._network = Network(options.channels).to(self._device)
        self._mean = copy.deepcopy(self._network).eval()
        self._batches, self._channels = batches, options.channels
        self._optimizer = torch.optim.AdamW(self._network.parameters(), lr=rate, weight_decay=1e-3)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, rate, batches, pct_start=0.08, final_div_factor=200
        )

    def begin_with(self, weights):
        self._network.load_state_dict(weights)
        self._mean.load_state_dict(weights)

    def run(self, stage, out):
        partial = f"{out}.partial"
        first = self._resume(partial) if os.path.exists(partial) else 0
        stage(self._source, 0)
        loss_of = Loss(self._source.prior(), self._device)
        losses, started = [], time.time()
        for batch in range(first, self._batches):
            stage(self._source, batch)
            loss, hit = self._batch(loss_of)
            _blend(self._mean, self._network, min(MEAN_KEEPS, batch / (batch + 10)))
            losses.append(loss)
            if (batch + 1) % 200 == 0:
                pace = (time.time() - started) / (batch + 1 - first)
                print(
                    f"batch {batch + 1}: loss {np.mean(losses[-200:]):.3f},"
                    f" phones right {hit:.3f}, {pace:.2f} s a batch",
                    flush=True,
                )
            if (batch + 1) % 500 == 0:
                self._save(partial, batch + 1)
        torch.save({"network": self._mean.state_dict(), "channels": self._channels}, f"{out}.new")
        os.replace(f"{out}.new", out)

    def _batch(self, loss_of):
        x, phone, voiced, loudness = self._source.next(BATCH, STEPS_A_CLIP)
        with torch.autocast(self._device.type, torch.bfloat16):
            early, late = (answer.float() for answer in self._network(x))
        said = slice(SETTLING, STEPS_A_CLIP - LATE_LAG)
        early = early[:, :, SETTLING + LAG : LAG - LATE_LAG]
        late = late[:, :, SETTLING + LATE_LAG :]
        loss = loss_of(early, phone[:, said], voiced[:, said], loudness[:, said])
        loss = loss + loss_of.shapes(late, phone[:, said])
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 2.0)
        self._optimizer.step()
        self._schedule.step()
        return loss.item(), (late.argmax(1) == phone[:, said]).float().mean().item()

    def _parts(self):
        return {
            "network": self._network,
            "mean": self._mean,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
        }

    def _save(self, path, batch):
        state = {name: part.state_dict() for name, part in self._parts().items()}
        torch.save({**state, "batch": batch, "chance": self._source.chance()}, f"{path}.new")
        os.replace(f"{path}.new", path)

    def _resume(self, path):
        saved = torch.load(path, map_location=self._device)
        for name, part in self._parts().items():
            part.load_state_dict(saved[name])
        self._source.resume(saved["chance"])
        return saved["batch"]


def _blend(mean, network, keeps):
    with torch.no_grad():
        for kept, now in zip(mean.state_dict().values(), network.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.lerp_(now, 1 - keeps)
            else:
                kept.copy_(now)


def load(path):
    saved = torch.load(path, map_location="cpu")
    network = Network(saved["channels"])
    network.load_state_dict(saved["network"])
    return network.eval()
