// Geometry files and spectra: no bytes may crash a reader, and what is read is finite.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/geometry/dials_list.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/lists/spectrum_file.hpp"

namespace {

using namespace nanobragg;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_geometry(std::string_view text) {
  try {
    const io::GeometryFile file = io::parse_geometry_file(text, "fuzz", std::nullopt);
    require(!file.panels.empty());
    for (const io::GeometryPanel& panel : file.panels) {
      require(std::abs(length(panel.fast) - 1.0) < 1e-9);
      require(std::abs(length(panel.slow) - 1.0) < 1e-9);
      require(panel.pixel_m > 0.0 && panel.shape.size() > 0);
    }
  } catch (const Error&) {
    return;
  }
}

void read_list(std::string_view text) {
  try {
    const io::DialsList list(text, "fuzz");
    const io::ListedExperiment first = list.at(0);
    require(first.readings.gain > 0.0 && first.exposures > 0);
    require(io::DialsList(list.alone(0), "fuzz").size() == 1);
  } catch (const Error&) {
    return;
  }
}

void read_spectrum(std::string_view text) {
  try {
    for (const io::SpectrumPoint& point : io::parse_spectrum(text, "fuzz")) {
      require(point.wavelength_m > 0.0 && point.weight > 0.0);
    }
  } catch (const Error&) {
    return;
  }
}

void read_spectra(std::string_view text) {
  try {
    for (const auto& spectrum : io::parse_spectra(text, "fuzz")) require(!spectrum.empty());
  } catch (const Error&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_geometry(text);
  read_list(text);
  read_spectrum(text);
  read_spectra(text);
  return 0;
}
