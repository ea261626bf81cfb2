// nd_area: the area resampler. Part of CVisionKernels.cpp, which includes it inside its namespaces, once per target.

// One output row of the vertical pass: row[x] = the weighted mean of `count` rows, in 1/64 levels.
HWY_INLINE void MeanOfRows(const uint8_t* HWY_RESTRICT src, size_t src_stride, size_t width, const int16_t* weights,
                           size_t count, int16_t* HWY_RESTRICT row) {
  const Words words;
  const Quads quads;
  const HalfBytes bytes;
  const size_t lanes = hn::Lanes(words);
  const auto half = hn::Set(quads, 128);
  const auto zero = hn::Zero(quads);
  // Two rows at a time as pairs of 16-bit lanes; even and odd columns apart, which costs no shuffle across lanes.
  const auto vector = [&](const uint8_t* at, size_t stride, int16_t* to) HWY_ATTR {
    auto even = zero, even_high = zero, odd = zero, odd_high = zero;
    for (size_t j = 0; j < count; j += 2) {
      const bool is_pair = j + 1 < count;
      const auto a = hn::PromoteTo(words, hn::LoadU(bytes, at + j * stride));
      const auto b = hn::PromoteTo(words, hn::LoadU(bytes, at + (is_pair ? j + 1 : j) * stride));
      const auto weight = hn::BitCast(words, hn::Set(quads, Pair(weights[j], is_pair ? weights[j + 1] : 0)));
      even = hn::ReorderWidenMulAccumulate(quads, EvenPairs(a, b), weight, even, even_high);
      odd = hn::ReorderWidenMulAccumulate(quads, OddPairs(a, b), weight, odd, odd_high);
    }
    even = hn::ShiftRight<8>(hn::Add(hn::RearrangeToOddPlusEven(even, even_high), half));
    odd = hn::ShiftRight<8>(hn::Add(hn::RearrangeToOddPlusEven(odd, odd_high), half));
    hn::StoreU(JoinPairs(even, odd), words, to);
  };
  size_t x = 0;
  for (; x + lanes <= width; x += lanes) vector(src + x, src_stride, row + x);
  if (x == width) return;
  const size_t rest = width - x;
  HWY_ALIGN int16_t rest_row[kVectorBytes / 2];
  // The rows' ends side by side, as many at a time as the buffer holds; `count` is small.
  HWY_ALIGN uint8_t rest_bytes[ND_AREA_ROWS * kVectorBytes / 2] = {};
  for (size_t j = 0; j < count; ++j) memcpy(rest_bytes + j * lanes, src + j * src_stride + x, rest);
  vector(rest_bytes, lanes, rest_row);
  memcpy(row + x, rest_row, rest * 2);
}

void Area(const uint8_t* src, size_t src_stride, const nd_area_axis* columns, const nd_area_axis* rows, int16_t* row,
          uint8_t* dst, size_t dst_stride) {
  const size_t width = columns->source_size;
  for (size_t y = 0; y < rows->size; ++y, dst += dst_stride) {
    MeanOfRows(src + rows->starts[y] * src_stride, src_stride, width, rows->weights + y * rows->taps,
               rows->counts[y], row);
    for (size_t x = 0; x < columns->size; ++x) {
      const int16_t* at = row + columns->starts[x];
      const int16_t* weights = columns->weights + x * columns->taps;
      int32_t sum = 1 << 19;
      for (int32_t j = 0; j < columns->counts[x]; ++j) sum += at[j] * weights[j];
      dst[x] = static_cast<uint8_t>(sum >> 20);
    }
  }
}
