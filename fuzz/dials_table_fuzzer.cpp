// Reflection tables of DIALS: no bytes may crash the reader, and what is read is written the same.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "attempt.hpp"
#include "nanobragg/io/reflections/dials_table.hpp"

namespace {

using namespace nanobragg;
using fuzz::attempt;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Row>
void read(const io::DialsTable& table, const char* column, const char* type) {
  attempt([&] { require(table.get<Row>(column, type).size() == table.rows()); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  attempt([&] {
    const io::DialsTable table = io::DialsTable::parsed(bytes, "fuzz");
    // A row takes at least a byte.
    require(table.rows() <= size);
    read<std::array<std::int32_t, 1>>(table, "id", "int");
    read<std::array<std::uint64_t, 1>>(table, "panel", "std::size_t");
    read<io::MillerRow>(table, "miller_index", io::kMillerColumn);
    read<io::BoxRow>(table, "bbox", io::kBoxColumn);
    read<std::array<double, 3>>(table, "xyzobs.px.value", "vec3<double>");
    const std::string packed = table.packed();
    require(io::DialsTable::parsed(packed, "fuzz").packed() == packed);
  });
  return 0;
}
