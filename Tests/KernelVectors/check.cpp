// Checks the kernels against the hashes of their Swift references (NeuronVisionTests/Vectors/kernels.txt), on every
// instruction set of the machine that it runs on. scripts/test-kernels-aarch64 runs it where Swift does not go.
//
// The inputs are those of NeuronVisionTests/KernelCase.swift, made in the same order; change both together.

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <algorithm>
#include <vector>

#include "CVisionKernels.h"

namespace {

const char* const kNames[] = {"downscale", "keep", "cellSums", "compare", "update", "cellCounts",
                              "cellStructure", "trimCells", "light"};
constexpr int kKernels = 9;
constexpr size_t kFactors[] = {1, 2, 3, 4, 6, 8, 12, 16};
constexpr size_t kHeight = 11, kPictureHeight = 33;
constexpr size_t kCellRows = 7;

struct SplitMix64 {
  uint64_t state;
  uint64_t Next() {
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
};

struct FNV1a {
  uint64_t value = 0xCBF29CE484222325u;
  template <typename T>
  void Add(const std::vector<T>& samples) {
    for (const T sample : samples) {
      for (size_t byte = 0; byte < sizeof(T); ++byte) {
        value = (value ^ (static_cast<uint64_t>(sample) >> (byte * 8) & 0xFF)) * 0x100000001B3u;
      }
    }
  }
};

struct Case {
  size_t width, stride, bits_stride, cells;
  std::vector<uint8_t> plane, mask, bits, moving, picture;
  std::vector<int16_t> background, variance, gain;
  std::vector<uint16_t> sums_now, sums_before;
  std::vector<uint8_t> cell_samples, left_out;
  nd_rates rates;
  int16_t factor;

  explicit Case(size_t w)
      : width(w), stride(w + 1 + w % 2 + w % 5 * 2), bits_stride((w + 7) / 8 + w % 3), cells((w + 7) / 8) {
    const auto word = [](uint64_t value) { return static_cast<int16_t>(value); };
    factor = word(4096 * (1 + w % 7));
    rates = {word(w * 127), word(w * 3), word(w * 61), word(w * 40)};
    SplitMix64 random{w};
    for (size_t i = 0; i < kHeight * stride; ++i) {
      const uint64_t value = random.Next();
      plane.push_back(static_cast<uint8_t>(value >> 56));
      mask.push_back((value & 4) == 0 ? 0 : 255);
      const bool is_near = value & 1;
      const int near_by = static_cast<int>(value >> 56) * 128 + static_cast<int>(value >> 8 & 0xFFF) - 2048;
      background.push_back(word(is_near ? std::min(std::max(near_by, 0), 32640) : (value >> 20 & 0x7FFF) % 32641));
      variance.push_back(word((value & 2) == 2 ? value >> 40 & 0x3FF : (value >> 40 & 0x7FFF) % 32641));
      gain.push_back(word(is_near ? 8192 + (value >> 36 & 0x7FF) - 1024 : value >> 36 & 0x7FFF));
    }
    for (size_t i = 0; i < kHeight * bits_stride; ++i) bits.push_back(static_cast<uint8_t>(random.Next() >> 56));
    for (size_t i = 0; i < kHeight * bits_stride; ++i) moving.push_back(static_cast<uint8_t>(random.Next() >> 56));
    for (size_t i = 0; i < kPictureHeight * stride; ++i) picture.push_back(static_cast<uint8_t>(random.Next() >> 56));
    for (size_t i = 0; i < kCellRows * width; ++i) {
      // Mostly the same light, some of it another, a few cells that are something else; dark ones, and left out ones.
      const uint64_t value = random.Next();
      const int samples = (value & 0xF) == 0 ? static_cast<int>(value >> 4 & 0x3F) : 64;
      const int before = samples * static_cast<int>((value & 0x30000) == 0 ? value >> 20 & 3 : value >> 20 & 0xFF);
      int now = (value & 0x700000000) == 0 ? samples * static_cast<int>(value >> 40 & 0xFF)
                                           : before + static_cast<int>(value >> 40 & 0x3F) - 32;
      if (i % width * 2 > width) now = now * 9 / 8;
      sums_now.push_back(static_cast<uint16_t>(std::min(std::max(now, 0), samples * 255)));
      sums_before.push_back(static_cast<uint16_t>(before));
      cell_samples.push_back(static_cast<uint8_t>(samples));
      left_out.push_back((value >> 50) % 4 < w % 4 ? 1 : 0);
    }
  }

