// nd_net_luma, nd_net_conv, nd_net_depthwise and nd_net_add: the layers of the plate net. Part of CVisionKernels.cpp,
// which includes it inside its namespaces, once per target.
//
// Two channels lie side by side as one 32-bit lane per pixel, so that one multiply-add of pairs does two channels of a
// tap, and the two sums of a pair of output channels join to such a lane again without a shuffle.

// Two 16-bit values as one lane, the first in its low half.
HWY_INLINE int32_t Pair(int16_t first, int16_t second) {
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint16_t>(second)) << 16 |
                              static_cast<uint16_t>(first));
}

// (a0, b0), (a2, b2), ...: the low halves of both.
template <class V>
HWY_INLINE V EvenPairs(V a, V b) {
  const UnsignedQuads unsigned_quads;
  return hn::OddEven(hn::BitCast(Words(), hn::ShiftLeft<16>(hn::BitCast(unsigned_quads, b))), a);
}

// (a1, b1), (a3, b3), ...: the high halves of both.
template <class V>
HWY_INLINE V OddPairs(V a, V b) {
  const UnsignedQuads unsigned_quads;
  return hn::OddEven(b, hn::BitCast(Words(), hn::ShiftRight<16>(hn::BitCast(unsigned_quads, a))));
}

// The low halves of both as pairs: even0, odd0, even1, odd1, ...
template <class V>
HWY_INLINE hn::Vec<Words> JoinPairs(V even, V odd) {
  return hn::OddEven(hn::BitCast(Words(), hn::ShiftLeft<16>(odd)), hn::BitCast(Words(), even));
}

HWY_INLINE int16_t* RowOf(int16_t* arena, const nd_tensor* tensor, size_t row, size_t pair) {
  return arena + tensor->at + (row * tensor->pairs + pair) * tensor->stride;
}

// What a window at the right edge sees: whole vectors may have left anything there.
HWY_INLINE void ClearAfter(int16_t* row, size_t width) { memset(row + 2 * width, 0, 4 * ND_NET_MARGIN); }
HWY_INLINE void ClearAround(int16_t* row, size_t width) {
  memset(row - 2 * ND_NET_MARGIN, 0, 4 * ND_NET_MARGIN);
  ClearAfter(row, width);
}

void NetLuma(const uint8_t* src, size_t src_stride, size_t width, size_t height, int16_t mean, int16_t gain,
             int16_t* arena, const nd_tensor* output) {
  const Words words;
  const HalfBytes bytes;
  const size_t lanes = hn::Lanes(words);
  const auto middle = hn::Set(words, mean);
  const auto times = hn::Set(words, gain);
  const auto vector = [&](const uint8_t* at, int16_t* to) HWY_ATTR {
    hn::StoreU(hn::Mul(hn::Sub(hn::PromoteTo(words, hn::LoadU(bytes, at)), middle), times), words, to);
  };
  for (size_t y = 0; y < height; ++y) {
    const uint8_t* from = src + y * src_stride;
    int16_t* to = RowOf(arena, output, y, 0);
    size_t x = 0;
    for (; x + lanes <= width; x += lanes) vector(from + x, to + x);
    if (x < width) {
      HWY_ALIGN uint8_t rest[kVectorBytes] = {};
      HWY_ALIGN int16_t rest_to[kVectorBytes / 2];
      memcpy(rest, from + x, width - x);
      vector(rest, rest_to);
      memcpy(to + x, rest_to, (width - x) * 2);
    }
  }
}

// How sums become samples again.
struct Finish {
  int shift;
  int32_t low, high;
};

template <class V>
HWY_INLINE V Finished(V sum, V high_half, int32_t bias, const Finish& finish) {
  const Quads quads;
  const auto total = hn::Add(hn::RearrangeToOddPlusEven(sum, high_half), hn::Set(quads, bias));
  return hn::Min(hn::Max(hn::ShiftRightSame(total, finish.shift), hn::Set(quads, finish.low)),
                 hn::Set(quads, finish.high));
}

