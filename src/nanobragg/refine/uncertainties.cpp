// Eigenvectors and inverses of small matrices, scaled to a unit diagonal.
#include "nanobragg/refine/uncertainties.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"

namespace nanobragg::refine {
namespace {

// Below this share of the largest, an eigenvalue is rounding: sums of products carry ten digits.
constexpr double kSingular = 1e-10;

using Matrix = Eigen::MatrixXd;

Matrix matrix_of(std::span<const double> normal) {
  const auto n =
      static_cast<Eigen::Index>(std::lround(std::sqrt(static_cast<double>(normal.size()))));
  return Eigen::Map<const Matrix>(normal.data(), n, n);
}

Matrix unit_diagonal(const Matrix& normal) {
  const Eigen::VectorXd inverse = normal.diagonal().cwiseSqrt().cwiseInverse();
  return inverse.asDiagonal() * normal * inverse.asDiagonal();
}

}  // namespace

Uncertainties uncertainties(std::span<const double> normal) {
  const Matrix matrix = matrix_of(normal);
  const Eigen::Index n = matrix.rows();
  const Matrix inverse = unit_diagonal(matrix).inverse();
  Uncertainties out;
  for (Eigen::Index i = 0; i < n; ++i) {
    out.standard.push_back(std::sqrt(inverse(i, i) / matrix(i, i)));
    for (Eigen::Index j = 0; j < n; ++j) {
      out.correlations.push_back(i == j ? 1.0
                                        : inverse(i, j) / std::sqrt(inverse(i, i) * inverse(j, j)));
    }
  }
  return out;
}

void check_determined(std::span<const double> normal, std::span<const std::string> names) {
  const Matrix matrix = matrix_of(normal);
  std::string dead;
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    if (matrix(i, i) > 0.0) continue;
    dead += fmt::format("{}{}", dead.empty() ? "" : ", ", names[static_cast<std::size_t>(i)]);
  }
  if (!dead.empty()) {
    throw Error(fmt::format("no pixel depends on {} (all derivatives are 0)", dead), "",
                "leave it out, or choose pixels that do");
  }
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(unit_diagonal(matrix));
  if (eigen.eigenvalues()[0] > kSingular * eigen.eigenvalues().tail(1)[0]) return;
  const Eigen::VectorXd worst = eigen.eigenvectors().col(0);
  std::string combination;
  for (Eigen::Index i = 0; i < worst.size(); ++i) {
    constexpr double kShown = 0.05;
    if (std::abs(worst[i]) < kShown) continue;
    combination += fmt::format("{}{:.2f}·{}",
                               combination.empty() ? (worst[i] < 0 ? "−" : "")
                               : worst[i] < 0      ? " − "
                                                   : " + ",
                               std::abs(worst[i]), names[static_cast<std::size_t>(i)]);
  }
  throw Error(fmt::format("the parameters are degenerate (no pixel sees {}, in units of what each "
                          "shows alone)",
                          combination),
              "", "leave one of them out, or add a restraint");
}

}  // namespace nanobragg::refine
