// The list of kernels: a new backend is one line here.
#include <array>
#include <string>

#include "nanobragg/base/error.hpp"
#include "nanobragg/kernel/kernel.hpp"
#include "nanobragg/kernel/reference/reference_kernel.hpp"
#include "nanobragg/kernel/scalar/scalar_kernel.hpp"

namespace nanobragg::kernel {

std::span<const Kernel> kernels() {
  static constexpr auto kKernels = std::to_array<Kernel>({
      {"reference", "nanoBragg.c operation by operation, on one thread", QuirkSupport::all,
       PrecisionSupport::float64, reference::render<float>, reference::render<double>,
       reference::trace},
      {"scalar", "the physics, plainly written, on all threads", QuirkSupport::none,
       PrecisionSupport::both, scalar::render<float>, scalar::render<double>, scalar::trace},
  });
  return kKernels;
}

const Kernel& find_kernel(std::string_view name) {
  std::string known;
  for (const Kernel& kernel : kernels()) {
    if (kernel.name == name) return kernel;
    known += (known.empty() ? "" : ", ") + std::string(kernel.name);
  }
  throw UsageError("unknown kernel '" + std::string(name) + "' (not in this build)", "",
                   "choose from " + known);
}

}  // namespace nanobragg::kernel