// Four output channels of two vectors of pixels. `taps` are addresses of pairs, `weights` four pairs of weights a tap.
HWY_INLINE void ConvTile2(const int16_t* const* taps, size_t count, const int32_t* weights, const int32_t* bias,
                          const Finish& finish, size_t x, int16_t* first, int16_t* second) {
  const Words words;
  const Quads quads;
  const size_t lanes = hn::Lanes(words);
  const auto zero = hn::Zero(quads);
  // Named one by one: vectors of unknown size cannot be members of an array. The second of each is for instruction sets
  // that keep the two halves of a widening apart.
  auto a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero, e0 = zero, e1 = zero;
  auto a0h = zero, a1h = zero, b0h = zero, b1h = zero, c0h = zero, c1h = zero, e0h = zero, e1h = zero;
  for (size_t t = 0; t < count; ++t, weights += 4) {
    const auto left = hn::LoadU(words, taps[t] + 2 * x);
    const auto right = hn::LoadU(words, taps[t] + 2 * x + lanes);
    const auto wa = hn::BitCast(words, hn::Set(quads, weights[0]));
    const auto wb = hn::BitCast(words, hn::Set(quads, weights[1]));
    const auto wc = hn::BitCast(words, hn::Set(quads, weights[2]));
    const auto we = hn::BitCast(words, hn::Set(quads, weights[3]));
    a0 = hn::ReorderWidenMulAccumulate(quads, left, wa, a0, a0h);
    a1 = hn::ReorderWidenMulAccumulate(quads, right, wa, a1, a1h);
    b0 = hn::ReorderWidenMulAccumulate(quads, left, wb, b0, b0h);
    b1 = hn::ReorderWidenMulAccumulate(quads, right, wb, b1, b1h);
    c0 = hn::ReorderWidenMulAccumulate(quads, left, wc, c0, c0h);
    c1 = hn::ReorderWidenMulAccumulate(quads, right, wc, c1, c1h);
    e0 = hn::ReorderWidenMulAccumulate(quads, left, we, e0, e0h);
    e1 = hn::ReorderWidenMulAccumulate(quads, right, we, e1, e1h);
  }
  a0 = Finished(a0, a0h, bias[0], finish);
  a1 = Finished(a1, a1h, bias[0], finish);
  b0 = Finished(b0, b0h, bias[1], finish);
  b1 = Finished(b1, b1h, bias[1], finish);
  hn::StoreU(JoinPairs(a0, b0), words, first + 2 * x);
  hn::StoreU(JoinPairs(a1, b1), words, first + 2 * x + lanes);
  c0 = Finished(c0, c0h, bias[2], finish);
  c1 = Finished(c1, c1h, bias[2], finish);
  e0 = Finished(e0, e0h, bias[3], finish);
  e1 = Finished(e1, e1h, bias[3], finish);
  hn::StoreU(JoinPairs(c0, e0), words, second + 2 * x);
  hn::StoreU(JoinPairs(c1, e1), words, second + 2 * x + lanes);
}

// The same of one vector of pixels.
HWY_INLINE void ConvTile1(const int16_t* const* taps, size_t count, const int32_t* weights, const int32_t* bias,
                          const Finish& finish, size_t x, int16_t* first, int16_t* second) {
  const Words words;
  const Quads quads;
  const auto zero = hn::Zero(quads);
  auto a = zero, b = zero, c = zero, e = zero, ah = zero, bh = zero, ch = zero, eh = zero;
  for (size_t t = 0; t < count; ++t, weights += 4) {
    const auto at = hn::LoadU(words, taps[t] + 2 * x);
    a = hn::ReorderWidenMulAccumulate(quads, at, hn::BitCast(words, hn::Set(quads, weights[0])), a, ah);
    b = hn::ReorderWidenMulAccumulate(quads, at, hn::BitCast(words, hn::Set(quads, weights[1])), b, bh);
    c = hn::ReorderWidenMulAccumulate(quads, at, hn::BitCast(words, hn::Set(quads, weights[2])), c, ch);
    e = hn::ReorderWidenMulAccumulate(quads, at, hn::BitCast(words, hn::Set(quads, weights[3])), e, eh);
  }
  a = Finished(a, ah, bias[0], finish);
  b = Finished(b, bh, bias[1], finish);
  c = Finished(c, ch, bias[2], finish);
  e = Finished(e, eh, bias[3], finish);
  hn::StoreU(JoinPairs(a, b), words, first + 2 * x);
  hn::StoreU(JoinPairs(c, e), words, second + 2 * x);
}

