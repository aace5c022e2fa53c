// SMV images: no bytes may crash the reader or make it allocate more than they hold.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/smv.hpp"

namespace {

using namespace nanobragg;

void require(bool holds) {
  if (!holds) std::abort();
}

void ask_for_every_number(const io::SmvHeader& header) {
  for (const io::SmvEntry& entry : header.entries()) {
    try {
      require(header.number(entry.key).has_value());
    } catch (const Error&) {
      require(header.text(entry.key).has_value());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    ask_for_every_number(io::SmvHeader::parse(bytes, "fuzz"));
    const io::SmvImage image = io::parse_smv(bytes, "fuzz");
    require(image.header.length() + 2 * image.pixels.shape().size() <= size);
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
