// Kernels against each other: bytes decide on an experiment, which every kernel must see alike.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstdio>
#include <cstdlib>

#include "nanobragg/base/error.hpp"
#include "support/kernel_comparison.hpp"
#include "support/random_experiment.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nanobragg;
  FuzzedDataProvider bytes(data, size);
  const auto parts = test::random_experiment(
      [&] { return 0x1p-32 * static_cast<double>(bytes.ConsumeIntegral<std::uint32_t>()); });
  try {
    const std::string found =
        test::first_disagreement(plan::make_plan(parts.build(), compat::QuirkSet::physical()));
    if (!found.empty()) {
      std::fprintf(stderr, "%s\n", found.c_str());
      std::abort();
    }
  } catch (const Error&) {
    // A plan that cannot be, as with a panel that the beam cannot hit.
  }
  return 0;
}
