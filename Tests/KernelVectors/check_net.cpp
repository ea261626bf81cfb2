// Runs the product's plate net with the kernels alone, and compares its heads with the trainer's vector, on every
// instruction set of the machine that it runs on. scripts/test-kernels-aarch64 runs it where Swift does not go.
//
// What NeuronVision/Plates does in Swift (PlateNet+Reading, PackedPlateNet, PlateArena) is done here once more, without
// any check of the file: the Swift tests have those.

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <algorithm>
#include <string>
#include <vector>

#include "CVisionKernels.h"

namespace {

std::vector<uint8_t> Read(const char* path) {
  std::vector<uint8_t> bytes;
  FILE* file = fopen(path, "rb");
  if (file == nullptr) return bytes;
  for (int byte = fgetc(file); byte != EOF; byte = fgetc(file)) bytes.push_back(static_cast<uint8_t>(byte));
  fclose(file);
  return bytes;
}

struct Cursor {
  const std::vector<uint8_t>& bytes;
  size_t at;
  template <typename T>
  T Take() {
    T value;
    memcpy(&value, bytes.data() + at, sizeof(T));
    at += sizeof(T);
    return value;
  }
};

struct Layer {
  uint8_t op, window, step, activation;
  uint16_t input, coarse, inputs, outputs, shift;
  std::vector<int16_t> weights;
  std::vector<int32_t> lanes, bias;
};

size_t Pairs(size_t channels) { return (channels + 3) / 4 * 2; }

int32_t Lane(int16_t low, int16_t high) {
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint16_t>(high)) << 16 | static_cast<uint16_t>(low));
}

// Weights in the kernels' order: see nd_net_conv and nd_net_depthwise.
void Pack(Layer& layer) {
  const size_t k = layer.window, before = (k - 1) / 2;
  const auto weight = [&](size_t output, size_t row, ptrdiff_t column, size_t input) -> int16_t {
    if (output >= layer.outputs || input >= layer.inputs || column < 0 || column >= static_cast<ptrdiff_t>(k)) return 0;
    return layer.weights[((output * k + row) * k + static_cast<size_t>(column)) * layer.inputs + input];
  };
  if (layer.op == 1) {
    for (size_t c = 0; c < layer.outputs; ++c) {
      for (size_t row = 0; row < k; row += 2) {
        for (size_t x = 0; x < k; ++x) {
          const size_t upper = (c * k + row) * k + x;
          layer.lanes.push_back(Lane(layer.weights[upper], row + 1 < k ? layer.weights[upper + k] : int16_t{0}));
        }
      }
    }
  } else {
    const bool reads_picture = layer.input == 0;
    const size_t columns = reads_picture ? (k + 1) / 2 : k, pairs = reads_picture ? 1 : Pairs(layer.inputs);
    const ptrdiff_t left = static_cast<ptrdiff_t>((before + 1) / 2);
    for (size_t block = 0; block < Pairs(layer.outputs) / 2; ++block) {
      for (size_t tap = 0; tap < k * columns * pairs; ++tap) {
        const size_t row = tap / pairs / columns, column = tap / pairs % columns, pair = tap % pairs;
        const ptrdiff_t first = 2 * (static_cast<ptrdiff_t>(column) - left) + static_cast<ptrdiff_t>(before);
        for (size_t i = 0; i < 4; ++i) {
          const size_t output = block * 4 + i;
          layer.lanes.push_back(reads_picture ? Lane(weight(output, row, first, 0), weight(output, row, first + 1, 0))
                                              : Lane(weight(output, row, static_cast<ptrdiff_t>(column), 2 * pair),
                                                     weight(output, row, static_cast<ptrdiff_t>(column), 2 * pair + 1)));
        }
      }
    }
  }
  for (int32_t& bias : layer.bias) bias += 1 << (layer.shift - 1);
  layer.bias.resize(Pairs(layer.outputs) * 2);
}

struct Head {
  uint16_t tensor, stride;
};

struct Net {
  uint32_t mean, gain;
  std::vector<Layer> layers;
  std::vector<Head> heads;

  explicit Net(const std::vector<uint8_t>& file) {
    Cursor cursor{file, 8};
    mean = cursor.Take<uint32_t>();
    gain = cursor.Take<uint32_t>();
    cursor.Take<int32_t>();
    const uint32_t layer_count = cursor.Take<uint32_t>(), head_count = cursor.Take<uint32_t>();
    for (uint32_t i = 0; i < layer_count; ++i) {
      Layer layer;
      layer.op = cursor.Take<uint8_t>();
      layer.window = cursor.Take<uint8_t>();
      layer.step = cursor.Take<uint8_t>();
      layer.activation = cursor.Take<uint8_t>();
      layer.input = cursor.Take<uint16_t>();
      layer.coarse = cursor.Take<uint16_t>();
      layer.inputs = cursor.Take<uint16_t>();
      layer.outputs = cursor.Take<uint16_t>();
      layer.shift = cursor.Take<uint16_t>();
      cursor.Take<uint16_t>();
      if (layer.op != 2) {
        const size_t count = layer.outputs * layer.window * layer.window * (layer.op == 0 ? layer.inputs : size_t{1});
        for (size_t w = 0; w < count; ++w) layer.weights.push_back(cursor.Take<int16_t>());
        for (size_t b = 0; b < layer.outputs; ++b) layer.bias.push_back(cursor.Take<int32_t>());
        Pack(layer);
      }
      layers.push_back(layer);
    }
    for (uint32_t i = 0; i < head_count; ++i) {
      const uint16_t tensor = cursor.Take<uint16_t>(), stride = cursor.Take<uint16_t>();
      cursor.Take<int64_t>();
      heads.push_back({tensor, stride});
    }
  }

