// Takes tables of amplitudes apart and makes them again.
#include "nanobragg/io/experiment/stored_amplitudes.hpp"

#include <fmt/format.h>

#include <utility>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

// Checked without multiplying: indices of 32 bits make numbers that overflow.
void check_size(const MillerBox& box, std::size_t amplitudes) {
  const auto& [first, last] = box;
  const bool is_box = first.h <= last.h && first.k <= last.k && first.l <= last.l;
  const auto fits = [&] {
    const std::size_t rows = amplitudes / box.size_l();
    return amplitudes % box.size_l() == 0 && rows % box.size_k() == 0 &&
           rows / box.size_k() == box.size_h();
  };
  if (amplitudes > 0 && is_box && fits()) return;
  throw Error(
      fmt::format("{} amplitudes over the indices {} {} {} to {} {} {} (the box holds "
                  "another number)",
                  amplitudes, first.h, first.k, first.l, last.h, last.k, last.l));
}

}  // namespace

StoredAmplitudes stored(const StructureFactors& factors) {
  StoredAmplitudes out{.default_amplitude = factors.default_amplitude(), .table = {}};
  if (!factors.has_table()) return out;
  const auto& [first, last] = factors.box();
  out.table = StoredTable{first, last, {factors.table().begin(), factors.table().end()}};
  return out;
}

StructureFactors restored(StoredAmplitudes stored) {
  if (!stored.table) return StructureFactors(stored.default_amplitude);
  const MillerBox box{stored.table->first, stored.table->last};
  check_size(box, stored.table->amplitudes.size());
  return StructureFactors::from_table(box, std::move(stored.table->amplitudes),
                                      stored.default_amplitude);
}

}  // namespace nanobragg::io
