// Any text is an experiment or refused with an Error; what is read survives writing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "attempt.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nanobragg;
  fuzz::attempt([&] {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string written = io::experiment_json(io::parse_experiment(text, "fuzz.json"));
    if (io::experiment_json(io::parse_experiment(written, "written.json")) != written) std::abort();
  });
  return 0;
}
