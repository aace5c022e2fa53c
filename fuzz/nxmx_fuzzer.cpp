// NXmx files as the library of HDF5 hands them over: whatever they hold, they are read or refused,
// and what is read is a detector.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/nxmx/fields.hpp"
#include "nanobragg/io/nxmx/geometry.hpp"
#include "support/memory_tree.hpp"

namespace {

using namespace nanobragg;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_exposure(std::string_view text, std::size_t exposure) {
  try {
    const io::nxmx::Fields fields(std::make_unique<test::MemoryTree>(text), "fuzz", exposure);
    const io::GeometryFile file = io::read_nxmx_geometry(fields);
    require(!file.panels.empty());
    for (const io::GeometryPanel& panel : file.panels) {
      require(std::abs(length(panel.fast) - 1.0) < 1e-9);
      require(std::abs(length(panel.slow) - 1.0) < 1e-9);
      require(panel.pixel_m > 0.0 && panel.shape.size() > 0);
    }
    require(!file.wavelength_m || *file.wavelength_m > 0.0);
  } catch (const Error&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_exposure(text, 0);
  read_exposure(text, 1);
  return 0;
}
