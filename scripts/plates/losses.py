"""Which cell answers for which plate, and what a wrong answer costs."""

import numpy as np
import torch
from torch.nn import functional

# Widths of plates (working pixels) that each head answers for; they overlap.
RANGES = ((0, 64), (44, 128), (100, 1e9))
NEGATIVE, IGNORED, POSITIVE = 0, 1, 2


def size_of(width, height):
    """The width that decides the head: a two-line plate counts as wider than it is."""
    return max(width, 1.6 * height)


def assign(boxes, cut, heads, shape):
    """Targets of one sample: per head a state map and a box map (4 x h x w, centre and size in working pixels).

    `boxes` is x, y, w, h; a box whose `cut` is set (leaves the window) is ignored rather than wanted."""
    height, width = shape
    result = []
    for (_, stride, _, _), (least, most) in zip(heads, RANGES):
        state = np.zeros((height // stride, width // stride), np.uint8)
        wanted = np.zeros((4,) + state.shape, np.float32)
        ys = (np.arange(state.shape[0]) + 0.5) * stride
        xs = (np.arange(state.shape[1]) + 0.5) * stride
        for (x, y, w, h), outside in zip(boxes, cut):
            cx, cy = x + w / 2, y + h / 2
            near = (np.abs(ys - cy)[:, None] <= max(h / 2, stride * 0.75)) & (
                np.abs(xs - cx)[None] <= max(w / 2, stride * 0.75)
            )
            state[near & (state == NEGATIVE)] = IGNORED
            if not outside and least <= size_of(w, h) < most:
                core = (np.abs(ys - cy)[:, None] <= max(h * 0.22, stride * 0.51)) & (
                    np.abs(xs - cx)[None] <= max(w * 0.16, stride * 0.51)
                )
                state[core] = POSITIVE
                wanted[:, core] = np.array([cx, cy, w, h], np.float32)[:, None]
        result.append((state, wanted))
    return result


def decode(out, head):
    """Centre x, centre y, width, height in working pixels of every cell of a head's output (N x 5 x h x w)."""
    _, stride, prior_width, prior_height = head
    rows, columns = out.shape[2:]
    x = (torch.arange(columns) + 0.5 + out[:, 1]) * stride
    y = (torch.arange(rows)[:, None] + 0.5 + out[:, 2]) * stride
    return torch.stack(
        [x, y, prior_width * torch.exp2(out[:, 3].clamp(-4, 4)), prior_height * torch.exp2(out[:, 4].clamp(-4, 4))], 1
    )


def overlap(a, b):
    """IoU and generalised IoU of boxes given as centre and size, along dimension 0."""
    left = torch.maximum(a[0] - a[2] / 2, b[0] - b[2] / 2)
    right = torch.minimum(a[0] + a[2] / 2, b[0] + b[2] / 2)
    top = torch.maximum(a[1] - a[3] / 2, b[1] - b[3] / 2)
    bottom = torch.minimum(a[1] + a[3] / 2, b[1] + b[3] / 2)
    both = (right - left).clamp(min=0) * (bottom - top).clamp(min=0)
    union = a[2] * a[3] + b[2] * b[3] - both
    hull = (torch.maximum(a[0] + a[2] / 2, b[0] + b[2] / 2) - torch.minimum(a[0] - a[2] / 2, b[0] - b[2] / 2)) * (
        torch.maximum(a[1] + a[3] / 2, b[1] + b[3] / 2) - torch.minimum(a[1] - a[3] / 2, b[1] - b[3] / 2)
    )
    ratio = both / (union + 1e-6)
    return ratio, ratio - (hull - union) / (hull + 1e-6)


def loss(outputs, targets, heads, doubtful, trust):
    """Focal loss of the score, IoU and smooth-L1 losses of the boxes, over the number of wanted cells.

    `doubtful` (N) marks samples that may hold plates nobody labelled: there a confident answer outside the labels
    (above 0.4) costs only the share `trust`."""
    focal, box, count = 0.0, 0.0, 1.0
    for out, (state, wanted), head in zip(outputs, targets, heads):
        logit = out[:, 0]
        positive, negative = state == POSITIVE, state == NEGATIVE
        p = torch.sigmoid(logit)
        weight = torch.where(doubtful[:, None, None] & (p.detach() > 0.4), trust, 1.0)
        focal = focal + (negative * weight * p.pow(2) * functional.softplus(logit)).sum() * 0.6
        count = count + positive.sum()
        if positive.any():
            found = decode(out, head).permute(1, 0, 2, 3)[:, positive]
            truth = wanted.permute(1, 0, 2, 3)[:, positive]
            ratio, general = overlap(found, truth)
            sizes = torch.log2(found[2:] / truth[2:])
            centre = (found[:2] - truth[:2]) / truth[2:]
            box = (
                box
                + (1 - general).sum()
                + functional.smooth_l1_loss(sizes, torch.zeros_like(sizes), reduction="sum")
                + functional.smooth_l1_loss(centre, torch.zeros_like(centre), reduction="sum")
            )
            # The score to reach is the quality of the box, so that of several boxes of a plate the best one wins.
            aim = ratio.detach().clamp(min=0.1)
            cost = functional.binary_cross_entropy_with_logits(logit[positive], aim, reduction="none")
            focal = focal + ((aim - p[positive]).abs().pow(1.5) * cost).sum() * 2.0
    return focal / count, box / count
