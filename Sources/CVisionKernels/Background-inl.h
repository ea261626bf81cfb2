// nd_compare and nd_update: the background model. Part of CVisionKernels.cpp, which includes it inside its namespaces, once
// per target.

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
  const auto difference_at = [&](const uint8_t* now, const int16_t* was, const int16_t* light) HWY_ATTR {
    return Difference(hn::PromoteTo(words, hn::LoadU(bytes, now)), hn::LoadU(words, was), hn::LoadU(words, light));
  };
  const auto beyond = [&](hn::Vec<Words> difference, const int16_t* noise) HWY_ATTR {
    const auto bounded = hn::ShiftLeft<5>(hn::Min(hn::LoadU(words, noise), largest_variance));
    const auto limit = hn::MulFixedPoint15(bounded, times);
    const auto square = Square(hn::ShiftRight<3>(difference));
    return hn::And(hn::Gt(difference, lowest), hn::Gt(square, limit));
  };
  for (size_t y = 0; y < height; ++y) {
    const uint8_t* now = plane + y * stride;
    const int16_t* was = background + y * stride;
    const int16_t* noise = variance + y * stride;
    const int16_t* light = gain + y / 8 * stride;
    uint8_t* to_marks = marks + y * bits_stride;
    size_t x = 0;
    for (; x + 2 * lanes <= width; x += 2 * lanes) {
      const auto left = difference_at(now + x, was + x, light + x);
      const auto right = difference_at(now + x + lanes, was + x + lanes, light + x + lanes);
      // Hardly anything differs in a quiet picture, and its noise need not be known.
      if (HWY_LIKELY(hn::AllFalse(words, hn::Gt(hn::Max(left, right), lowest)))) {
        memset(to_marks + x / 8, 0, lanes / 4);
        continue;
      }
      StoreBits(beyond(left, noise + x), to_marks + x / 8, lanes / 8);
      StoreBits(beyond(right, noise + x + lanes), to_marks + (x + lanes) / 8, lanes / 8);
    }
    for (; x + lanes <= width; x += lanes) {
      StoreBits(beyond(difference_at(now + x, was + x, light + x), noise + x), to_marks + x / 8, lanes / 8);
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
      StoreBits(beyond(difference_at(rest_now, rest_was, rest_light), rest_noise), to_marks + x / 8, (rest + 7) / 8);
    }
  }
}

// ------------------------------------------------------------------------------------------------------- update

// Whether a vector's bits are all clear.
HWY_INLINE bool IsClear(const uint8_t* at, size_t count) {
  uint64_t bits[kVectorBytes / 2 / 8 / 8 + 1] = {};
  memcpy(bits, at, count);
  uint64_t any = 0;
  for (const uint64_t part : bits) any |= part;
  return any == 0;
}

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
    const auto now = hn::PromoteTo(words, hn::LoadU(bytes, from));
    const auto old = hn::LoadU(words, was);
    const auto old_variance = hn::LoadU(words, noise);
    const auto square = Square(hn::ShiftRight<3>(Difference(now, old, hn::LoadU(words, light))));
    auto seen = square, background_rate = rate, noise_rate = variance_rate;
    // Hardly anything is held or moves in a quiet picture.
    if (HWY_UNLIKELY(!IsClear(held_bits, count) || !IsClear(moving_bits, count))) {
      const auto is_held = LoadBits(held_bits, count);
      const auto then = hn::PromoteTo(words, hn::LoadU(bytes, earlier));
      const auto change = hn::Min(Square(hn::ShiftLeft<2>(hn::Abs(hn::Sub(now, then)))), variance_limit);
      seen = hn::IfThenElse(is_held, hn::Min(square, change), square);
      background_rate = hn::IfThenElse(is_held, rate_held, rate);
      noise_rate = hn::IfThenZeroElse(LoadBits(moving_bits, count), variance_rate);
    }
    const auto updated = hn::Add(old, hn::MulFixedPoint15(hn::Sub(hn::ShiftLeft<7>(now), old), background_rate));
    hn::StoreU(updated, words, was);
    hn::StoreU(hn::Add(old_variance, hn::MulFixedPoint15(hn::Sub(seen, old_variance), noise_rate)), words, noise);
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
