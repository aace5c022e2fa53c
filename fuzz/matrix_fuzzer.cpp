// Text of few numbers: no MOSFLM matrix and no source list may crash its reader.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/geometry/mosflm_matrix.hpp"
#include "nanobragg/io/lists/source_list.hpp"

namespace {

using namespace nanobragg;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_matrix(std::string_view text) {
  try {
    for (const auto& row : io::parse_mosflm_matrix(text, "fuzz").elements.row) {
      require(std::isfinite(row.x) && std::isfinite(row.y) && std::isfinite(row.z));
    }
  } catch (const Error&) {
    return;
  }
}

void read_sources(std::string_view text) {
  try {
    for (const auto& row : io::parse_source_list(text, "fuzz")) {
      require(row.x_m.has_value() && std::isfinite(*row.x_m));
    }
  } catch (const Error&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_matrix(text);
  read_sources(text);
  return 0;
}
