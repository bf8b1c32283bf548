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
from phones import FOLD, PHONES, VISEMES
from voices import VOICES

STEPS_A_CLIP = 260
BATCH = 24
RATE_MAX = 2.5e-3
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
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with np.load(noises_path) as noises:
        source = Batches(features.read(features_folder), noises["mel"], options.seed, device)
    stages = [[voice.weights[stage] for voice in VOICES] for stage in (0, 1)]
    source.stage(stages[0], bent=False)
    network = Network(options.channels).to(device)
    mean = copy.deepcopy(network).eval()
    loss_of = Loss(source.prior(), device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE_MAX, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE_MAX, options.batches, pct_start=0.08, final_div_factor=200
    )
    partial, first = f"{out}.partial", 0
    if os.path.exists(partial):
        saved = torch.load(partial, map_location=device)
        first = saved["batch"]
        for name, part in (("network", network), ("mean", mean), ("optimizer", optimizer)):
            part.load_state_dict(saved[name])
        schedule.load_state_dict(saved["schedule"])
        source.resume(saved["chance"])
    losses, started = [], time.time()
    for batch in range(first, options.batches):
        if batch >= STAGE_SHARE * options.batches:
            source.stage(stages[1], bent=True)
        x, phone, voiced, loudness = source.next(BATCH, STEPS_A_CLIP)
        with torch.autocast(device.type, torch.bfloat16):
            early, late = (answer.float() for answer in network(x))
        said = slice(SETTLING, STEPS_A_CLIP - LATE_LAG)
        early = early[:, :, SETTLING + LAG : LAG - LATE_LAG]
        late = late[:, :, SETTLING + LATE_LAG :]
        loss = loss_of(early, phone[:, said], voiced[:, said], loudness[:, said])
        loss = loss + loss_of.shapes(late, phone[:, said])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimizer.step()
        schedule.step()
        _blend(mean, network, min(MEAN_KEEPS, batch / (batch + 10)))
        losses.append(loss.item())
        if (batch + 1) % 200 == 0:
            hit = (late.argmax(1) == phone[:, said]).float().mean().item()
            pace = (time.time() - started) / (batch + 1 - first)
            print(
                f"batch {batch + 1}: loss {np.mean(losses[-200:]):.3f}, phones right {hit:.3f},"
                f" {pace:.2f} s a batch",
                flush=True,
            )
        if (batch + 1) % 1000 == 0:
            _save(partial, batch + 1, network, mean, optimizer, schedule, source)
    torch.save({"network": mean.state_dict(), "channels": options.channels}, f"{out}.new")
    os.replace(f"{out}.new", out)


def _blend(mean, network, keeps):
    with torch.no_grad():
        for kept, now in zip(mean.state_dict().values(), network.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.lerp_(now, 1 - keeps)
            else:
                kept.copy_(now)


def _save(path, batch, network, mean, optimizer, schedule, source):
    parts = {"network": network, "mean": mean, "optimizer": optimizer, "schedule": schedule}
    state = {name: part.state_dict() for name, part in parts.items()}
    torch.save({**state, "batch": batch, "chance": source.chance()}, f"{path}.new")
    os.replace(f"{path}.new", path)


def load(path):
    saved = torch.load(path, map_location="cpu")
    network = Network(saved["channels"])
    network.load_state_dict(saved["network"])
    return network.eval()
