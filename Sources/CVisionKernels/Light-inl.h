// nd_light: how much brighter or darker each neighbourhood is than its background. Part of CVisionKernels.cpp, which
// includes it inside its namespaces, once per target.

// Cells on each side of a neighbourhood's middle.
constexpr size_t kReach = 2;

// Per column of cells the sums over the rows of a neighbourhood: the picture, the background, the samples that count, all.
struct LightSums {
  int32_t* now;
  int32_t* was;
  int32_t* counted;
  int32_t* all;
};

struct LightCells {
  const uint16_t* now;
  const uint16_t* was;
  const uint8_t* samples;
  // 1 where a cell is left out.
  const uint8_t* left_out;
};

// Adds a row of cells to the sums of its columns, or takes it from them.
template <bool kAdd>
HWY_INLINE void AddRow(const LightCells& cells, size_t at, size_t columns, const LightSums& sums) {
  const Quads quads;
  const hn::Rebind<uint16_t, Quads> words;
  const hn::Rebind<uint8_t, Quads> bytes;
  const size_t lanes = hn::Lanes(quads);
  const auto move = [&](hn::Vec<Quads> value, int32_t* sum) HWY_ATTR {
    const auto old = hn::LoadU(quads, sum);
    hn::StoreU(kAdd ? hn::Add(old, value) : hn::Sub(old, value), quads, sum);
  };
  size_t x = 0;
  for (; x + lanes <= columns; x += lanes) {
    const auto samples = hn::PromoteTo(quads, hn::LoadU(bytes, cells.samples + at + x));
    const auto is_counted = hn::Eq(hn::PromoteTo(quads, hn::LoadU(bytes, cells.left_out + at + x)), hn::Zero(quads));
    move(hn::IfThenElseZero(is_counted, hn::PromoteTo(quads, hn::LoadU(words, cells.now + at + x))), sums.now + x);
    move(hn::IfThenElseZero(is_counted, hn::PromoteTo(quads, hn::LoadU(words, cells.was + at + x))), sums.was + x);
    move(hn::IfThenElseZero(is_counted, samples), sums.counted + x);
    move(samples, sums.all + x);
  }
  for (; x < columns; ++x) {
    const int32_t sign = kAdd ? 1 : -1, counted = cells.left_out[at + x] == 0 ? sign : 0;
    sums.now[x] += counted * cells.now[at + x];
    sums.was[x] += counted * cells.was[at + x];
    sums.counted[x] += counted * cells.samples[at + x];
    sums.all[x] += sign * cells.samples[at + x];
  }
}

// The gain of summed cells, between an eighth and four; in the dark a ratio is mostly noise, hence four levels more.
HWY_INLINE int16_t GainOf(int64_t now, int64_t was, int64_t samples) {
  now += 4 * samples;
  was += 4 * samples;
  const int64_t change = now < was ? was - now : now - was;
  if (change * 1024 <= was || was <= 0) return ND_GAIN_ONE;
  const int64_t gain = now * ND_GAIN_ONE / was;
  return static_cast<int16_t>(gain < 1024 ? 1024 : gain > 32767 ? 32767 : gain);
}