// Takes the even and the odd pixels of a row apart.
HWY_INLINE void SplitRow(const int16_t* from, size_t width, int16_t* even, int16_t* odd) {
  const UnsignedQuads quads;
  const size_t lanes = hn::Lanes(quads);
  for (size_t x = 0; x < width / 2; x += lanes) {
    auto low = hn::Zero(quads), high = low;
    hn::LoadInterleaved2(quads, reinterpret_cast<const uint32_t*>(from + 4 * x), low, high);
    hn::StoreU(low, quads, reinterpret_cast<uint32_t*>(even + 2 * x));
    hn::StoreU(high, quads, reinterpret_cast<uint32_t*>(odd + 2 * x));
  }
  ClearAround(even, width / 2);
  ClearAround(odd, width / 2);
}

// A window's column where even and odd pixels lie apart: which of the two, and where in it.
HWY_INLINE ptrdiff_t SplitColumn(ptrdiff_t column, size_t stride) {
  const ptrdiff_t is_odd = column & 1;
  return is_odd * static_cast<ptrdiff_t>(stride) + (column - is_odd);
}

void NetConv(int16_t* arena, const nd_tensor* input, const nd_tensor* output, const nd_layer* layer,
             const int32_t* weights, const int32_t* bias) {
  const size_t lanes = hn::Lanes(Quads());
  const Finish finish = {layer->shift, layer->low, layer->high};
  const bool is_split = layer->column_step == 2;
  const size_t count = layer->rows * layer->columns * input->pairs;
  const size_t stride = layer->scratch_stride;
  const int16_t* taps[ND_NET_TAPS];
  size_t next_split = 0;
  for (size_t y = 0; y < output->height; ++y) {
    const ptrdiff_t top = static_cast<ptrdiff_t>(y * layer->row_step) - layer->top;
    // The rows that are new in this window; the last `rows` of them stay in the scratch room.
    for (; is_split && next_split < input->height && static_cast<ptrdiff_t>(next_split) < top + (ptrdiff_t)layer->rows;
         ++next_split) {
      for (size_t p = 0; p < input->pairs; ++p) {
        int16_t* even = arena + layer->scratch + ((next_split % layer->rows) * input->pairs + p) * 2 * stride;
        SplitRow(RowOf(arena, input, next_split, p), input->width, even, even + stride);
      }
    }
    const int16_t** tap = taps;
    for (size_t ky = 0; ky < layer->rows; ++ky) {
      const ptrdiff_t row = top + static_cast<ptrdiff_t>(ky);
      const bool is_inside = row >= 0 && row < static_cast<ptrdiff_t>(input->height);
      for (size_t kx = 0; kx < layer->columns; ++kx) {
        const ptrdiff_t column = static_cast<ptrdiff_t>(kx) - layer->left;
        for (size_t p = 0; p < input->pairs; ++p) {
          if (!is_inside) {
            *tap++ = arena + layer->zeros;
          } else if (is_split) {
            const size_t slot = static_cast<size_t>(row) % layer->rows;
            *tap++ = arena + layer->scratch + (slot * input->pairs + p) * 2 * stride + SplitColumn(column, stride);
          } else {
            *tap++ = RowOf(arena, input, static_cast<size_t>(row), p) + 2 * column;
          }
        }
      }
    }
    for (size_t p = 0; p < output->pairs; p += 2) {
      int16_t* first = RowOf(arena, output, y, p);
      int16_t* second = RowOf(arena, output, y, p + 1);
      const int32_t* block = weights + p / 2 * count * 4;
      size_t x = 0;
      for (; x + lanes < output->width; x += 2 * lanes) {
        ConvTile2(taps, count, block, bias + 2 * p, finish, x, first, second);
      }
      if (x < output->width) ConvTile1(taps, count, block, bias + 2 * p, finish, x, first, second);
      ClearAfter(first, output->width);
      ClearAfter(second, output->width);
    }
  }
}

// Pairs two rows up, column by column, each channel of the pair apart.
HWY_INLINE void ZipRows(const int16_t* upper, const int16_t* lower, size_t width, int16_t* first, int16_t* second) {
  const Words words;
  const size_t lanes = hn::Lanes(words);
  for (size_t x = 0; x < 2 * width; x += lanes) {
    const auto a = hn::LoadU(words, upper + x);
    const auto b = hn::LoadU(words, lower + x);
    hn::StoreU(EvenPairs(a, b), words, first + x);
    hn::StoreU(OddPairs(a, b), words, second + x);
  }
  ClearAround(first, width);
  ClearAround(second, width);
}

