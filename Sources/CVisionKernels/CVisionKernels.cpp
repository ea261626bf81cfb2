// See include/CVisionKernels.h for the contracts. This file is compiled once per instruction set by foreach_target.h.
//
// Rows are walked in whole vectors. What is left at a row's end is copied into a zeroed buffer of one vector and goes
// through the same code (the idea of libyuv's "any" wrappers), so that there is one formula per kernel and no scalar
// twin.

#include "include/CVisionKernels.h"

#include "hwy/cache_control.h"

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
using Quads = hn::RepartitionToWide<Words>;
using UnsignedQuads = hn::RepartitionToWide<UnsignedWords>;

// Room for one vector of the widest instruction set, in bytes.
constexpr size_t kVectorBytes = HWY_MAX_BYTES;

#include "Downscale-inl.h"

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

#include "Background-inl.h"
#include "Light-inl.h"
#include "Structure-inl.h"

#include "Trim-inl.h"

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

#include "Net-inl.h"
#include "Area-inl.h"

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
HWY_EXPORT(TrimCells);
HWY_EXPORT(CellCounts);
HWY_EXPORT(CellStructure);
HWY_EXPORT(Light);
HWY_EXPORT(Area);
HWY_EXPORT(NetLuma);
HWY_EXPORT(NetConv);
HWY_EXPORT(NetDepthwise);
HWY_EXPORT(NetAdd);

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

void nd_trim_cells(nd_target target, const uint8_t* plane, const int16_t* background, const int16_t* variance,
                   const int16_t* gain, size_t stride, size_t width, size_t height, int16_t floor, int16_t factor,
                   const int32_t* cells, size_t count, size_t cell_columns, uint8_t* marks, size_t bits_stride) {
  ND_CALL(TrimCells)(plane, background, variance, gain, stride, width, height, floor, factor, cells, count, cell_columns,
                     marks, bits_stride);
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

void nd_cell_structure(nd_target target, const uint8_t* plane, size_t stride, size_t width, size_t height,
                       uint16_t* quarters, uint16_t* detail) {
  ND_CALL(CellStructure)(plane, stride, width, height, quarters, detail);
}

int32_t nd_light(nd_target target, const uint16_t* now, const uint16_t* background, const uint8_t* samples,
                 uint8_t* left_out, size_t columns, size_t rows, int32_t* scratch, int16_t* cell_gains,
                 int16_t* gains) {
  return ND_CALL(Light)(now, background, samples, left_out, columns, rows, scratch, cell_gains, gains);
}

void nd_area(nd_target target, const uint8_t* src, size_t src_stride, const nd_area_axis* columns,
             const nd_area_axis* rows, int16_t* row, uint8_t* dst, size_t dst_stride) {
  ND_CALL(Area)(src, src_stride, columns, rows, row, dst, dst_stride);
}

// Two vectors of the widest instruction set; HWY_MAX_BYTES speaks of the plainest one here.
size_t nd_net_slack(void) { return (HWY_ARCH_X86 ? 64 : 256) / 2 + ND_NET_MARGIN; }

void nd_net_luma(nd_target target, const uint8_t* src, size_t src_stride, size_t width, size_t height, int16_t mean,
                 int16_t gain, int16_t* arena, const nd_tensor* output) {
  ND_CALL(NetLuma)(src, src_stride, width, height, mean, gain, arena, output);
}

void nd_net_conv(nd_target target, int16_t* arena, const nd_tensor* input, const nd_tensor* output,
                 const nd_layer* layer, const int32_t* weights, const int32_t* bias) {
  ND_CALL(NetConv)(arena, input, output, layer, weights, bias);
}

void nd_net_depthwise(nd_target target, int16_t* arena, const nd_tensor* input, const nd_tensor* output,
                      const nd_layer* layer, const int32_t* weights, const int32_t* bias) {
  ND_CALL(NetDepthwise)(arena, input, output, layer, weights, bias);
}

void nd_net_add(nd_target target, int16_t* arena, const nd_tensor* fine, const nd_tensor* coarse,
                const nd_tensor* output, const nd_layer* layer) {
  ND_CALL(NetAdd)(arena, fine, coarse, output, layer);
}

}  // extern "C"

#endif  // HWY_ONCE