  void Hash(nd_target target, uint64_t* hashes) const {
    FNV1a hash[kKernels];
    for (const size_t by : kFactors) {
      std::vector<uint8_t> out(kPictureHeight * stride, 0xA5);
      nd_downscale(target, picture.data(), stride, width, kPictureHeight, by, out.data(), stride);
      hash[0].Add(out);
    }
    std::vector<uint8_t> kept = plane;
    nd_keep(target, kept.data(), mask.data(), stride, width, kHeight);
    hash[1].Add(kept);
    std::vector<uint16_t> sums(2 * cells + 4, 0xA5A5);
    nd_cell_sums(target, plane.data(), stride, width, kHeight, sums.data());
    hash[2].Add(sums);
    std::vector<uint8_t> marks(bits.size(), 0xA5);
    nd_compare(target, plane.data(), background.data(), variance.data(), gain.data(), stride, width, kHeight, 192,
               factor, marks.data(), bits_stride);
    hash[3].Add(marks);
    std::vector<int16_t> moved = background, noise = variance;
    std::vector<uint8_t> levels(plane.size(), 0xA5);
    nd_update(target, plane.data(), picture.data(), moved.data(), noise.data(), gain.data(), stride, width, kHeight,
              bits.data(), moving.data(), bits_stride, rates, levels.data());
    hash[4].Add(moved);
    hash[4].Add(noise);
    hash[4].Add(levels);
    std::vector<uint8_t> counts(2 * cells + 4, 0xA5);
    nd_cell_counts(target, bits.data(), bits_stride, cells, kHeight, counts.data());
    hash[5].Add(counts);
    std::vector<uint16_t> quarters(width / 2 + 4, 0xA5A5), detail(width / 8 + 4, 0xA5A5);
    nd_cell_structure(target, plane.data(), stride, width, kHeight, quarters.data(), detail.data());
    hash[6].Add(quarters);
    hash[6].Add(detail);
    std::vector<int32_t> some;
    for (int32_t cell = 0; cell < static_cast<int32_t>(2 * cells); ++cell) {
      if (cell % 3 != 2) some.push_back(cell);
    }
    std::vector<uint8_t> trimmed = bits;
    nd_trim_cells(target, plane.data(), background.data(), variance.data(), gain.data(), stride, width, kHeight, 192,
                  factor, some.data(), some.size(), cells, trimmed.data(), bits_stride);
    hash[7].Add(trimmed);
    std::vector<uint8_t> out = left_out;
    std::vector<int32_t> room((width + ND_LIGHT_MARGIN) * ND_LIGHT_ROWS);
    std::vector<int16_t> cell_gains(kCellRows * width + 4, 0x5A5A), gains(kCellRows * width * 8 + 4, 0x5A5A);
    const int32_t unrest = nd_light(target, sums_now.data(), sums_before.data(), cell_samples.data(), out.data(), width,
                                    kCellRows, room.data(), cell_gains.data(), gains.data());
    hash[8].Add(out);
    hash[8].Add(cell_gains);
    hash[8].Add(gains);
    hash[8].Add(std::vector<int32_t>{unrest});
    for (int i = 0; i < kKernels; ++i) hashes[i] = hash[i].value;
  }
};

}  // namespace

int main(int argc, char** argv) {
  FILE* vectors = argc == 2 ? fopen(argv[1], "r") : nullptr;
  if (vectors == nullptr) {
    fprintf(stderr, "usage: check VECTORS (a readable file of lines: kernel, width, hash)\n");
    return 64;
  }
  std::vector<std::vector<uint64_t>> expected(258, std::vector<uint64_t>(kKernels));
  char name[32];
  unsigned width;
  unsigned long long hash;
  int lines = 0;
  while (fscanf(vectors, "%31s %u %llx", name, &width, &hash) == 3) {
    for (int i = 0; i < kKernels; ++i) {
      if (strcmp(name, kNames[i]) == 0 && width < expected.size()) expected[width][i] = hash, ++lines;
    }
  }
  fclose(vectors);
  if (lines != 257 * kKernels) {
    fprintf(stderr, "%s: %d vectors instead of %d\n", argv[1], lines, 257 * kKernels);
    return 65;
  }
  int passed = 0, failed = 0;
  for (int32_t index = 0; index < nd_target_count(); ++index) {
    int failed_here = 0;
    for (size_t w = 1; w <= 257; ++w) {
      uint64_t actual[kKernels];
      Case(w).Hash(nd_target_at(index), actual);
      for (int i = 0; i < kKernels; ++i) {
        if (actual[i] == expected[w][i]) {
          ++passed;
        } else {
          ++failed_here;
          printf("%s: %s differs at width %zu\n", nd_target_name_at(index), kNames[i], w);
        }
      }
    }
    printf("%s: %s\n", nd_target_name_at(index), failed_here == 0 ? "equal" : "DIFFERENT");
    failed += failed_here;
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
