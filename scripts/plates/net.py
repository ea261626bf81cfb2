"""The plate net: its layers as a list that training, export and the integer reference share.

A layer is (operation, kernel, stride, activation, input, second input, channels in, channels out). Tensor 0 is the
picture; tensor n is the output of layer n-1. About 46 million multiplications for 640 x 384 pixels.
"""

from torch import nn
from torch.nn import functional

CONV, DEPTHWISE, ADD = 0, 1, 2
LINEAR, RELU6 = 0, 1
NONE = 0xFFFF
INPUT_MEAN, INPUT_GAIN, UNIT = 110, 2, 128  # one unit of an activation is 1/128


def architecture():
    """Layers and heads (tensor, stride, prior width, prior height in working pixels)."""
    layers = []

    def add(op, kernel, stride, activation, source, cin, cout, second=NONE):
        layers.append((op, kernel, stride, activation, source, second, cin, cout))
        return len(layers)

    def separable(source, stride, cin, cout):
        return add(CONV, 1, 1, RELU6, add(DEPTHWISE, 5, stride, RELU6, source, cin, cin), cin, cout)

    half = add(CONV, 3, 2, RELU6, 0, 1, 8)
    quarter = add(CONV, 3, 2, RELU6, half, 8, 16)
    fine = separable(quarter, 2, 16, 32)
    middle = separable(separable(fine, 2, 32, 48), 1, 48, 48)
    coarse = separable(separable(middle, 2, 48, 64), 1, 64, 64)
    coarse = separable(coarse, 1, 64, 64)
    middle = add(ADD, 1, 1, RELU6, middle, 48, 48, add(CONV, 1, 1, LINEAR, coarse, 64, 48))
    middle = separable(middle, 1, 48, 48)
    fine = add(ADD, 1, 1, RELU6, fine, 32, 32, add(CONV, 1, 1, LINEAR, middle, 48, 32))
    fine = separable(fine, 1, 32, 32)
    heads = [
        (add(CONV, 1, 1, LINEAR, tensor, width, 5), stride, prior[0], prior[1])
        for tensor, stride, width, prior in (
            (fine, 8, 32, (36.0, 12.0)),
            (middle, 16, 48, (76.0, 28.0)),
            (coarse, 32, 64, (150.0, 56.0)),
        )
    ]
    return layers, heads


def multiplications(layers, width, height):
    """Multiply-adds for a picture of this size."""
    total, area = 0, {0: width * height}
    for index, (op, kernel, stride, _, source, _, cin, cout) in enumerate(layers):
        area[index + 1] = area[source] // (stride * stride)
        total += area[index + 1] * {CONV: kernel * kernel * cin * cout, DEPTHWISE: kernel * kernel * cin, ADD: 0}[op]
    return total


class PlateNet(nn.Module):
    """The net in floating point, with batch normalisation that the exporter folds away."""

    def __init__(self):
        super().__init__()
        self.plan, self.heads = architecture()
        head_tensors = {tensor for tensor, *_ in self.heads}
        self.steps = nn.ModuleList()
        for index, (op, kernel, stride, activation, _, _, cin, cout) in enumerate(self.plan):
            if op == ADD:
                self.steps.append(nn.Identity())
            elif index + 1 in head_tensors:
                head = nn.Conv2d(cin, cout, 1)
                nn.init.normal_(head.weight, std=0.01)
                nn.init.constant_(head.bias, 0)
                nn.init.constant_(head.bias[:1], -4.0)
                self.steps.append(head)
            else:
                conv = nn.Conv2d(
                    cin, cout, kernel, stride, kernel // 2, groups=cin if op == DEPTHWISE else 1, bias=False
                )
                self.steps.append(nn.Sequential(conv, nn.BatchNorm2d(cout, momentum=0.03)))

    def forward(self, picture):
        """`picture` is N x 1 x H x W, (luma - 110) / 64; the result is one N x 5 x h x w tensor per head."""
        tensors = [picture]
        for (op, _, _, activation, source, second, _, _), step in zip(self.plan, self.steps):
            if op == ADD:
                out = tensors[source] + functional.interpolate(tensors[second], scale_factor=2, mode="nearest")
            else:
                out = step(tensors[source])
            tensors.append(functional.relu6(out) if activation == RELU6 else out)
        return [tensors[tensor] for tensor, *_ in self.heads]
