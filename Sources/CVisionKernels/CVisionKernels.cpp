// See include/CVisionKernels.h for the contracts. This file is compiled once per instruction set by foreach_target.h.
//
// Rows are walked in whole vectors. What is left at a row's end is copied into a zeroed buffer of one vector and goes
// through the same code (the idea of libyuv's "any" wrappers), so that there is one formula per kernel and no scalar
// twin.

#include "include/CVisionKernels.h"

#include <stdlib.h>
#include <string.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "CVisionKernels.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h, as Highway demands.
#include "hwy/highway.h"

#if HWY_TARGET == HWY_SCALAR
#error "these kernels need vectors of at least 16 bytes: compile with clang, or with g++ -march=x86-64-v2 or better"
#endif

HWY_BEFORE_NAMESPACE();
namespace neurond {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::ScalableTag<int16_t>;
using UnsignedWords = hn::ScalableTag<uint16_t>;
using Bytes = hn::ScalableTag<uint8_t>;
using HalfBytes = hn::Rebind<uint8_t, Words>;

// Room for one vector of the widest instruction set, in bytes.
constexpr size_t kVectorBytes = HWY_MAX_BYTES;

// ---------------------------------------------------------------------------------------------------- downscale

// Input columns that are summed at a time: a multiple of every factor, small enough for the first-level cache.
constexpr size_t kTileColumns = 2304;
// Interleaved loads read up to four vectors, so the sums of a tile are followed by that much that is never used.
constexpr size_t kTilePadding = 4 * kVectorBytes / sizeof(uint16_t);

// sums[i] = the sum of one column of `factor` samples, or for an even factor of two columns side by side.
HWY_INLINE void SumColumns(const uint8_t* HWY_RESTRICT src, size_t src_stride, size_t columns, size_t factor,
                           uint16_t* HWY_RESTRICT sums) {
  const UnsignedWords words;
  const size_t lanes = hn::Lanes(words);
  if (factor % 2 == 0) {
    // Seen as 16-bit words, the low and the high byte are the two neighbours.
    const Bytes bytes;
    const auto low = hn::Set(words, 0x00FF);
    const auto pairs = [&](const uint8_t* at) HWY_ATTR {
      const auto both = hn::BitCast(words, hn::LoadU(bytes, at));
      return hn::Add(hn::And(both, low), hn::ShiftRight<8>(both));
    };
    size_t x = 0;
    for (; x + 2 * lanes <= columns; x += 2 * lanes) {
      auto sum = pairs(src + x);
      for (size_t row = 1; row < factor; ++row) sum = hn::Add(sum, pairs(src + row * src_stride + x));
      hn::StoreU(sum, words, sums + x / 2);
    }
    if (x < columns) {
      auto sum = hn::Zero(words);
      for (size_t row = 0; row < factor; ++row) {
        HWY_ALIGN uint8_t rest[kVectorBytes] = {};
        memcpy(rest, src + row * src_stride + x, columns - x);
        sum = hn::Add(sum, pairs(rest));
      }
      hn::StoreU(sum, words, sums + x / 2);
    }
  } else {
    const HalfBytes bytes;
    const auto wide = [&](const uint8_t* at) HWY_ATTR { return hn::PromoteTo(words, hn::LoadU(bytes, at)); };
    size_t x = 0;
    for (; x + lanes <= columns; x += lanes) {
      auto sum = wide(src + x);
      for (size_t row = 1; row < factor; ++row) sum = hn::Add(sum, wide(src + row * src_stride + x));
      hn::StoreU(sum, words, sums + x);
    }
    if (x < columns) {
      auto sum = hn::Zero(words);
      for (size_t row = 0; row < factor; ++row) {
        HWY_ALIGN uint8_t rest[kVectorBytes] = {};
        memcpy(rest, src + row * src_stride + x, columns - x);
        sum = hn::Add(sum, wide(rest));
      }
      hn::StoreU(sum, words, sums + x);
    }
  }
}

// Adds neighbours in place: sums[i] = the sum of `width` (2, 3 or 4) values from i * width on, for `count` outputs.
HWY_INLINE void SumNeighbours(uint16_t* sums, size_t count, size_t width) {
  const UnsignedWords words;
  const size_t lanes = hn::Lanes(words);
  for (size_t i = 0; i < count; i += lanes) {
    auto a = hn::Zero(words), b = a, c = a, e = a;
    const uint16_t* at = sums + i * width;
    if (width == 2) {
      hn::LoadInterleaved2(words, at, a, b);
    } else if (width == 3) {
      hn::LoadInterleaved3(words, at, a, b, c);
    } else {
      hn::LoadInterleaved4(words, at, a, b, c, e);
    }
    hn::StoreU(hn::Add(hn::Add(a, b), hn::Add(c, e)), words, sums + i);
  }
}

// dst[i] = sums[i] / (factor * factor), rounded.
HWY_INLINE void Divide(const uint16_t* HWY_RESTRICT sums, size_t count, size_t factor, uint8_t* HWY_RESTRICT dst) {
  const UnsignedWords words;
  const Words signed_words;
  const HalfBytes bytes;
  const size_t lanes = hn::Lanes(words);
  const size_t area = factor * factor;
  const bool is_thirds = factor % 3 == 0;
  // x / 9 = x * 58255 >> 19, and so on for 36 and 144: exact for every x up to 255 * 144 + 72.
  const int shift = factor == 2 ? 2 : factor == 3 ? 3 : factor == 4 ? 4 : factor == 6 ? 5 : factor == 8 ? 6
                    : factor == 12 ? 7 : 8;
  const auto half = hn::Set(words, static_cast<uint16_t>(area / 2));
  const auto reciprocal = hn::Set(words, 58255);
  for (size_t i = 0; i < count; i += lanes) {
    auto value = hn::Add(hn::LoadU(words, sums + i), half);
    if (is_thirds) value = hn::MulHigh(value, reciprocal);
    value = hn::ShiftRightSame(value, shift);
    const auto narrow = hn::DemoteTo(bytes, hn::BitCast(signed_words, value));
    if (i + lanes <= count) {
      hn::StoreU(narrow, bytes, dst + i);
    } else {
      HWY_ALIGN uint8_t rest[kVectorBytes];
      hn::StoreU(narrow, bytes, rest);
      memcpy(dst + i, rest, count - i);
    }
  }
}

void Downscale(const uint8_t* src, size_t src_stride, size_t width, size_t height, size_t factor, uint8_t* dst,
               size_t dst_stride) {
  const size_t columns = width / factor, rows = height / factor;
  if (factor == 1) {
    for (size_t y = 0; y < rows; ++y) memcpy(dst + y * dst_stride, src + y * src_stride, columns);
    return;
  }
  HWY_ALIGN uint16_t sums[kTileColumns + kTilePadding] = {};
  const size_t tile = kTileColumns / factor;
  for (size_t y = 0; y < rows; ++y) {
    for (size_t x = 0; x < columns; x += tile) {
      const size_t count = HWY_MIN(tile, columns - x);
      SumColumns(src + y * factor * src_stride + x * factor, src_stride, count * factor, factor, sums);
      switch (factor) {
        case 3: SumNeighbours(sums, count, 3); break;
        case 4: SumNeighbours(sums, count, 2); break;
        case 6: SumNeighbours(sums, count, 3); break;
        case 8: SumNeighbours(sums, count, 4); break;
        case 12: SumNeighbours(sums, count * 2, 3); SumNeighbours(sums, count, 2); break;
        case 16: SumNeighbours(sums, count * 2, 4); SumNeighbours(sums, count, 2); break;
        default: break;
      }
      Divide(sums, count, factor, dst + y * dst_stride + x);
    }
  }
}

// --------------------------------------------------------------------------------------------------------- keep

void Keep(uint8_t* plane, const uint8_t* keep, size_t stride, size_t width, size_t height) {
  const Bytes bytes;
  const size_t lanes = hn::Lanes(bytes);
  for (size_t y = 0; y < height; ++y) {
    uint8_t* row = plane + y * stride;
    const uint8_t* mask = keep + y * stride;
    size_t x = 0;
    for (; x + lanes <= width; x += lanes) {
      hn::StoreU(hn::And(hn::LoadU(bytes, row + x), hn::LoadU(bytes, mask + x)), bytes, row + x);
    }
    for (; x < width; ++x) row[x] &= mask[x];
  }
}

// ---------------------------------------------------------------------------------------------------- cell sums

void CellSums(const uint8_t* plane, size_t stride, size_t width, size_t height, uint16_t* sums) {
  const Bytes bytes;
  const hn::Repartition<uint64_t, Bytes> totals;
  const size_t lanes = hn::Lanes(bytes);
  const size_t cells_wide = (width + 7) / 8;
  HWY_ALIGN uint64_t cells[kVectorBytes / 8];
  for (size_t top = 0; top < height; top += 8, sums += cells_wide) {
    const size_t rows = HWY_MIN(size_t{8}, height - top);
    for (size_t x = 0; x < width; x += lanes) {
      auto total = hn::Zero(totals);
      const uint8_t* at = plane + top * stride + x;
      const size_t count = HWY_MIN(lanes, width - x);
      for (size_t row = 0; row < rows; ++row, at += stride) {
        if (count == lanes) {
          total = hn::Add(total, hn::SumsOf8(hn::LoadU(bytes, at)));
        } else {
          HWY_ALIGN uint8_t rest[kVectorBytes] = {};
          memcpy(rest, at, count);
          total = hn::Add(total, hn::SumsOf8(hn::Load(bytes, rest)));
        }
      }
      hn::Store(total, totals, cells);
      for (size_t cell = 0; cell * 8 < count; ++cell) sums[x / 8 + cell] = static_cast<uint16_t>(cells[cell]);
    }
  }
}

// ------------------------------------------------------------------------------------------------------ compare

// |plane - gain * background| in 1/32 levels: 0...32640.
template <class V>
HWY_INLINE V Difference(V plane, V background, V gain) {
  return hn::Abs(hn::Sub(hn::ShiftLeft<5>(plane), hn::MulFixedPoint15(background, gain)));
}

// The square of a difference in quarter levels, which counts as 255 at most: 0...32512 in 1/8 levels squared.
template <class V>
HWY_INLINE V Square(V quarters) {
  const UnsignedWords unsigned_words;
  const auto side = hn::BitCast(unsigned_words, hn::Min(quarters, hn::Set(Words(), 255)));
  return hn::BitCast(Words(), hn::ShiftRight<1>(hn::Mul(side, side)));
}

template <class M>
HWY_INLINE void StoreBits(M mask, uint8_t* at, size_t count) {
  // StoreMaskBits may write 8 bytes whatever the number of lanes.
  uint8_t bits[kVectorBytes / 2 / 8 + 8];
  hn::StoreMaskBits(Words(), mask, bits);
  memcpy(at, bits, count);
}

void Compare(const uint8_t* plane, const int16_t* background, const int16_t* variance, const int16_t* gain,
             size_t stride, size_t width, size_t height, int16_t floor, int16_t factor, uint8_t* marks,
             size_t bits_stride) {
  const Words words;
  const HalfBytes bytes;
  const size_t lanes = hn::Lanes(words);
  const auto lowest = hn::Set(words, floor);
  const auto times = hn::Set(words, factor);
  const auto largest_variance = hn::Set(words, 1023);
  const auto vector = [&](const uint8_t* now, const int16_t* was, const int16_t* noise, const int16_t* light,
                          uint8_t* to_marks, size_t count) HWY_ATTR {
    const auto difference = Difference(hn::PromoteTo(words, hn::LoadU(bytes, now)), hn::LoadU(words, was),
                                       hn::LoadU(words, light));
    const auto bounded = hn::ShiftLeft<5>(hn::Min(hn::LoadU(words, noise), largest_variance));
    const auto limit = hn::MulFixedPoint15(bounded, times);
    const auto square = Square(hn::ShiftRight<3>(difference));
    StoreBits(hn::And(hn::Gt(difference, lowest), hn::Gt(square, limit)), to_marks, count);
  };
  for (size_t y = 0; y < height; ++y) {
    const uint8_t* now = plane + y * stride;
    const int16_t* was = background + y * stride;
    const int16_t* noise = variance + y * stride;
    const int16_t* light = gain + y / 8 * stride;
    uint8_t* to_marks = marks + y * bits_stride;
    size_t x = 0;
    for (; x + lanes <= width; x += lanes) {
      vector(now + x, was + x, noise + x, light + x, to_marks + x / 8, lanes / 8);
    }
    if (x < width) {
      // Zeros everywhere differ by nothing, so the unused bits stay clear.
      const size_t rest = width - x;
      HWY_ALIGN uint8_t rest_now[kVectorBytes] = {};
      HWY_ALIGN int16_t rest_was[kVectorBytes / 2] = {};
      HWY_ALIGN int16_t rest_noise[kVectorBytes / 2] = {};
      HWY_ALIGN int16_t rest_light[kVectorBytes / 2] = {};
      memcpy(rest_now, now + x, rest);
      memcpy(rest_was, was + x, rest * 2);
      memcpy(rest_noise, noise + x, rest * 2);
      memcpy(rest_light, light + x, rest * 2);
      vector(rest_now, rest_was, rest_noise, rest_light, to_marks + x / 8, (rest + 7) / 8);
    }
  }
}

// ------------------------------------------------------------------------------------------------------- update

HWY_INLINE hn::Mask<Words> LoadBits(const uint8_t* at, size_t count) {
  // LoadMaskBits may read 8 bytes whatever the number of lanes.
  uint8_t bits[kVectorBytes / 2 / 8 + 8] = {};
  memcpy(bits, at, count);
  return hn::LoadMaskBits(Words(), bits);
}

void Update(const uint8_t* plane, const uint8_t* before, int16_t* background, int16_t* variance, const int16_t* gain,
            size_t stride, size_t width, size_t height, const uint8_t* held, const uint8_t* moving,
            size_t bits_stride, const nd_rates* rates, uint8_t* levels) {
  const Words words;
  const HalfBytes bytes;
  const size_t lanes = hn::Lanes(words);
  const auto rate = hn::Set(words, rates->background);
  const auto rate_held = hn::Set(words, rates->background_held);
  const auto variance_rate = hn::Set(words, rates->variance);
  const auto variance_limit = hn::Set(words, rates->variance_held_limit);
  const auto half = hn::Set(words, 64);
  const auto vector = [&](const uint8_t* from, const uint8_t* earlier, int16_t* was, int16_t* noise,
                          const int16_t* light, const uint8_t* held_bits, const uint8_t* moving_bits,
                          uint8_t* to_levels, size_t count) HWY_ATTR {
    const auto is_held = LoadBits(held_bits, count);
    const auto is_moving = LoadBits(moving_bits, count);
    const auto now = hn::PromoteTo(words, hn::LoadU(bytes, from));
    const auto then = hn::PromoteTo(words, hn::LoadU(bytes, earlier));
    const auto old = hn::LoadU(words, was);
    const auto old_variance = hn::LoadU(words, noise);
    const auto square = Square(hn::ShiftRight<3>(Difference(now, old, hn::LoadU(words, light))));
    const auto change = hn::Min(Square(hn::ShiftLeft<2>(hn::Abs(hn::Sub(now, then)))), variance_limit);
    const auto seen = hn::IfThenElse(is_held, hn::Min(square, change), square);
    const auto step = hn::MulFixedPoint15(hn::Sub(hn::ShiftLeft<7>(now), old),
                                          hn::IfThenElse(is_held, rate_held, rate));
    const auto variance_step = hn::MulFixedPoint15(hn::Sub(seen, old_variance),
                                                   hn::IfThenZeroElse(is_moving, variance_rate));
    const auto updated = hn::Add(old, step);
    hn::StoreU(updated, words, was);
    hn::StoreU(hn::Add(old_variance, variance_step), words, noise);
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<7>(hn::Add(updated, half))), bytes, to_levels);
  };
  for (size_t y = 0; y < height; ++y) {
    const size_t row = y * stride;
    const int16_t* light = gain + y / 8 * stride;
    const uint8_t* held_bits = held + y * bits_stride;
    const uint8_t* moving_bits = moving + y * bits_stride;
    size_t x = 0;
    for (; x + lanes <= width; x += lanes) {
      vector(plane + row + x, before + row + x, background + row + x, variance + row + x, light + x,
             held_bits + x / 8, moving_bits + x / 8, levels + row + x, lanes / 8);
    }
    if (x < width) {
      const size_t rest = width - x;
      HWY_ALIGN uint8_t rest_now[kVectorBytes] = {};
      HWY_ALIGN uint8_t rest_then[kVectorBytes] = {};
      HWY_ALIGN int16_t rest_was[kVectorBytes / 2] = {};
      HWY_ALIGN int16_t rest_noise[kVectorBytes / 2] = {};
      HWY_ALIGN int16_t rest_light[kVectorBytes / 2] = {};
      HWY_ALIGN uint8_t rest_levels[kVectorBytes];
      memcpy(rest_now, plane + row + x, rest);
      memcpy(rest_then, before + row + x, rest);
      memcpy(rest_was, background + row + x, rest * 2);
      memcpy(rest_noise, variance + row + x, rest * 2);
      memcpy(rest_light, light + x, rest * 2);
      vector(rest_now, rest_then, rest_was, rest_noise, rest_light, held_bits + x / 8, moving_bits + x / 8,
             rest_levels, (rest + 7) / 8);
      memcpy(background + row + x, rest_was, rest * 2);
      memcpy(variance + row + x, rest_noise, rest * 2);
      memcpy(levels + row + x, rest_levels, rest);
    }
  }
}

