// Eigenvectors and inverses of small matrices, scaled to a unit diagonal.
#include "nanobragg/refine/uncertainties.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

namespace nanobragg::refine {
namespace {

// Below this share of the largest, an eigenvalue is rounding: sums of products carry ten digits.
constexpr double kSingular = 1e-10;
// A coordinate with more than this share (squared) in what is not determined is not, either.
constexpr double kShare = 1e-6;

using Matrix = Eigen::MatrixXd;

Matrix matrix_of(std::span<const double> normal) {
  const auto n =
      static_cast<Eigen::Index>(std::lround(std::sqrt(static_cast<double>(normal.size()))));
  return Eigen::Map<const Matrix>(normal.data(), n, n);
}

// Rows of coordinates without effect stay 0.
Matrix unit_diagonal(const Matrix& normal) {
  const Eigen::VectorXd inverse =
      normal.diagonal().unaryExpr([](double x) { return x > 0.0 ? 1.0 / std::sqrt(x) : 0.0; });
  return inverse.asDiagonal() * normal * inverse.asDiagonal();
}

// Of a normal matrix in units of its diagonal; eigenvalues that are rounding stand for what is not
// determined.
class Spectrum {
 public:
  explicit Spectrum(const Matrix& normal) : eigen_(unit_diagonal(normal)) {
    const Eigen::VectorXd& values = eigen_.eigenvalues();
    for (const double value : values) singular_ += value > kSingular * values.tail(1)[0] ? 0 : 1;
  }

  bool is_singular() const { return singular_ > 0; }
  Eigen::VectorXd least() const { return eigen_.eigenvectors().col(0); }
  // Of each coordinate in what is not determined.
  Eigen::VectorXd shares() const {
    return eigen_.eigenvectors().leftCols(singular_).rowwise().squaredNorm();
  }
  // Of the rest.
  Matrix inverse() const {
    const Eigen::Index rest = eigen_.eigenvalues().size() - singular_;
    const Matrix vectors = eigen_.eigenvectors().rightCols(rest);
    return vectors * eigen_.eigenvalues().tail(rest).cwiseInverse().asDiagonal() *
           vectors.transpose();
  }

 private:
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen_;
  Eigen::Index singular_ = 0;
};

}  // namespace

Uncertainties uncertainties(std::span<const double> normal) {
  const Matrix matrix = matrix_of(normal);
  const Eigen::Index n = matrix.rows();
  const Spectrum spectrum(matrix);
  const Matrix inverse = spectrum.inverse();
  const Eigen::VectorXd shares = spectrum.shares();
  const auto is_known = [&](Eigen::Index i) { return shares[i] <= kShare; };
  Uncertainties out;
  for (Eigen::Index i = 0; i < n; ++i) {
    out.standard.push_back(is_known(i) ? std::sqrt(inverse(i, i) / matrix(i, i))
                                       : std::numeric_limits<double>::infinity());
    for (Eigen::Index j = 0; j < n; ++j) {
      const double known = is_known(i) && is_known(j)
                               ? inverse(i, j) / std::sqrt(inverse(i, i) * inverse(j, j))
                               : std::numeric_limits<double>::quiet_NaN();
      out.correlations.push_back(i == j ? 1.0 : known);
    }
  }
  return out;
}

std::string undetermined(std::span<const double> normal, std::span<const std::string> names) {
  const Matrix matrix = matrix_of(normal);
  std::string dead;
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    if (matrix(i, i) > 0.0) continue;
    dead += fmt::format("{}{}", dead.empty() ? "" : ", ", names[static_cast<std::size_t>(i)]);
  }
  if (!dead.empty()) return fmt::format("no pixel depends on {} (all derivatives are 0)", dead);
  const Spectrum spectrum(matrix);
  if (!spectrum.is_singular()) return {};
  const Eigen::VectorXd worst = spectrum.least();
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
  return fmt::format(
      "the parameters are degenerate (no pixel depends on {}, in units of the uncertainty of each "
      "alone)",
      combination);
}

}  // namespace nanobragg::refine
