"""How the networks of the studio lip-sync learn."""

import numpy as np
import torch
from torch.nn import functional

from decoder import to_patches

EDGE_WEIGHT = 2.0  # errors of the slopes between neighbouring pixels: teeth and lips are edges
STEADY_WEIGHT = 1.0  # errors of what changes from one frame to the next
OPACITY_WEIGHT = 0.3
CRISP_WEIGHT = 1.5  # errors of how much detail there is around a place
CRISP_PIXELS = 7
OPENING_WEIGHT = 6e-4  # errors of how far the lips are apart, per pixel of 1080
CODE_NOISE = 0.03  # neighbouring codes give neighbouring patches, of which most were never seen


def decoder_loss(given, due, weight, share):
    """`given`, `due`: pairs of neighbouring frames, planes (2 n, channels, rows, columns).

    L1 of colours, of their slopes, and of the change within each pair, `share` of it all; and
    always the amount of detail, so that what is uncertain is not blurred. `weight` is the mask.
    """
    error = given - due
    colour, opacity = error[:, :3], error[:, 3:]
    loss = (weight * colour.abs()).mean() + OPACITY_WEIGHT * (weight * opacity.abs()).mean()
    across = (colour[..., 1:] - colour[..., :-1]) * weight[..., 1:]
    down = (colour[..., 1:, :] - colour[..., :-1, :]) * weight[..., 1:, :]
    loss = loss + EDGE_WEIGHT * (across.abs().mean() + down.abs().mean())
    change = (colour[1::2] - colour[::2]) * weight
    loss = share * (loss + STEADY_WEIGHT * change.abs().mean())
    crisp = (detail(given[:, :3]) - detail(due[:, :3])).abs() * weight[..., 1:-1, 1:-1]
    return loss + CRISP_WEIGHT * crisp.mean()


def detail(colours):
    """Root mean square of the Laplacian of the grey picture around every place."""
    grey = colours.mean(1, keepdim=True)
    middle = 4 * grey[..., 1:-1, 1:-1]
    across = grey[..., 1:-1, :-2] + grey[..., 1:-1, 2:]
    down = grey[..., :-2, 1:-1] + grey[..., 2:, 1:-1]
    energy = (across + down - middle) ** 2
    near = functional.avg_pool2d(energy, CRISP_PIXELS, 1, CRISP_PIXELS // 2)
    return torch.sqrt(near + 1e-5)


def teach_decoder(trunk, heads, lessons, course, tell):
    """`course` is (steps, rate, Opening); `lessons()` gives a tier, codes, the cells they should
    become, the mask, and the share.
    """
    steps, rate, opening = course
    parameters = [*trunk.parameters()]
    for head in heads.values():
        parameters += head.parameters()
    adam = torch.optim.Adam(parameters, rate)
    pace = torch.optim.lr_scheduler.OneCycleLR(adam, rate, steps, pct_start=0.05)
    for _ in range(steps):
        tier, codes, wanted, weight, share = lessons()
        noisy = codes + CODE_NOISE * torch.randn_like(codes)
        side = heads[tier].side
        given, due = to_patches(heads[tier](trunk(noisy)), side), to_patches(wanted, side)
        apart = (opening(given, weight) - opening(due, weight)).abs().mean()
        loss = decoder_loss(given, due, weight, share) + OPENING_WEIGHT * apart
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        pace.step()
        tell(tier, float(loss.detach()))


def teach_voice(net, seen, codes, weight, steps, seed):
    """Regression of codes on windows of single frames and of what changes between them.

    `weight` (frames,) tells how much a frame counts: closures are few, and they are seen.
    """
    adam = torch.optim.AdamW(net.parameters(), 4e-3, weight_decay=0.02)
    course = torch.optim.lr_scheduler.OneCycleLR(adam, 4e-3, steps)
    chance = np.random.default_rng(seed)
    net.train()
    for _ in range(steps):
        first = chance.integers(0, len(seen) - 1, 64)
        both = np.stack([first, first + 1], 1).ravel()
        given = net(seen[both] + 0.1 * torch.randn_like(seen[both]))
        error = given - codes[both]
        change = error[1::2] - error[::2]
        loss = (weight[both, None] * error**2).mean() + 0.25 * (change**2).mean()
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        course.step()
    net.eval()