// -------------------------------------------------------------------------------------------------- cell counts

void CellCounts(const uint8_t* bits, size_t bits_stride, size_t row_bytes, size_t height, uint8_t* counts) {
  const Bytes bytes;
  const size_t lanes = hn::Lanes(bytes);
  for (size_t top = 0; top < height; top += 8, counts += row_bytes) {
    const size_t rows = HWY_MIN(size_t{8}, height - top);
    for (size_t x = 0; x < row_bytes; x += lanes) {
      const size_t count = HWY_MIN(lanes, row_bytes - x);
      const uint8_t* at = bits + top * bits_stride + x;
      auto total = hn::Zero(bytes);
      if (count == lanes) {
        for (size_t row = 0; row < rows; ++row, at += bits_stride) {
          total = hn::Add(total, hn::PopulationCount(hn::LoadU(bytes, at)));
        }
        hn::StoreU(total, bytes, counts + x);
      } else {
        HWY_ALIGN uint8_t rest[kVectorBytes] = {};
        for (size_t row = 0; row < rows; ++row, at += bits_stride) {
          memcpy(rest, at, count);
          total = hn::Add(total, hn::PopulationCount(hn::Load(bytes, rest)));
        }
        hn::Store(total, bytes, rest);
        memcpy(counts + x, rest, count);
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace neurond
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace neurond {
HWY_EXPORT(Downscale);
HWY_EXPORT(Keep);
HWY_EXPORT(CellSums);
HWY_EXPORT(Compare);
HWY_EXPORT(Update);
HWY_EXPORT(CellCounts);

// The set bit of a mask of targets at a place counted from the lowest, which Highway gives to the best target.
static int64_t TargetBit(int32_t index) {
  int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  for (; index > 0; --index) targets &= targets - 1;
  return targets & -targets;
}
}  // namespace neurond

// An explicit target instead of HWY_DYNAMIC_DISPATCH: no global state, and tests may run several targets at once.
#define ND_CALL(FUNCTION) neurond::HWY_DISPATCH_TABLE(FUNCTION)[target]

extern "C" {

int32_t nd_target_count(void) {
  int32_t count = 0;
  for (int64_t targets = hwy::SupportedTargets() & HWY_TARGETS; targets != 0; targets &= targets - 1) ++count;
  return count;
}

nd_target nd_target_at(int32_t index) {
  if (sizeof(neurond::HWY_DISPATCH_TABLE(Keep)) == sizeof(void*)) return 0;
  hwy::ChosenTarget chosen;
  chosen.Update(neurond::TargetBit(index));
  return static_cast<nd_target>(chosen.GetIndex());
}

const char* nd_target_name_at(int32_t index) { return hwy::TargetName(neurond::TargetBit(index)); }

const char* nd_forced_target(void) { return getenv("NEUROND_KERNELS"); }

void nd_downscale(nd_target target, const uint8_t* src, size_t src_stride, size_t width, size_t height, size_t factor,
                  uint8_t* dst, size_t dst_stride) {
  ND_CALL(Downscale)(src, src_stride, width, height, factor, dst, dst_stride);
}

void nd_keep(nd_target target, uint8_t* plane, const uint8_t* keep, size_t stride, size_t width, size_t height) {
  ND_CALL(Keep)(plane, keep, stride, width, height);
}

void nd_cell_sums(nd_target target, const uint8_t* plane, size_t stride, size_t width, size_t height,
                  uint16_t* sums) {
  ND_CALL(CellSums)(plane, stride, width, height, sums);
}

void nd_compare(nd_target target, const uint8_t* plane, const int16_t* background, const int16_t* variance,
                const int16_t* gain, size_t stride, size_t width, size_t height, int16_t floor, int16_t factor,
                uint8_t* marks, size_t bits_stride) {
  ND_CALL(Compare)(plane, background, variance, gain, stride, width, height, floor, factor, marks, bits_stride);
}

void nd_update(nd_target target, const uint8_t* plane, const uint8_t* before, int16_t* background, int16_t* variance,
               const int16_t* gain, size_t stride, size_t width, size_t height, const uint8_t* held,
               const uint8_t* moving, size_t bits_stride, nd_rates rates, uint8_t* levels) {
  ND_CALL(Update)(plane, before, background, variance, gain, stride, width, height, held, moving, bits_stride, &rates,
                  levels);
}

void nd_cell_counts(nd_target target, const uint8_t* bits, size_t bits_stride, size_t row_bytes, size_t height,
                    uint8_t* counts) {
  ND_CALL(CellCounts)(bits, bits_stride, row_bytes, height, counts);
}

}  // extern "C"

#endif  // HWY_ONCE
