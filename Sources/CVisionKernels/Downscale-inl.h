// nd_downscale: the box filter. Part of CVisionKernels.cpp, which includes it inside its namespaces, once per target.

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
