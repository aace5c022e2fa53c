// Amplitude caches: no bytes may crash the reader or make it allocate more than they hold.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/reflections/fdump.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nanobragg;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const StructureFactors factors = io::parse_fdump(bytes, "fuzz", 0.0);
    if (factors.table().size() * sizeof(double) >= size) std::abort();
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
