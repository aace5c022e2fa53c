// MTZ, mmCIF and coordinate files, compressed or not: whatever they hold, they are read or refused.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "attempt.hpp"
#include "nanobragg/config/resolve/amplitude_column.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/reflections/atomic_model.hpp"
#include "nanobragg/io/reflections/mtz.hpp"
#include "nanobragg/io/reflections/reflection_cif.hpp"

namespace {

using namespace nanobragg;
using fuzz::attempt;

// The table must hold every reflection that is listed.
void expand(const io::ReflectionTable& table) {
  const auto listed = config::amplitudes_of(table, config::choose_column(table, std::nullopt));
  constexpr std::int32_t kLargest = 50;
  for (const MergedReflection& r : listed.reflections) {
    // Larger tables only show how much memory there is.
    if (std::abs(r.index.h) + std::abs(r.index.k) + std::abs(r.index.l) > kLargest) return;
  }
  const auto expanded =
      expand_to_p1(listed.reflections, {table.space_group, table.operations}, -1.0);
  for (const MergedReflection& r : listed.reflections) {
    if (!expanded.structure_factors.box().contains(r.index)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string given(reinterpret_cast<const char*>(data), size);
  attempt([&] {
    const std::string bytes = io::decompressed(given, "fuzz");
    attempt([&] { expand(io::parse_mtz(bytes, "fuzz")); });
    attempt([&] { expand(io::parse_reflection_cif(bytes, "fuzz")); });
    attempt([&] { io::AtomicModel::parse(bytes, "fuzz"); });
  });
  return 0;
}
