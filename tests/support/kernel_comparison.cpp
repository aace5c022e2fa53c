// Renders and compares pixel by pixel.
#include "support/kernel_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"

namespace nanobragg::test {
namespace {

using kernel::Precision;

Image<double> render(const kernel::Kernel& kernel, const plan::SamplingPlan& plan,
                     Precision precision) {
  return image::simulate_f64(plan, kernel, {.precision = precision}).photons;
}

std::string difference(const Image<double>& image, const Image<double>& expected,
                       Precision precision) {
  const double maximum = *std::ranges::max_element(expected.pixels());
  for (std::size_t i = 0; i < image.pixels().size(); ++i) {
    const double found = image.pixels()[i];
    const double right = expected.pixels()[i];
    const double allowed = precision == Precision::float64 ? 1e-12 * (right + maximum)
                                                           : 5e-6 * std::max(right, 1e-9 * maximum);
    if (std::abs(found - right) <= allowed) continue;
    return fmt::format("pixel {} is {} where the scalar kernel has {} (maximum {})", i, found,
                       right, maximum);
  }
  return "";
}

}  // namespace

std::string first_disagreement(const plan::SamplingPlan& plan) {
  const Image<double> expected = render(kernel::find_kernel("scalar"), plan, Precision::float64);
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name == "analytic") continue;  // tests/property/analytic_spots_test.cpp
    if (kernel.name == "reference" || !kernel.why_not(plan).empty()) continue;
    for (const Precision precision : {Precision::float64, Precision::float32}) {
      if (precision == Precision::float32 && kernel.default_precision != precision) continue;
      const std::string found = difference(render(kernel, plan, precision), expected, precision);
      if (found.empty()) continue;
      return fmt::format("{} in {}: {}", kernel.name,
                         precision == Precision::float32 ? "float32" : "float64", found);
    }
  }
  return "";
}

}  // namespace nanobragg::test
