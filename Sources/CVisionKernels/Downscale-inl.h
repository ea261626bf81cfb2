// nd_downscale: the box filter. Part of CVisionKernels.cpp, which includes it inside its namespaces, once per target.

// Input columns that are summed at a time: a multiple of every factor, small enough for the first-level cache.
constexpr size_t kTileColumns = 2304;
// Interleaved loads read up to four vectors, so the sums of a tile are followed by that much that is never used.
constexpr size_t kTilePadding = 4 * kVectorBytes / sizeof(uint16_t);

// Neighbouring bytes added up: a0 + a1, a2 + a3, ...
HWY_INLINE hn::Vec<UnsignedWords> PairSums(hn::Vec<Bytes> samples) {
  // Highway 1.0 has no name for the one instruction that most instruction sets have for this.
#if HWY_TARGET == HWY_AVX2
  return hn::Vec<UnsignedWords>{_mm256_maddubs_epi16(samples.raw, _mm256_set1_epi8(1))};
#elif HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
  return hn::Vec<UnsignedWords>{_mm512_maddubs_epi16(samples.raw, _mm512_set1_epi8(1))};
#elif HWY_TARGET == HWY_SSSE3 || HWY_TARGET == HWY_SSE4
  return hn::Vec<UnsignedWords>{_mm_maddubs_epi16(samples.raw, _mm_set1_epi8(1))};
#elif HWY_TARGET == HWY_NEON
  return hn::Vec<UnsignedWords>(vpaddlq_u8(samples.raw));
#else
  // Seen as 16-bit words, the low and the high byte are the two neighbours.
  const UnsignedWords words;
  const auto both = hn::BitCast(words, samples);
  return hn::Add(hn::And(both, hn::Set(words, 0x00FF)), hn::ShiftRight<8>(both));
#endif
}

// The pair sums of `factor` rows from `at` on, added up.
HWY_INLINE hn::Vec<UnsignedWords> PairSumsOfRows(const uint8_t* HWY_RESTRICT at, size_t stride, size_t factor) {
  const Bytes bytes;
  auto sum = hn::Add(PairSums(hn::LoadU(bytes, at)), PairSums(hn::LoadU(bytes, at + stride)));
  for (size_t row = 2; row < factor; row += 2) {
    at += 2 * stride;
    sum = hn::Add(sum, hn::Add(PairSums(hn::LoadU(bytes, at)), PairSums(hn::LoadU(bytes, at + stride))));
  }
  return sum;
}

// The same for fewer columns than a vector holds.
HWY_INLINE hn::Vec<UnsignedWords> PairSumsOfRest(const uint8_t* HWY_RESTRICT at, size_t stride, size_t columns,
                                                 size_t factor) {
  HWY_ALIGN uint8_t rest[kVectorBytes] = {};
  auto sum = hn::Zero(UnsignedWords());
  for (size_t row = 0; row < factor; ++row) {
    memcpy(rest, at + row * stride, columns);
    sum = hn::Add(sum, PairSums(hn::Load(Bytes(), rest)));
  }
  return sum;
}

