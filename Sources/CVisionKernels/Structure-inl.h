// nd_cell_structure: what the tamper detector reads of a picture. Part of CVisionKernels.cpp, which includes it inside its
// namespaces, once per target.

// One lane of 64 bits is one cell throughout: a row of it as bytes, a sum, or its four quarters.
void CellStructure(const uint8_t* plane, size_t stride, size_t width, size_t height, uint16_t* quarters,
                   uint16_t* detail) {
  const Bytes bytes;
  const hn::Repartition<uint64_t, Bytes> cells;
  const size_t lanes = hn::Lanes(bytes);
  const size_t columns = width / 8;
  const auto right_half = hn::BitCast(bytes, hn::Set(cells, 0xFFFFFFFF00000000ULL));
  // All bytes that have a right neighbour in their cell.
  const auto inner = hn::BitCast(bytes, hn::Set(cells, 0x00FFFFFFFFFFFFFFULL));
  HWY_ALIGN uint8_t rest[kVectorBytes] = {};
  HWY_ALIGN uint64_t stored[kVectorBytes / 8];
  for (size_t row = 0; row < height / 8; ++row) {
    for (size_t x = 0; x < columns * 8; x += lanes) {
      const size_t count = HWY_MIN(lanes, columns * 8 - x);
      const uint8_t* at = plane + row * 8 * stride + x;
      auto packed = hn::Zero(cells);
      auto differences = hn::Zero(cells);
      auto above = hn::Zero(bytes);
      for (size_t half = 0; half < 2; ++half) {
        auto all = hn::Zero(cells);
        auto right = hn::Zero(cells);
        for (size_t line = 0; line < 4; ++line, at += stride) {
          if (count < lanes) memcpy(rest, at, count);
          const auto now = count == lanes ? hn::LoadU(bytes, at) : hn::Load(bytes, rest);
          const auto next = hn::BitCast(bytes, hn::ShiftRight<8>(hn::BitCast(cells, now)));
          all = hn::Add(all, hn::SumsOf8(now));
          right = hn::Add(right, hn::SumsOf8(hn::And(now, right_half)));
          const auto across = hn::And(hn::Sub(hn::Max(now, next), hn::Min(now, next)), inner);
          differences = hn::Add(differences, hn::SumsOf8(across));
          if (half + line > 0) {
            differences = hn::Add(differences, hn::SumsOf8(hn::Sub(hn::Max(now, above), hn::Min(now, above))));
          }
          above = now;
        }
        const auto pair = hn::Or(hn::Sub(all, right), hn::ShiftLeft<16>(right));
        packed = half == 0 ? pair : hn::Or(packed, hn::ShiftLeft<32>(pair));
      }
      // Little-endian lanes hold the quarters in their order in memory.
      hn::Store(packed, cells, stored);
      memcpy(quarters + (row * columns + x / 8) * 4, stored, count);
      hn::Store(differences, cells, stored);
      for (size_t cell = 0; cell * 8 < count; ++cell) {
        detail[row * columns + x / 8 + cell] = static_cast<uint16_t>(stored[cell]);
      }
    }
  }
}
