"""Endless training batches: clean features in, features as a kiosk hears them out.

All of it happens on log-mel frames, on the training device, so that no two batches are alike:
tempo, vocal tract length (a warp of the mel axis), microphone and room (a smooth gain per band, an
exponential tail), noise, music and babble (powers add), band limits, codecs (a masking floor and
noise that follows the speech), level, and gaps in time and frequency.
"""

import torch
import torch.nn.functional as F

from features import BANDS, FLOOR, HIGH_HZ, LABELS_A_FRAME, LOW_HZ, SILENCE

LN_A_DB = 0.2302585  # ln(10) / 10: one dB of power in the unit of the log-mels
TEMPO = (0.84, 1.22)
TRACTS = (0.86, 1.17)  # vocal tract length against the voice's own
WARPS = 32  # in the first stage, equally spaced
BENT_WARPS = 256  # in the second stage, at random
BEND = 0.06  # how far single formants move in those besides
TAIL_FRAMES = 48
LOUDNESS_RANGE_DB = 35


class Batches:
    """Draws from voices in proportion to their minutes times weight; a seed gives one sequence."""

    def __init__(self, voices, noises, seed, device):
        self._device = device
        self._chance = torch.Generator(device=device).manual_seed(seed)
        self._mel = torch.cat([torch.from_numpy(mel) for mel, _, _ in voices]).to(device)
        self._phone = torch.cat([torch.from_numpy(phone) for _, phone, _ in voices]).to(device)
        self._voiced = torch.cat([torch.from_numpy(voiced) for _, _, voiced in voices]).to(device)
        self._noises = torch.from_numpy(noises).to(device)
        sizes = torch.tensor([len(mel) for mel, _, _ in voices], device=device)
        self._starts, self._sizes = sizes.cumsum(0) - sizes, sizes
        self._weights = sizes.double()
        self._bent = False
        chance = torch.Generator().manual_seed(seed)
        plain = [_warp(float(alpha)) for alpha in torch.linspace(*TRACTS, WARPS)]
        bent = [_random_warp(chance) for _ in range(BENT_WARPS)]
        self._plain_warps = torch.stack(plain).to(device)
        self._bent_warps = torch.stack(bent).to(device)

    def stage(self, weights, bent):
        """What comes next: a weight for each voice; `bent`: single formants and dynamics vary."""
        self._weights = self._sizes.double() * torch.tensor(weights, device=self._device)
        self._bent = bent

    def next(self, size, steps):
        """x (size, 2 BANDS, steps); phone, voiced, loudness (size, steps), one step each 20 ms."""
        frames = 2 * steps
        mel, phone, voiced = self._clips(size, frames)
        power = (mel.exp() - FLOOR).clamp(min=0)
        power, phone = self._silence(power, phone)
        loudness = self._loudness(power, phone)
        power = self._speaker(power)
        power = self._noise(self._room(power))
        power = self._channel(power)
        mel = (power * self._gain(size) + FLOOR).log()
        mel = self._gaps(mel)
        x = mel.reshape(size, steps, 2 * BANDS).transpose(1, 2)
        return x, phone, voiced & (phone != SILENCE), loudness

    def prior(self):
        """Share of each phone in the corpus as sampled."""
        counts = torch.zeros(64, dtype=torch.double)
        for start, size, weight in zip(self._starts, self._sizes, self._weights):
            rows = self._phone[LABELS_A_FRAME * start : LABELS_A_FRAME * (start + size)]
            counts += torch.bincount(rows.long(), minlength=64).cpu() * (weight / size).cpu()
        return counts / counts.sum()

    def chance(self):
        """Where the sequence stands, for `resume`."""
        return self._chance.get_state()

    def resume(self, chance):
        self._chance.set_state(chance.cpu())

    def _clips(self, size, frames):
        tempo = self._between(size, *TEMPO)
        tempo = torch.where(self._happens(size, 0.7), tempo, torch.ones_like(tempo))[:, None]
        voice = torch.multinomial(self._weights, size, True, generator=self._chance)
        room = self._sizes[voice] - int(frames * TEMPO[1]) - 4
        first = self._starts[voice] + (self._unit(size) * room).long()
        cell = torch.arange(frames, device=self._device)[None]
        at = (cell + 0.5) * tempo - 0.5
        left = at.floor().clamp(min=0)
        share = (at - left).clamp(0, 1)[..., None]
        row = first[:, None] + left.long()
        mel = torch.lerp(self._mel[row].float(), self._mel[row + 1].float(), share)
        step = torch.arange(frames // 2, device=self._device)[None]
        label = first[:, None] * LABELS_A_FRAME + ((2 * step + 1) * tempo * LABELS_A_FRAME).long()
        return mel, self._phone[label].long(), self._voiced[label]

    def _silence(self, power, phone):
        """Some clips lose their speech altogether, some fall silent for a while."""
        size, steps = phone.shape
        step = torch.arange(steps, device=self._device)[None]
        start = self._between(size, -20, steps)[:, None]
        length = self._between(size, 15, 120)[:, None]
        length = torch.where(self._happens(size, 0.07)[:, None], 1e6, length)
        pause = (step >= start) & (step < start + length) & self._happens(size, 0.25)[:, None]
        pause |= length > 1e5
        quiet = pause.repeat_interleave(2, 1)[..., None]
        power = torch.where(quiet, torch.zeros_like(power), power)
        return power, torch.where(pause, torch.full_like(phone, SILENCE), phone)

    def _loudness(self, power, phone):
        """0..1: how loud each step of speech is against the loud steps of its clip."""
        level = (power.sum(2) + 1e-3).log() / LN_A_DB
        level = level.reshape(len(level), -1, 2).mean(2)
        loud = level.quantile(0.95, dim=1, keepdim=True)
        return ((level - loud) / LOUDNESS_RANGE_DB + 1).clamp(0, 1) * (phone != SILENCE)

    def _speaker(self, power):
        """Another mouth: other formants and, bent, clearer or duller ones and other dynamics."""
        size = len(power)
        log = power.clamp(min=1e-8).log()
        if not self._bent:
            pick = self._pick(size, WARPS)
            own = int(WARPS * (1 - TRACTS[0]) / (TRACTS[1] - TRACTS[0]))
            pick = torch.where(self._happens(size, 0.75), pick, own)
            return torch.bmm(log, self._plain_warps[pick]).exp()
        warp = torch.where(
            self._happens(size, 0.8)[:, None, None],
            self._bent_warps[self._pick(size, BENT_WARPS)],
            torch.eye(BANDS, device=self._device),
        )
        log = torch.bmm(log, warp)
        smooth = F.avg_pool1d(log, 7, 1, 3, count_include_pad=False)
        log = smooth + (log - smooth) * self._between(size, 0.75, 1.35)[:, None, None]
        level = F.avg_pool1d(log.amax(2)[:, None], 5, 1, 2, count_include_pad=False)[:, 0]
        below = (level - level.amax(1, keepdim=True)).clamp(min=-40 * LN_A_DB)
        squeeze = self._between(size, -0.4, 0.15) * self._happens(size, 0.6)
        return (log + (squeeze[:, None] * below)[..., None]).exp()

    def _room(self, power):
        size = len(power)
        power = power * self._curve(size, 4, 5).exp()[:, None]
        frame = torch.arange(1, TAIL_FRAMES, device=self._device)[None]
        tail = torch.exp(-0.138 * frame / self._between(size, 0.08, 0.7)[:, None])
        wet = self._between(size, 0.02, 0.9) ** 2 * self._happens(size, 0.45)
        tail = tail / tail.sum(1, keepdim=True) * wet[:, None]
        kernel = torch.cat([tail.flip(1), torch.ones(size, 1, device=self._device)], 1)
        bands = F.pad(power.permute(2, 0, 1), (TAIL_FRAMES - 1, 0))
        return F.conv1d(bands, kernel[:, None], groups=size).permute(1, 2, 0)

    def _noise(self, power):
        size, frames, _ = power.shape
        pick = self._pick(size, len(self._noises))
        room = self._noises.shape[1] - frames
        first = (self._unit(size) * room).long()[:, None]
        cell = torch.arange(frames, device=self._device)[None]
        noise = self._noises[pick[:, None], first + cell].float().exp()
        noise = noise * self._curve(size, 3, 4).exp()[:, None]
        noise = noise / noise.mean((1, 2), keepdim=True)
        speech = power.sum(2).quantile(0.8, dim=1) / BANDS
        silent = speech < 1e-4
        speech = torch.where(silent, 10 ** self._between(size, -4, 0), speech)
        ratio = self._between(size, -2, 38) - 12 * self._happens(size, 0.05)
        level = speech * torch.exp(-LN_A_DB * ratio) * self._happens(size, 0.75)
        hiss = 10 ** self._between(size, -7, -4)
        return power + noise * level[:, None, None] + hiss[:, None, None]

    def _channel(self, power):
        size = len(power)
        band = torch.arange(BANDS, device=self._device)[None]
        cut = torch.where(self._happens(size, 0.3), self._between(size, 24, 39), 99.0)[:, None]
        floor = torch.where(self._happens(size, 0.12), self._between(size, 1, 7), -9.0)[:, None]
        fall = 3.0 * ((band - cut).clamp(0, 4) + (floor - band).clamp(0, 4))
        power = power * torch.exp(-fall)[:, None]
        total = power.amax(2, keepdim=True)
        mask = torch.where(self._happens(size, 0.2), self._between(size, 18, 42), 99.0)
        floor = total * torch.exp(-LN_A_DB * mask)[:, None, None]
        power = torch.where(power < floor, power * 0.02, power)
        follow = torch.where(self._happens(size, 0.15), self._between(size, 14, 34), 99.0)
        return power + total * torch.exp(-LN_A_DB * follow)[:, None, None]

    def _gain(self, size):
        return torch.exp(LN_A_DB * self._between(size, -34, 5))[:, None, None]

    def _gaps(self, mel):
        size, frames, _ = mel.shape
        band = torch.arange(BANDS, device=self._device)[None]
        low = self._between(size, 0, BANDS)[:, None]
        wide = self._between(size, 1, 6)[:, None]
        gap = (band >= low) & (band < low + wide) & self._happens(size, 0.35)[:, None]
        mean = mel.mean((1, 2), keepdim=True)
        return torch.where(gap[:, None], mean, mel)

    def _curve(self, size, terms, range_db):
        """Smooth random gain over the bands, in the unit of the log-mels."""
        band = torch.arange(BANDS, device=self._device) / (BANDS - 1)
        order = torch.arange(1, terms + 1, device=self._device)[:, None]
        waves = torch.cos(torch.pi * order * band[None])
        return (self._unit(size, terms) * 2 - 1) * range_db * LN_A_DB @ waves

    def _pick(self, size, count):
        return torch.randint(count, (size,), generator=self._chance, device=self._device)

    def _unit(self, *shape):
        return torch.rand(shape, generator=self._chance, device=self._device)

    def _between(self, size, low, high):
        return low + (high - low) * self._unit(size)

    def _happens(self, size, chance):
        return self._unit(size) < chance


def _warp(alpha, bends=None):
    """(BANDS, BANDS): bands of a vocal tract `alpha` times as long, by linear interpolation."""
    low, high = (2595 * torch.log10(torch.tensor(1 + hz / 700)) for hz in (LOW_HZ, HIGH_HZ))
    gap = (high - low) / (BANDS + 1)
    hz = 700 * (10 ** ((low + gap * torch.arange(1, BANDS + 1)) / 2595) - 1)
    knee = 4800 / max(1.0, alpha)
    above = alpha * knee + (HIGH_HZ - alpha * knee) * (hz - knee) / (HIGH_HZ - knee)
    source = torch.where(hz < knee, alpha * hz, above)
    if bends is not None:
        phase = torch.arange(1, 4)[:, None] * torch.pi * torch.arange(BANDS) / (BANDS - 1)
        source = source * (1 + (bends[:, None] * torch.sin(phase)).sum(0))
    at = ((2595 * torch.log10(1 + source / 700) - low) / gap - 1).clamp(0, BANDS - 1.001)
    matrix = torch.zeros(BANDS, BANDS)
    row = torch.arange(BANDS)
    matrix[at.long(), row] = 1 - at.frac()
    matrix[at.long() + 1, row] += at.frac()
    return matrix


def _random_warp(chance):
    unit = torch.rand(4, generator=chance)
    return _warp(float(TRACTS[0] + (TRACTS[1] - TRACTS[0]) * unit[0]), BEND * (2 * unit[1:] - 1))
