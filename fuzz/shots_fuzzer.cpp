// Streams of CrystFEL and masks of DIALS: no bytes may crash a reader, and what is read is whole.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "attempt.hpp"
#include "nanobragg/io/geometry/crystfel_stream.hpp"
#include "nanobragg/io/geometry/dials_mask.hpp"

namespace {

using namespace nanobragg;
using fuzz::attempt;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  attempt([&] {
    for (const Image<std::uint8_t>& panel : io::parse_dials_mask(bytes, "fuzz")) {
      require(panel.pixels().size() <= size);
    }
  });
  if (!io::is_crystfel_stream(bytes)) return 0;
  const fuzz::FileOfBytes file(data, size, ".stream");
  attempt([&] {
    const io::CrystfelStream stream = io::read_crystfel_stream(file.path());
    for (const io::StreamCrystal& crystal : stream.crystals) {
      require(crystal.chunk && crystal.chunk->energy_eV > 0.0 && !crystal.chunk->image.empty());
      const auto& [a, b, c] = crystal.reciprocal_per_A;
      require(std::isfinite(length(a) + length(b) + length(c)));
    }
  });
  return 0;
}
