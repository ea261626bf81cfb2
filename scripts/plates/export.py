"""Turns a checkpoint into integer weights and a test vector.

usage: export.py --checkpoint FILE.pt --weights FILE --vector FILE [--threshold T] [--pad-width P] [--pad-height P]
"""

import argparse
import os
import struct

import numpy as np
import torch

from integer_net import LARGEST, IntegerNet, Layer, read, write
from net import ADD, CONV, INPUT_GAIN, INPUT_MEAN, RELU6, UNIT, PlateNet

LARGEST_WEIGHT = 2047
LARGEST_SHIFT = 14


def folded(step):
    """Weights (cout, cin, k, k) and bias of a step with its normalisation folded in, in double precision."""
    if isinstance(step, torch.nn.Sequential):
        conv, normal = step
        scale = normal.weight.double() / torch.sqrt(normal.running_var.double() + normal.eps)
        weights = conv.weight.double() * scale[:, None, None, None]
        return weights.detach().numpy(), (normal.bias.double() - normal.running_mean.double() * scale).detach().numpy()
    return step.weight.double().detach().numpy(), step.bias.double().detach().numpy()


def integer_layer(plan, step, inputs):
    """Quantises one layer; `inputs` is the largest absolute value of its input. Fails if a sum could overflow."""
    if plan[0] == ADD:
        return Layer(plan, None, None, 1)
    weights, bias = folded(step)
    shift = int(np.clip(np.floor(np.log2(LARGEST_WEIGHT / max(np.abs(weights).max(), 1e-9))), 1, LARGEST_SHIFT))
    # A product carries weight units times 1/128; shifting it down leaves 1/128.
    integers = np.clip(np.rint(weights * 2.0**shift), -LARGEST_WEIGHT, LARGEST_WEIGHT).astype(np.int64)
    integers = integers.transpose(0, 2, 3, 1) if plan[0] == CONV else integers[:, 0]
    offset = np.rint(bias * UNIT * 2.0**shift).astype(np.int64)
    worst = np.abs(integers).reshape(len(offset), -1).sum(1) * inputs + np.abs(offset) + (1 << shift)
    if worst.max() >= 2**31:
        raise SystemExit("a sum of layer %s could reach %d, which does not fit 32 bits" % (plan, worst.max()))
    return Layer(plan, integers, offset, shift)


def largest_values(plan):
    """The largest absolute value each tensor can hold; the input's is that of luma 0 or 255."""
    values = [max(INPUT_MEAN, 255 - INPUT_MEAN) * INPUT_GAIN]
    for layer in plan:
        values.append(LARGEST if layer[3] == RELU6 else 32768)
    return values


def quantise(net, threshold, pad):
    """The integer net of a trained one. `pad` widens all boxes: the priors are multiplied by it."""
    limits = largest_values(net.plan)
    layers = [integer_layer(plan, step, limits[plan[4]]) for plan, step in zip(net.plan, net.steps)]
    heads = [(tensor, stride, round(w * pad[0] * 128), round(h * pad[1] * 128)) for tensor, stride, w, h in net.heads]
    return IntegerNet(layers, heads, INPUT_MEAN, INPUT_GAIN, round(threshold * 1000))


def load_net(path):
    """The averaged net of a checkpoint, ready to score."""
    net = PlateNet()
    net.load_state_dict(torch.load(path)["average"])
    return net.eval()


def write_vector(net, path, width=96, height=64):
    """A small picture (ramps, bars, noise, both extremes) and what the net answers to it."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:height, 0:width]
    luma = (
        (128 + 60 * np.sin(x / 3.0) * (y > 20) + 40 * np.cos(y / 5.0) + rng.normal(0, 12, (height, width)))
        .clip(0, 255)
        .astype(np.uint8)
    )
    luma[24:36, 30:70] = 235
    luma[26:34, 33:68:4] = 20
    luma[:4, :8], luma[-4:, -8:] = 0, 255
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(struct.pack("<II", width, height) + luma.tobytes())
        for out in net.run(luma):
            file.write(out.astype("<i2").tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--vector", required=True)
    parser.add_argument("--threshold", type=float, default=0.4)
    parser.add_argument("--pad-width", type=float, default=1.05)
    parser.add_argument("--pad-height", type=float, default=1.07)
    options = parser.parse_args()
    net = quantise(load_net(options.checkpoint), options.threshold, (options.pad_width, options.pad_height))
    size = write(net, options.weights)
    write_vector(read(options.weights), options.vector)
    print("%s: %d bytes, %d layers" % (options.weights, size, len(net.layers)))


if __name__ == "__main__":
    main()
