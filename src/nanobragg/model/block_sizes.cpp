// Finds the nodes as the eigenvalues of the matrix of a recurrence.
#include "nanobragg/model/block_sizes.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <cstddef>

namespace nanobragg {
namespace {

// Of orthonormal polynomials: diagonal, and the elements beside it.
std::vector<BlockSize> nodes_of(const Eigen::VectorXd& diagonal, const Eigen::VectorXd& beside) {
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(diagonal, beside);
  std::vector<BlockSize> nodes;
  for (Eigen::Index i = 0; i < diagonal.size(); ++i) {
    const double first = solver.eigenvectors()(0, i);
    nodes.push_back({solver.eigenvalues()(i), first * first});
  }
  return nodes;
}

// The factor exp(s z) of a normal z, over its mean.
std::vector<BlockSize> lognormal(double width, int count) {
  Eigen::VectorXd beside(count - 1);
  for (int i = 1; i < count; ++i) beside(i - 1) = std::sqrt(static_cast<double>(i));
  std::vector<BlockSize> sizes = nodes_of(Eigen::VectorXd::Zero(count), beside);
  const double deviation = std::sqrt(std::log1p(width * width));
  double mean = 0.0;
  for (BlockSize& size : sizes) {
    size.factor = std::exp(deviation * size.factor);
    mean += size.share * size.factor;
  }
  for (BlockSize& size : sizes) size.factor /= mean;
  return sizes;
}

// Of shape k and scale 1/k, k = 1/width².
std::vector<BlockSize> gamma(double width, int count) {
  const double shape = 1.0 / (width * width);
  Eigen::VectorXd diagonal(count), beside(count - 1);
  for (int i = 0; i < count; ++i) diagonal(i) = (2.0 * i + shape) / shape;
  for (int i = 1; i < count; ++i) beside(i - 1) = std::sqrt(i * (i + shape - 1.0)) / shape;
  return nodes_of(diagonal, beside);
}

}  // namespace

std::vector<BlockSize> sizes_of(const BlockSizes& sizes) {
  if (sizes.relative_width == 0.0) return {{1.0, 1.0}};
  return sizes.distribution == SizeDistribution::lognormal
             ? lognormal(sizes.relative_width, sizes.count)
             : gamma(sizes.relative_width, sizes.count);
}

}  // namespace nanobragg