// The same, with even and odd columns apart.
HWY_INLINE void ZipSplitRows(const int16_t* upper, const int16_t* lower, size_t width, size_t stride, int16_t* first,
                             int16_t* second) {
  const Words words;
  const UnsignedQuads quads;
  const size_t lanes = hn::Lanes(quads);
  for (size_t x = 0; x < width / 2; x += lanes) {
    auto a_even = hn::Zero(quads), a_odd = a_even, b_even = a_even, b_odd = a_even;
    hn::LoadInterleaved2(quads, reinterpret_cast<const uint32_t*>(upper + 4 * x), a_even, a_odd);
    hn::LoadInterleaved2(quads, reinterpret_cast<const uint32_t*>(lower + 4 * x), b_even, b_odd);
    const auto ae = hn::BitCast(words, a_even), ao = hn::BitCast(words, a_odd);
    const auto be = hn::BitCast(words, b_even), bo = hn::BitCast(words, b_odd);
    hn::StoreU(EvenPairs(ae, be), words, first + 2 * x);
    hn::StoreU(EvenPairs(ao, bo), words, first + stride + 2 * x);
    hn::StoreU(OddPairs(ae, be), words, second + 2 * x);
    hn::StoreU(OddPairs(ao, bo), words, second + stride + 2 * x);
  }
  ClearAround(first, width / 2);
  ClearAround(first + stride, width / 2);
  ClearAround(second, width / 2);
  ClearAround(second + stride, width / 2);
}

// Both channels of a pair, two vectors of pixels. The second channel's rows lie `apart` behind the first one's.
HWY_INLINE void DepthwiseTile2(const int16_t* const* taps, size_t count, ptrdiff_t apart, const int32_t* weights,
                               const int32_t* bias, const Finish& finish, size_t x, int16_t* to) {
  const Words words;
  const Quads quads;
  const size_t lanes = hn::Lanes(words);
  const auto zero = hn::Zero(quads);
  auto a0 = zero, a1 = zero, b0 = zero, b1 = zero, a0h = zero, a1h = zero, b0h = zero, b1h = zero;
  for (size_t t = 0; t < count; ++t) {
    const int16_t* at = taps[t] + 2 * x;
    const auto wa = hn::BitCast(words, hn::Set(quads, weights[t]));
    const auto wb = hn::BitCast(words, hn::Set(quads, weights[count + t]));
    a0 = hn::ReorderWidenMulAccumulate(quads, hn::LoadU(words, at), wa, a0, a0h);
    a1 = hn::ReorderWidenMulAccumulate(quads, hn::LoadU(words, at + lanes), wa, a1, a1h);
    b0 = hn::ReorderWidenMulAccumulate(quads, hn::LoadU(words, at + apart), wb, b0, b0h);
    b1 = hn::ReorderWidenMulAccumulate(quads, hn::LoadU(words, at + apart + lanes), wb, b1, b1h);
  }
  a0 = Finished(a0, a0h, bias[0], finish);
  a1 = Finished(a1, a1h, bias[0], finish);
  b0 = Finished(b0, b0h, bias[1], finish);
  b1 = Finished(b1, b1h, bias[1], finish);
  hn::StoreU(JoinPairs(a0, b0), words, to + 2 * x);
  hn::StoreU(JoinPairs(a1, b1), words, to + 2 * x + lanes);
}

// The same of one vector of pixels.
HWY_INLINE void DepthwiseTile1(const int16_t* const* taps, size_t count, ptrdiff_t apart, const int32_t* weights,
                               const int32_t* bias, const Finish& finish, size_t x, int16_t* to) {
  const Words words;
  const Quads quads;
  const auto zero = hn::Zero(quads);
  auto a = zero, b = zero, ah = zero, bh = zero;
  for (size_t t = 0; t < count; ++t) {
    const int16_t* at = taps[t] + 2 * x;
    const auto wa = hn::BitCast(words, hn::Set(quads, weights[t]));
    const auto wb = hn::BitCast(words, hn::Set(quads, weights[count + t]));
    a = hn::ReorderWidenMulAccumulate(quads, hn::LoadU(words, at), wa, a, ah);
    b = hn::ReorderWidenMulAccumulate(quads, hn::LoadU(words, at + apart), wb, b, bh);
  }
  a = Finished(a, ah, bias[0], finish);
  b = Finished(b, bh, bias[1], finish);
  hn::StoreU(JoinPairs(a, b), words, to + 2 * x);
}

