// Boxes of pixels and matrices of comparisons: no text may crash a reader, and what is read can be
// used.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "attempt.hpp"
#include "nanobragg/commands/compare/compare_matrix.hpp"
#include "nanobragg/commands/trace/pixel_boxes.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nanobragg;
  const auto require = [](bool holds) {
    if (!holds) std::abort();
  };
  const fuzz::FileOfBytes file(data, size, ".list");
  fuzz::attempt([&] {
    for (const auto& [first, last] : commands::read_boxes(file.path()).boxes) {
      require(first.slow <= last.slow && first.fast <= last.fast);
    }
  });
  fuzz::attempt([&] {
    for (const commands::MatrixCase& one : commands::read_matrix(file.path()).cases) {
      require(!one.name.empty() && one.name.find('/') == std::string::npos);
    }
  });
  return 0;
}