// sums[i] = the sum of one column of `factor` samples, or for an even factor of two columns side by side.
HWY_INLINE void SumColumns(const uint8_t* HWY_RESTRICT src, size_t src_stride, size_t columns, size_t factor,
                           uint16_t* HWY_RESTRICT sums) {
  const UnsignedWords words;
  const size_t lanes = hn::Lanes(words);
  if (factor % 2 == 0) {
    size_t x = 0;
    for (; x + 2 * lanes <= columns; x += 2 * lanes) {
      hn::StoreU(PairSumsOfRows(src + x, src_stride, factor), words, sums + x / 2);
    }
    if (x < columns) hn::StoreU(PairSumsOfRest(src + x, src_stride, columns - x, factor), words, sums + x / 2);
  } else {
    // Three: the only odd factor.
    const HalfBytes bytes;
    const auto three = [&](const uint8_t* at, size_t stride) HWY_ATTR {
      const auto wide = [&](size_t row) HWY_ATTR { return hn::PromoteTo(words, hn::LoadU(bytes, at + row * stride)); };
      return hn::Add(hn::Add(wide(0), wide(1)), wide(2));
    };
    size_t x = 0;
    for (; x + lanes <= columns; x += lanes) hn::StoreU(three(src + x, src_stride), words, sums + x);
    if (x < columns) {
      HWY_ALIGN uint8_t rest[3 * kVectorBytes] = {};
      for (size_t row = 0; row < 3; ++row) memcpy(rest + row * kVectorBytes, src + row * src_stride + x, columns - x);
      hn::StoreU(three(rest, kVectorBytes), words, sums + x);
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
  const int shift = factor == 3 ? 3 : factor == 6 ? 5 : factor == 8 ? 6
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

// A row of output in registers from end to end, for factors 2 and 4: `means` makes a vector of samples of pair sums.
template <size_t kFactor, class Tag, class Means>
HWY_INLINE void MeansOfRow(Tag tag, const uint8_t* HWY_RESTRICT src, size_t src_stride, size_t ahead, size_t count,
                           uint8_t* HWY_RESTRICT dst, const Means& means) {
  const size_t lanes = hn::Lanes(tag);
  size_t x = 0;
  for (; x + 2 * lanes <= count; x += 2 * lanes) {
    const uint8_t* at = src + kFactor * x;
    // Rows are too short for the processor to see in time where the next ones are.
    for (size_t row = 0; row < kFactor; ++row) hwy::Prefetch(at + ahead + row * src_stride);
    const auto left = means(PairSumsOfRows(at, src_stride, kFactor));
    const auto right = means(PairSumsOfRows(at + kFactor * lanes, src_stride, kFactor));
    hn::StoreU(left, tag, dst + x);
    hn::StoreU(right, tag, dst + x + lanes);
  }
  for (; x < count; x += lanes) {
    const uint8_t* at = src + kFactor * x;
    if (x + lanes <= count) {
      hn::StoreU(means(PairSumsOfRows(at, src_stride, kFactor)), tag, dst + x);
    } else {
      HWY_ALIGN uint8_t rest[kVectorBytes];
      hn::StoreU(means(PairSumsOfRest(at, src_stride, kFactor * (count - x), kFactor)), tag, rest);
      memcpy(dst + x, rest, count - x);
    }
  }
}

HWY_INLINE void HalfRow(const uint8_t* HWY_RESTRICT src, size_t src_stride, size_t ahead, size_t count,
                        uint8_t* HWY_RESTRICT dst) {
  const HalfBytes bytes;
  const auto half = hn::Set(UnsignedWords(), 2);
  MeansOfRow<2>(bytes, src, src_stride, ahead, count, dst, [&](hn::Vec<UnsignedWords> sums) HWY_ATTR {
    return hn::DemoteTo(bytes, hn::BitCast(Words(), hn::ShiftRight<2>(hn::Add(sums, half))));
  });
}

HWY_INLINE void QuarterRow(const uint8_t* HWY_RESTRICT src, size_t src_stride, size_t ahead, size_t count,
                           uint8_t* HWY_RESTRICT dst) {
  const Quads quads;
  const hn::Rebind<uint8_t, Quads> bytes;
  const auto ones = hn::Set(Words(), 1);
  const auto half = hn::Set(quads, 8);
  MeansOfRow<4>(bytes, src, src_stride, ahead, count, dst, [&](hn::Vec<UnsignedWords> sums) HWY_ATTR {
    auto high = hn::Zero(quads);
    const auto low = hn::ReorderWidenMulAccumulate(quads, hn::BitCast(Words(), sums), ones, hn::Zero(quads), high);
    return hn::DemoteTo(bytes, hn::ShiftRight<4>(hn::Add(hn::RearrangeToOddPlusEven(low, high), half)));
  });
}

void Downscale(const uint8_t* src, size_t src_stride, size_t width, size_t height, size_t factor, uint8_t* dst,
               size_t dst_stride) {
  const size_t columns = width / factor, rows = height / factor;
  if (factor == 1) {
    for (size_t y = 0; y < rows; ++y) memcpy(dst + y * dst_stride, src + y * src_stride, columns);
    return;
  }
  if (factor == 2 || factor == 4) {
    for (size_t y = 0; y < rows; ++y) {
      const uint8_t* from = src + y * factor * src_stride;
      const size_t ahead = y + 1 < rows ? factor * src_stride : 0;
      if (factor == 2) {
        HalfRow(from, src_stride, ahead, columns, dst + y * dst_stride);
      } else {
        QuarterRow(from, src_stride, ahead, columns, dst + y * dst_stride);
      }
    }
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