void NetDepthwise(int16_t* arena, const nd_tensor* input, const nd_tensor* output, const nd_layer* layer,
                  const int32_t* weights, const int32_t* bias) {
  const size_t lanes = hn::Lanes(Quads());
  const Finish finish = {layer->shift, layer->low, layer->high};
  const bool is_split = layer->column_step == 2;
  const size_t stride = layer->scratch_stride;
  // Rows are taken in pairs from the window's top on; what an odd window lacks has a weight of 0.
  const size_t row_pairs = (layer->rows + 1) / 2;
  const size_t count = row_pairs * layer->columns;
  const ptrdiff_t apart = static_cast<ptrdiff_t>(2 * stride);
  const ptrdiff_t height = static_cast<ptrdiff_t>(input->height);
  const int16_t* taps[15];
  for (size_t p = 0; p < input->pairs; ++p, weights += 2 * count, bias += 2) {
    const auto row_at = [&](ptrdiff_t row) {
      return row >= 0 && row < height ? RowOf(arena, input, static_cast<size_t>(row), p) : arena + layer->zeros;
    };
    // A row counted from the window's top of the first output row; the scratch room keeps the last of them.
    size_t next = 0;
    for (size_t y = 0; y < output->height; ++y) {
      const size_t top = y * layer->row_step;
      for (; next <= top + 2 * (row_pairs - 1); ++next) {
        // With a step of two rows every other pair is never asked for.
        if (layer->row_step == 2 && next % 2 == 1) continue;
        int16_t* first = arena + layer->scratch + next % ND_NET_ZIPS * 4 * stride;
        const ptrdiff_t row = static_cast<ptrdiff_t>(next) - layer->top;
        if (is_split) {
          ZipSplitRows(row_at(row), row_at(row + 1), input->width, stride, first, first + apart);
        } else {
          ZipRows(row_at(row), row_at(row + 1), input->width, first, first + apart);
        }
      }
      const int16_t** tap = taps;
      for (size_t j = 0; j < row_pairs; ++j) {
        const int16_t* first = arena + layer->scratch + (top + 2 * j) % ND_NET_ZIPS * 4 * stride;
        for (size_t kx = 0; kx < layer->columns; ++kx) {
          const ptrdiff_t column = static_cast<ptrdiff_t>(kx) - layer->left;
          *tap++ = first + (is_split ? SplitColumn(column, stride) : 2 * column);
        }
      }
      int16_t* to = RowOf(arena, output, y, p);
      size_t x = 0;
      for (; x + lanes < output->width; x += 2 * lanes) {
        DepthwiseTile2(taps, count, apart, weights, bias, finish, x, to);
      }
      if (x < output->width) DepthwiseTile1(taps, count, apart, weights, bias, finish, x, to);
      ClearAfter(to, output->width);
    }
  }
}

void NetAdd(int16_t* arena, const nd_tensor* fine, const nd_tensor* coarse, const nd_tensor* output,
            const nd_layer* layer) {
  const Words words;
  const UnsignedQuads quads;
  const size_t lanes = hn::Lanes(quads);
  const auto low = hn::Set(words, static_cast<int16_t>(layer->low));
  const auto high = hn::Set(words, static_cast<int16_t>(layer->high));
  HWY_ALIGN uint32_t twice[kVectorBytes / 2];
  for (size_t y = 0; y < output->height; ++y) {
    for (size_t p = 0; p < output->pairs; ++p) {
      const int16_t* a = RowOf(arena, fine, y, p);
      const int16_t* b = RowOf(arena, coarse, y / 2, p);
      int16_t* to = RowOf(arena, output, y, p);
      for (size_t x = 0; x < output->width; x += 2 * lanes) {
        const auto pixel = hn::LoadU(quads, reinterpret_cast<const uint32_t*>(b + x));
        hn::StoreInterleaved2(pixel, pixel, quads, twice);
        for (size_t half = 0; half < 2; ++half) {
          const auto addend = hn::BitCast(words, hn::Load(quads, twice + half * lanes));
          const size_t at = 2 * (x + half * lanes);
          const auto sum = hn::SaturatedAdd(hn::LoadU(words, a + at), addend);
          hn::StoreU(hn::Min(hn::Max(sum, low), high), words, to + at);
        }
      }
      ClearAfter(to, output->width);
    }
  }
}