// The gains of a row from the sums of its columns, which have kReach zeros on both sides. Where too few samples count a
// cell takes the fallback, or keeps what it has if there is none.
HWY_INLINE void GainsOfRow(const LightSums& sums, size_t columns, int32_t fallback, int16_t* HWY_RESTRICT gains) {
  const Quads quads;
  const hn::Rebind<int16_t, Quads> words;
  const size_t lanes = hn::Lanes(quads);
  HWY_ALIGN int32_t now[kVectorBytes / 4], was[kVectorBytes / 4], counted[kVectorBytes / 4], all[kVectorBytes / 4];
  const auto across = [&](const int32_t* at) HWY_ATTR {
    const auto outer = hn::Add(hn::LoadU(quads, at - 2), hn::LoadU(quads, at + 2));
    const auto inner = hn::Add(hn::LoadU(quads, at - 1), hn::LoadU(quads, at + 1));
    return hn::Add(hn::Add(outer, inner), hn::LoadU(quads, at));
  };
  // Columns behind the last one are zeros, or sums of no row that is read again.
  for (size_t x = 0; x < columns; x += lanes) {
    const size_t count = HWY_MIN(lanes, columns - x);
    const auto all_sum = across(sums.all + x), counted_sum = across(sums.counted + x);
    const auto now_sum = across(sums.now + x), was_sum = across(sums.was + x);
    const auto pedestal = hn::ShiftLeft<2>(counted_sum);
    const auto base = hn::Add(was_sum, pedestal);
    const auto change = hn::ShiftLeft<10>(hn::Abs(hn::Sub(now_sum, was_sum)));
    const auto is_lit = hn::And(hn::Gt(change, base), hn::Gt(base, hn::Zero(quads)));
    const auto is_few = hn::Gt(all_sum, hn::Add(counted_sum, hn::Add(counted_sum, counted_sum)));
    // Nearly always the light is what it was.
    if (count == lanes && hn::AllFalse(quads, hn::Or(is_lit, is_few))) {
      hn::StoreU(hn::Set(words, ND_GAIN_ONE), words, gains + x);
      continue;
    }
    hn::Store(now_sum, quads, now);
    hn::Store(was_sum, quads, was);
    hn::Store(counted_sum, quads, counted);
    hn::Store(all_sum, quads, all);
    for (size_t i = 0; i < count; ++i) {
      if (counted[i] * 3 >= all[i]) {
        gains[x + i] = GainOf(now[i], was[i], counted[i]);
      } else if (fallback >= 0) {
        gains[x + i] = static_cast<int16_t>(fallback);
      }
    }
  }
}

// Marks the cells of a row that their gain does not explain as left out; whether there were any.
HWY_INLINE bool LeaveOut(const LightCells& cells, size_t at, size_t columns, const int16_t* gains, uint8_t* left_out) {
  const Quads quads;
  const hn::Rebind<uint16_t, Quads> sums;
  const hn::Rebind<int16_t, Quads> words;
  const hn::Rebind<uint8_t, Quads> bytes;
  const size_t lanes = hn::Lanes(quads);
  const auto is_outlier = [](int32_t now, int32_t was, int32_t samples, int32_t gain) {
    const int32_t predicted = was * gain >> 13;
    return (now < predicted ? predicted - now : now - predicted) > 2 * samples + (predicted >> 5);
  };
  bool is_any = false;
  size_t x = 0;
  for (; x < columns; x += lanes) {
    if (x + lanes <= columns) {
      const auto now = hn::PromoteTo(quads, hn::LoadU(sums, cells.now + at + x));
      const auto was = hn::PromoteTo(quads, hn::LoadU(sums, cells.was + at + x));
      const auto samples = hn::PromoteTo(quads, hn::LoadU(bytes, cells.samples + at + x));
      const auto predicted = hn::ShiftRight<13>(hn::Mul(was, hn::PromoteTo(quads, hn::LoadU(words, gains + x))));
      const auto limit = hn::Add(hn::Add(samples, samples), hn::ShiftRight<5>(predicted));
      if (hn::AllFalse(quads, hn::Gt(hn::Abs(hn::Sub(now, predicted)), limit))) continue;
    }
    for (size_t i = x; i < HWY_MIN(x + lanes, columns); ++i) {
      if (left_out[at + i] != 0) continue;
      if (!is_outlier(cells.now[at + i], cells.was[at + i], cells.samples[at + i], gains[i])) continue;
      left_out[at + i] = 1;
      is_any = true;
    }
  }
  return is_any;
}

