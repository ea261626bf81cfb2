"""The exact integer net in numpy: the file format, and the arithmetic that the product must reproduce bit for bit."""

import hashlib
import struct

import numpy as np

from net import ADD, CONV, RELU6

LARGEST = 6 * 128  # ReLU6 in units of 1/128
VERSION = 1


class Layer:
    """One layer with integer weights (cout, k, k, cin) or (c, k, k), bias in accumulator units, and its shift."""

    def __init__(self, plan, weights, bias, shift):
        self.op, self.kernel, self.stride, self.activation, self.source, self.second, self.cin, self.cout = plan
        self.weights, self.bias, self.shift = weights, bias, shift


class IntegerNet:
    """Layers, heads and the numbers of the header."""

    def __init__(self, layers, heads, mean, gain, threshold):
        self.layers, self.heads, self.mean, self.gain, self.threshold = layers, heads, mean, gain, threshold

    def run(self, luma):
        """Head outputs (rows, columns, 5) as int16 for a uint8 picture whose sides are multiples of 32."""
        picture = ((luma.astype(np.int32) - self.mean) * self.gain)[:, :, None]
        return self.run_input(picture)

    def run_input(self, picture):
        """As `run`, for an input that is already (luma - mean) * gain, rows x columns x 1."""
        tensors = [picture.astype(np.int32)]
        for layer in self.layers:
            tensors.append(_apply(layer, tensors))
        return [tensors[tensor].astype(np.int16) for tensor, *_ in self.heads]


def _apply(layer, tensors):
    source = tensors[layer.source]
    if layer.op == ADD:
        out = source + tensors[layer.second].repeat(2, 0).repeat(2, 1)
    else:
        pad = (layer.kernel - 1) // 2
        # Float64 holds every partial sum exactly (all are below 2^31), and its product of matrices is fast.
        padded = np.pad(source, ((pad, pad), (pad, pad), (0, 0))).astype(np.float64)
        rows, columns = -(-source.shape[0] // layer.stride), -(-source.shape[1] // layer.stride)
        total = np.zeros((rows, columns, layer.cout))
        for y in range(layer.kernel):
            for x in range(layer.kernel):
                part = padded[
                    y : y + rows * layer.stride : layer.stride, x : x + columns * layer.stride : layer.stride
                ][:rows, :columns]
                if layer.op == CONV:
                    total += part @ layer.weights[:, y, x, :].T.astype(np.float64)
                else:
                    total += part * layer.weights[:, y, x]
        out = (total.astype(np.int64) + layer.bias + (1 << (layer.shift - 1))) >> layer.shift
    low, high = (0, LARGEST) if layer.activation == RELU6 else (-32768, 32767)
    return np.clip(out, low, high).astype(np.int32)


def write(net, path):
    """Writes the file of the contract and its SHA-256 beside it."""
    data = b"NDPW" + struct.pack("<IIIiII", VERSION, net.mean, net.gain, net.threshold, len(net.layers), len(net.heads))
    for layer in net.layers:
        data += struct.pack(
            "<BBBBHHHHHH",
            layer.op,
            layer.kernel,
            layer.stride,
            layer.activation,
            layer.source,
            layer.second,
            layer.cin,
            layer.cout,
            layer.shift,
            0,
        )
        if layer.op != ADD:
            data += layer.weights.astype("<i2").tobytes() + layer.bias.astype("<i4").tobytes()
    for tensor, stride, prior_width, prior_height in net.heads:
        data += struct.pack("<HHii", tensor, stride, prior_width, prior_height)
    data += b"NDPE"
    with open(path, "wb") as file:
        file.write(data)
    with open(path + ".sha256", "w") as file:
        file.write("%s  plates.weights\n" % hashlib.sha256(data).hexdigest())
    return len(data)


def read(path):
    """Reads a file of weights back."""
    with open(path, "rb") as file:
        data = file.read()
    magic, version, mean, gain, threshold, layer_count, head_count = struct.unpack_from("<4sIIIiII", data)
    if magic != b"NDPW" or version != VERSION:
        raise SystemExit("%s is no file of plate weights of version %d" % (path, VERSION))
    at, layers, heads = 28, [], []
    for _ in range(layer_count):
        op, kernel, stride, activation, source, second, cin, cout, shift, _ = struct.unpack_from(
            "<BBBBHHHHHH", data, at
        )
        at += 16
        weights = bias = None
        if op != ADD:
            shape = (cout, kernel, kernel, cin) if op == CONV else (cout, kernel, kernel)
            count = int(np.prod(shape))
            weights = np.frombuffer(data, "<i2", count, at).astype(np.int64).reshape(shape)
            bias = np.frombuffer(data, "<i4", cout, at + 2 * count).astype(np.int64)
            at += 2 * count + 4 * cout
        layers.append(Layer((op, kernel, stride, activation, source, second, cin, cout), weights, bias, shift))
    for _ in range(head_count):
        heads.append(struct.unpack_from("<HHii", data, at))
        at += 12
    if data[at:] != b"NDPE":
        raise SystemExit("%s does not end where it should" % path)
    return IntegerNet(layers, heads, mean, gain, threshold)
