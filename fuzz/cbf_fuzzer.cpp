// CBF images and lists of orientations: no bytes may crash the readers or make them allocate more
// than they hold.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/cbf.hpp"
#include "nanobragg/io/images/cbf_images.hpp"
#include "nanobragg/io/lists/orientation_list.hpp"

namespace {

using namespace nanobragg;

void require(bool holds) {
  if (!holds) std::abort();
}

// Pixels that were read survive writing and reading.
void check_pixels(const Image<std::int32_t>& image) {
  const std::string bytes = io::compress_byte_offset(image.pixels());
  require(std::ranges::equal(io::expand_byte_offset(bytes, image.pixels().size(), "fuzz"),
                             image.pixels()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const Image<std::int32_t> image = io::parse_cbf(bytes, "fuzz");
    require(image.pixels().size() <= size);
    check_pixels(image);
  } catch (const Error&) {
  }
  try {
    const io::ObservedImage image = io::parse_cbf_image(bytes, "fuzz");
    require(image.validity.shape() == image.shape());
  } catch (const Error&) {
  }
  try {
    io::parse_orientation_list(bytes, "fuzz");
  } catch (const Error&) {
  }
  return 0;
}
