"""Trains the plate net on shards.

usage: train.py --shards DIR --out FILE.pt [--steps N] [--seed N] [--rate R] [--minutes M] [--start FILE.pt]
"""

import argparse
import math
import os
import time

import cv2
import torch

from dataset import Shards
from losses import loss
from net import PlateNet, multiplications


def average_into(average, net, keep):
    """Moves the running average of the weights towards the net; the average is what is exported."""
    with torch.no_grad():
        for a, b in zip(average.state_dict().values(), net.state_dict().values()):
            if a.dtype.is_floating_point:
                a.mul_(keep).add_(b, alpha=1 - keep)
            else:
                a.copy_(b)


def save(average, net, step, path):
    """Writes a checkpoint in one move, so that a reader never sees half a file."""
    torch.save({"average": average.state_dict(), "net": net.state_dict(), "step": step}, path + ".part")
    os.replace(path + ".part", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--start")
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--minutes", type=float, default=0, help="end the schedule after this time even if steps are left"
    )
    parser.add_argument(
        "--trust", type=float, default=0.3, help="cost of confident answers outside the labels of photographs"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(options.seed)
    net, average = PlateNet(), PlateNet()
    if options.start:
        stored = torch.load(options.start)
        net.load_state_dict(stored["net"])
        average.load_state_dict(stored["average"])
    else:
        average.load_state_dict(net.state_dict())
    print(
        "%.1f MMAC at 640 x 384, %d weights"
        % (multiplications(net.plan, 640, 384) / 1e6, sum(p.numel() for p in net.parameters()))
    )
    train(net, average, options)


def train(net, average, options):
    """Adam with a short rise and a cosine fall of the rate."""
    net = net.to(memory_format=torch.channels_last)
    shards = Shards(options.shards, options.seed)
    adam = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=1e-4)
    started, sums = time.time(), [0.0, 0.0]
    for step in range(1, options.steps + 1):
        progress = max(step / options.steps, (time.time() - started) / (60 * options.minutes) if options.minutes else 0)
        if progress > 1:
            break
        rate = options.rate * min(1, step / 300) * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-5
        for group in adam.param_groups:
            group["lr"] = rate
        pictures, targets, doubtful = shards.batch(options.batch, net.heads)
        trust = 1.0 if step < 1500 and not options.start else options.trust
        focal, box = loss(
            net(pictures.contiguous(memory_format=torch.channels_last)), targets, net.heads, doubtful, trust
        )
        adam.zero_grad()
        (focal + 0.7 * box).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        adam.step()
        average_into(average, net, min(0.998, step / (step + 10)))
        sums = [sums[0] + focal.item(), sums[1] + box.item()]
        if step % 200 == 0:
            print(
                "step %d focal %.4f box %.4f rate %.5f  %.0f s"
                % (step, sums[0] / 200, sums[1] / 200, rate, time.time() - started),
                flush=True,
            )
            sums = [0.0, 0.0]
        if step % 250 == 0 or step == options.steps:
            save(average, net, step, options.out)
    save(average, net, step, options.out)


if __name__ == "__main__":
    main()
