// Multiplies the amplitudes of a table.
#include "nanobragg/model/anisotropic_displacement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nanobragg/base/error.hpp"

namespace nanobragg {
namespace {

MillerBox joined(const MillerBox& a, const MillerBox& b) {
  return {{std::min(a.min.h, b.min.h), std::min(a.min.k, b.min.k), std::min(a.min.l, b.min.l)},
          {std::max(a.max.h, b.max.h), std::max(a.max.k, b.max.k), std::max(a.max.l, b.max.l)}};
}

// Where the displaced amplitudes stand.
MillerBox box_of(const StructureFactors& factors, const MillerBox& reach) {
  if (factors.default_amplitude() == 0.0) return factors.box();
  return factors.has_table() ? joined(factors.box(), reach) : reach;
}

}  // namespace

namespace {

int determinant(const SymmetryOperation& operation) {
  const auto& r = operation.rotation;
  return r[0][0] * (r[1][1] * r[2][2] - r[1][2] * r[2][1]) -
         r[0][1] * (r[1][0] * r[2][2] - r[1][2] * r[2][0]) +
         r[0][2] * (r[1][0] * r[2][1] - r[1][1] * r[2][0]);
}

}  // namespace

std::vector<SymmetryOperation> rotations_of(const Axes<double>& direct, double tolerance) {
  const Axes<double> reciprocal = reciprocal_of(direct);
  const auto& [x, y, z] = reciprocal;
  const SymmetricTensor<double> metric{dot(x, x), dot(y, y), dot(z, z),
                                       dot(x, y), dot(x, z), dot(y, z)};
  const SymmetricTensor<double> scales = displacement_of({1, 1, 1, 1, 1, 1}, reciprocal);
  std::vector<SymmetryOperation> out;
  constexpr int kMatrices = 19683;  // 3⁹, of elements −1, 0 and 1
  for (int number = 0; number < kMatrices; ++number) {
    SymmetryOperation operation;
    int rest = number;
    for (std::size_t i = 0; i < 9; ++i, rest /= 3) operation.rotation[i / 3][i % 3] = rest % 3 - 1;
    if (determinant(operation) != 1) continue;
    const SymmetricTensor<double> image = rotated(metric, operation);
    bool is_same = true;
    for (std::size_t i = 0; i < kTensorElements; ++i) {
      is_same = is_same && std::abs(image[i] - metric[i]) <= tolerance * scales[i];
    }
    if (is_same) out.push_back(operation);
  }
  return out;
}

SymmetricTensor<double> averaged(const SymmetricTensor<double>& b, const Axes<double>& reciprocal,
                                 std::span<const SymmetryOperation> operations) {
  if (operations.empty()) return b;
  SymmetricTensor<double> mean = averaged(displacement_of(b, reciprocal), operations);
  const SymmetricTensor<double> scales = displacement_of({1, 1, 1, 1, 1, 1}, reciprocal);
  for (std::size_t i = 0; i < mean.size(); ++i) mean[i] /= scales[i];
  return mean;
}

StructureFactors displaced(const StructureFactors& factors, const SymmetricTensor<double>& beta,
                           const MillerBox& reach) {
  if (!factors.has_table() && factors.default_amplitude() == 0.0) return factors;
  const MillerBox box = box_of(factors, reach);
  check_fits_in_memory(box);
  std::vector<double> amplitudes(box.size());
  for (std::size_t i = 0; i < amplitudes.size(); ++i) {
    const MillerIndex index = box.index_at(i);
    const double amplitude = factors.at(index);
    if (amplitude == 0.0) continue;
    amplitudes[i] = amplitude * displacement_of_amplitude(beta, index);
    if (std::isfinite(amplitudes[i])) continue;
    throw Error(
        fmt::format("the anisotropic B makes F({},{},{}) infinite", index.h, index.k, index.l), "",
        "its negative elements are too large (-B_aniso)");
  }
  if (box == factors.box() && factors.has_table()) return factors.with_table(std::move(amplitudes));
  return StructureFactors::from_table(box, std::move(amplitudes), factors.default_amplitude());
}

}  // namespace nanobragg
