// Any text is read or refused with a UsageError; what is read survives writing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/toml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nanobragg;
  config::Settings settings;
  try {
    settings = config::parse_toml({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  } catch (const UsageError&) {
    return 0;
  }
  if (config::parse_toml(config::to_toml(settings), "written.toml") != settings) std::abort();
  return 0;
}