// What the whole picture says: the gain of all cells that count, and how far their sums are from the background's.
HWY_INLINE int16_t WholeGain(const LightCells& cells, size_t count, int32_t* unrest) {
  const Quads quads;
  const hn::Rebind<uint16_t, Quads> words;
  const hn::Rebind<uint8_t, Quads> bytes;
  const size_t lanes = hn::Lanes(quads);
  auto now_sum = hn::Zero(quads), was_sum = now_sum, samples_sum = now_sum, deviation_sum = now_sum;
  auto all_now = now_sum, all_was = now_sum, all_samples = now_sum;
  const auto add = [&](const LightCells& at) HWY_ATTR {
    const auto is_counted = hn::Eq(hn::PromoteTo(quads, hn::LoadU(bytes, at.left_out)), hn::Zero(quads));
    const auto now = hn::PromoteTo(quads, hn::LoadU(words, at.now));
    const auto was = hn::PromoteTo(quads, hn::LoadU(words, at.was));
    const auto samples = hn::PromoteTo(quads, hn::LoadU(bytes, at.samples));
    all_now = hn::Add(all_now, now);
    all_was = hn::Add(all_was, was);
    all_samples = hn::Add(all_samples, samples);
    now_sum = hn::Add(now_sum, hn::IfThenElseZero(is_counted, now));
    was_sum = hn::Add(was_sum, hn::IfThenElseZero(is_counted, was));
    samples_sum = hn::Add(samples_sum, hn::IfThenElseZero(is_counted, samples));
    deviation_sum = hn::Add(deviation_sum, hn::IfThenElseZero(is_counted, hn::Abs(hn::Sub(now, was))));
  };
  size_t x = 0;
  for (; x + lanes <= count; x += lanes) add({cells.now + x, cells.was + x, cells.samples + x, cells.left_out + x});
  if (x < count) {
    HWY_ALIGN uint16_t now[kVectorBytes / 4] = {}, was[kVectorBytes / 4] = {};
    HWY_ALIGN uint8_t samples[kVectorBytes / 4] = {}, left_out[kVectorBytes / 4] = {};
    memcpy(now, cells.now + x, (count - x) * 2);
    memcpy(was, cells.was + x, (count - x) * 2);
    memcpy(samples, cells.samples + x, count - x);
    memcpy(left_out, cells.left_out + x, count - x);
    add({now, was, samples, left_out});
  }
  const auto total = [&](hn::Vec<Quads> sums) HWY_ATTR {
    return static_cast<int64_t>(hn::GetLane(hn::SumOfLanes(quads, sums)));
  };
  const int64_t counted = total(samples_sum), everything = total(all_samples);
  *unrest = static_cast<int32_t>(total(deviation_sum) * 1000 / HWY_MAX(total(was_sum), int64_t{1}));
  if (counted * 8 < everything) return GainOf(total(all_now), total(all_was), everything);
  return GainOf(total(now_sum), total(was_sum), counted);
}

HWY_INLINE void GainsOfCells(const LightCells& cells, size_t columns, size_t rows, int32_t fallback,
                             const LightSums& sums, size_t pitch, int16_t* gains) {
  memset(sums.now - kReach, 0, 4 * pitch * sizeof(int32_t));
  for (size_t row = 0; row < HWY_MIN(kReach, rows); ++row) AddRow<true>(cells, row * columns, columns, sums);
  for (size_t row = 0; row < rows; ++row) {
    if (row + kReach < rows) AddRow<true>(cells, (row + kReach) * columns, columns, sums);
    if (row > kReach) AddRow<false>(cells, (row - kReach - 1) * columns, columns, sums);
    GainsOfRow(sums, columns, fallback, gains + row * columns);
  }
}

int32_t Light(const uint16_t* now, const uint16_t* background, const uint8_t* samples, uint8_t* left_out,
              size_t columns, size_t rows, int32_t* scratch, int16_t* cell_gains, int16_t* gains) {
  const hn::FixedTag<int16_t, 8> eight;
  const size_t pitch = columns + ND_LIGHT_MARGIN;
  const LightSums sums = {scratch + kReach, scratch + pitch + kReach, scratch + 2 * pitch + kReach,
                          scratch + 3 * pitch + kReach};
  const LightCells cells = {now, background, samples, left_out};
  int32_t unrest = 0;
  const int16_t fallback = WholeGain(cells, columns * rows, &unrest);
  GainsOfCells(cells, columns, rows, fallback, sums, pitch, cell_gains);
  bool is_any = false;
  for (size_t row = 0; row < rows; ++row) {
    is_any |= LeaveOut(cells, row * columns, columns, cell_gains + row * columns, left_out);
  }
  if (is_any) GainsOfCells(cells, columns, rows, -1, sums, pitch, cell_gains);
  for (size_t cell = 0; cell < columns * rows; ++cell) {
    hn::StoreU(hn::Set(eight, cell_gains[cell]), eight, gains + cell * 8);
  }
  return unrest;
}
