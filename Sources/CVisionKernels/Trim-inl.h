// nd_trim_cells: what a neighbour's background explains is no change. Part of CVisionKernels.cpp, which includes it inside
// its namespaces, once per target.

// A row of a cell is one vector of 128 bits on every target: the cells to look at are few and lie anywhere.
using CellWords = hn::FixedTag<int16_t, 8>;
using CellBytes = hn::Rebind<uint8_t, CellWords>;

// The samples of one row that differ from the range of their nine neighbours by more than their limits, as bits.
// above, here and below point at the row's background; a sample more is read on both sides.
HWY_INLINE uint8_t BeyondRange(const uint8_t* now, const int16_t* above, const int16_t* here, const int16_t* below,
                               const int16_t* noise, const int16_t* light, int16_t floor, int16_t factor) {
  const CellWords words;
  const auto lowest = [&](const int16_t* row) HWY_ATTR {
    return hn::Min(hn::Min(hn::LoadU(words, row - 1), hn::LoadU(words, row)), hn::LoadU(words, row + 1));
  };
  const auto highest = [&](const int16_t* row) HWY_ATTR {
    return hn::Max(hn::Max(hn::LoadU(words, row - 1), hn::LoadU(words, row)), hn::LoadU(words, row + 1));
  };
  const auto gain = hn::LoadU(words, light);
  const auto low = hn::MulFixedPoint15(hn::Min(hn::Min(lowest(above), lowest(here)), lowest(below)), gain);
  const auto high = hn::MulFixedPoint15(hn::Max(hn::Max(highest(above), highest(here)), highest(below)), gain);
  const auto sample = hn::ShiftLeft<5>(hn::PromoteTo(words, hn::LoadU(CellBytes(), now)));
  const auto difference = hn::Max(hn::Max(hn::Sub(low, sample), hn::Sub(sample, high)), hn::Zero(words));
  const auto bounded = hn::ShiftLeft<5>(hn::Min(hn::LoadU(words, noise), hn::Set(words, 1023)));
  const auto limit = hn::MulFixedPoint15(bounded, hn::Set(words, factor));
  // The square of the difference in quarter levels, as in Compare.
  const hn::RebindToUnsigned<CellWords> unsigned_words;
  const auto side = hn::BitCast(unsigned_words, hn::Min(hn::ShiftRight<3>(difference), hn::Set(words, 255)));
  const auto square = hn::BitCast(words, hn::ShiftRight<1>(hn::Mul(side, side)));
  uint8_t bits[8];
  hn::StoreMaskBits(words, hn::And(hn::Gt(difference, hn::Set(words, floor)), hn::Gt(square, limit)), bits);
  return bits[0];
}

void TrimCells(const uint8_t* plane, const int16_t* background, const int16_t* variance, const int16_t* gain,
               size_t stride, size_t width, size_t height, int16_t floor, int16_t factor, const int32_t* cells,
               size_t count, size_t cell_columns, uint8_t* marks, size_t bits_stride) {
  for (size_t i = 0; i < count; ++i) {
    const size_t row = static_cast<size_t>(cells[i]) / cell_columns, column = static_cast<size_t>(cells[i]) % cell_columns;
    const size_t left = column * 8, top = row * 8;
    const bool is_inside = left > 0 && left + 9 <= width;
    for (size_t y = top; y < HWY_MIN(top + 8, height); ++y) {
      uint8_t* mark = marks + y * bits_stride + column;
      if (*mark == 0) continue;
      const size_t lines[3] = {y > 0 ? y - 1 : y, y, y + 1 < height ? y + 1 : y};
      const size_t at = y * stride + left;
      if (is_inside) {
        *mark &= BeyondRange(plane + at, background + lines[0] * stride + left, background + at,
                             background + lines[2] * stride + left, variance + at, gain + row * stride + left, floor,
                             factor);
        continue;
      }
      // At the picture's edges the outermost samples stand for those beyond.
      HWY_ALIGN int16_t was[3][16] = {};
      HWY_ALIGN uint8_t now[16] = {};
      HWY_ALIGN int16_t noise[8] = {};
      HWY_ALIGN int16_t light[8] = {};
      for (size_t x = 0; x < 10; ++x) {
        const size_t from = left + x < 1 ? 0 : HWY_MIN(left + x - 1, width - 1);
        for (size_t line = 0; line < 3; ++line) was[line][x] = background[lines[line] * stride + from];
      }
      const size_t rest = HWY_MIN(width - left, size_t{8});
      memcpy(now, plane + at, rest);
      memcpy(noise, variance + at, rest * 2);
      memcpy(light, gain + row * stride + left, rest * 2);
      const int beyond = BeyondRange(now, was[0] + 1, was[1] + 1, was[2] + 1, noise, light, floor, factor);
      *mark = static_cast<uint8_t>(*mark & (beyond | 0xFF << rest));
    }
  }
}