  // The tensors' places, and the arena after the last layer.
  std::vector<nd_tensor> Run(nd_target target, const uint8_t* luma, size_t width, size_t height,
                             std::vector<int16_t>& arena) const {
    const size_t slack = nd_net_slack();
    const auto length = [&](size_t w) { return 2 * (w + slack + 2 * ND_NET_MARGIN); };
    std::vector<nd_tensor> tensors = {{64, width / 2, height, 1, length(width / 2)}};
    size_t end = 64 + height * length(width / 2);
    for (const Layer& layer : layers) {
      const nd_tensor& input = tensors[layer.input];
      const size_t step = layer.op == 2 ? 1 : layer.step;
      const size_t w = layer.input == 0 ? input.width : input.width / step;
      tensors.push_back({end, w, input.height / step, Pairs(layer.outputs), length(w)});
      end += tensors.back().height * tensors.back().pairs * tensors.back().stride;
    }
    const size_t row = length(width / 2), zeros = end + 64, scratch = zeros + row;
    size_t rows = 4 * ND_NET_ZIPS;
    for (const Layer& layer : layers) rows = std::max(rows, 5 * Pairs(layer.inputs) * 2);
    arena.assign(scratch + rows * row + 64, 0);
    nd_net_luma(target, luma, width, width, height, static_cast<int16_t>(mean), static_cast<int16_t>(gain), arena.data(),
                &tensors[0]);
    for (size_t i = 0; i < layers.size(); ++i) {
      const Layer& layer = layers[i];
      const size_t k = layer.window, before = (k - 1) / 2;
      const bool reads_picture = layer.input == 0;
      nd_layer shape = {k, reads_picture ? (k + 1) / 2 : k, static_cast<ptrdiff_t>(before),
                        static_cast<ptrdiff_t>(reads_picture ? (before + 1) / 2 : before), layer.step,
                        reads_picture ? size_t{1} : layer.step, layer.shift, layer.activation == 1 ? 0 : -32768,
                        layer.activation == 1 ? 768 : 32767, zeros, scratch, row};
      const nd_tensor *input = &tensors[layer.input], *output = &tensors[i + 1];
      if (layer.op == 0) {
        nd_net_conv(target, arena.data(), input, output, &shape, layer.lanes.data(), layer.bias.data());
      } else if (layer.op == 1) {
        nd_net_depthwise(target, arena.data(), input, output, &shape, layer.lanes.data(), layer.bias.data());
      } else {
        nd_net_add(target, arena.data(), input, &tensors[layer.coarse], output, &shape);
      }
    }
    return tensors;
  }
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<uint8_t> file = argc == 3 ? Read(argv[1]) : std::vector<uint8_t>();
  const std::vector<uint8_t> vector = argc == 3 ? Read(argv[2]) : std::vector<uint8_t>();
  if (file.size() < 40 || vector.size() < 40 || memcmp(file.data(), "NDPW", 4) != 0) {
    fprintf(stderr, "usage: check_net WEIGHTS VECTOR (the files of the plate net)\n");
    return 64;
  }
  const Net net(file);
  Cursor header{vector, 0};
  const size_t width = header.Take<uint32_t>(), height = header.Take<uint32_t>();
  int passed = 0, failed = 0;
  for (int32_t index = 0; index < nd_target_count(); ++index) {
    std::vector<int16_t> arena;
    const std::vector<nd_tensor> tensors = net.Run(nd_target_at(index), vector.data() + 8, width, height, arena);
    Cursor expected{vector, 8 + width * height};
    int failed_here = 0;
    for (const Head& head : net.heads) {
      const nd_tensor& tensor = tensors[head.tensor];
      for (size_t y = 0; y < height / head.stride; ++y) {
        for (size_t x = 0; x < width / head.stride; ++x) {
          for (size_t c = 0; c < 5; ++c) {
            const int16_t* row = arena.data() + tensor.at + (y * tensor.pairs + c / 2) * tensor.stride;
            if (row[2 * x + c % 2] == expected.Take<int16_t>()) ++passed; else ++failed_here;
          }
        }
      }
    }
    printf("%s: the plate net is %s\n", nd_target_name_at(index), failed_here == 0 ? "equal" : "DIFFERENT");
    failed += failed_here;
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
