// The list of kernels: a new backend is one line here.
#include <string>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/kernel/kernel.hpp"
#include "nanobragg/kernel/reference/reference_kernel.hpp"
#include "nanobragg/kernel/scalar/scalar_gradient.hpp"
#include "nanobragg/kernel/scalar/scalar_kernel.hpp"
#include "nanobragg/kernel/simd/simd_gradient.hpp"
#include "nanobragg/kernel/simd/simd_kernel.hpp"
#include "nanobragg/kernel/sparse/light_search.hpp"
#include "nanobragg/kernel/sparse/sparse_kernel.hpp"

namespace nanobragg::kernel {

namespace {

template <simd::Isa kIsa>
constexpr Kernel simd_kernel(std::string_view name, std::string_view description) {
  return {name,
          description,
          QuirkSupport::none,
          PrecisionSupport::both,
          Precision::float32,
          simd::render<float, kIsa>,
          simd::render<double, kIsa>,
          nullptr,
          simd::differentiate<kIsa>};
}

template <class Real>
RunReport render_sparsely(const plan::SamplingPlan& plan, std::size_t panel, ImageView<Real> image,
                          const RunOptions& options) {
  return sparse::render<Real>(plan, panel, image, options, simd::patch_code());
}

// Reflection by reflection where few pixels see light at a time, else every pixel and step.
template <class Real>
RunReport render_fastest(const plan::SamplingPlan& plan, std::size_t panel, ImageView<Real> image,
                         const RunOptions& options) {
  return sparse::is_worthwhile(plan, panel)
             ? render_sparsely<Real>(plan, panel, image, options)
             : simd::render<Real, simd::Isa::best>(plan, panel, image, options);
}

std::vector<Kernel> kernels_of_this_machine() {
  using simd::Isa;
  std::vector<Kernel> list{
      {"reference", "nanoBragg.c operation by operation, on one thread", QuirkSupport::all,
       PrecisionSupport::float64, Precision::float64, reference::render<float>,
       reference::render<double>, reference::trace, nullptr},
      {"scalar", "the physics, plainly written, on all threads", QuirkSupport::none,
       PrecisionSupport::both, Precision::float64, scalar::render<float>, scalar::render<double>,
       scalar::trace, scalar::differentiate},
      {"auto", "sparse where little is lit, else simd", QuirkSupport::none, PrecisionSupport::both,
       Precision::float32, render_fastest<float>, render_fastest<double>, nullptr,
       simd::differentiate<Isa::best>, sparse::worthwhile_light_finder()},
      {"sparse", "from the reflections to the pixels they light", QuirkSupport::none,
       PrecisionSupport::both, Precision::float32, render_sparsely<float>, render_sparsely<double>,
       nullptr, simd::differentiate<Isa::best>, sparse::light_finder()}};
  const auto add = [&](Isa isa, const Kernel& kernel) {
    if (simd::is_available(isa)) list.push_back(kernel);
  };
  add(Isa::best,
      simd_kernel<Isa::best>("simd", "the same on vectors of this machine's widest kind"));
  add(Isa::sse4, simd_kernel<Isa::sse4>("simd-sse4", "the same with SSE4"));
  add(Isa::avx2, simd_kernel<Isa::avx2>("simd-avx2", "the same with AVX2"));
  add(Isa::avx512, simd_kernel<Isa::avx512>("simd-avx512", "the same with AVX-512"));
  add(Isa::neon, simd_kernel<Isa::neon>("simd-neon", "the same with NEON"));
  return list;
}

}  // namespace

std::span<const Kernel> kernels() {
  static const std::vector<Kernel> kKernels = kernels_of_this_machine();
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
