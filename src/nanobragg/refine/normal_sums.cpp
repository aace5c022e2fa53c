// Adds up outer products.
#include "nanobragg/refine/normal_sums.hpp"

#include <Eigen/Dense>
#include <utility>

namespace nanobragg::refine {

NormalSums::NormalSums(std::vector<SeenCoordinate> coordinates)
    : coordinates_(std::move(coordinates)),
      size_(coordinates_.size()),
      gradient_(size_),
      normal_(size_ * size_),
      row_(size_) {}

void NormalSums::add(const NormalPixel& pixel) {
  loss_ += pixel.loss.value;
  chi_squared_ += pixel.loss.deviation;
  weight_ = pixel.weight;
  for (std::size_t p = 0; p < size_; ++p) {
    row_[p] = coordinates_[p].slope * pixel.row[coordinates_[p].index * pixel.stride];
  }
  for (std::size_t p = 0; p < size_; ++p) {
    gradient_[p] += pixel.loss.slope * row_[p];
    const double weighted = pixel.weight * row_[p];
    // The same product both ways round, so that the matrix is symmetric to the last bit.
    for (std::size_t q = 0; q <= p; ++q) {
      const double product = weighted * row_[q];
      normal_[p * size_ + q] += product;
      if (q != p) normal_[q * size_ + p] += product;
    }
  }
}

void NormalSums::add_background(std::uint32_t group, const std::array<double, 3>& basis) {
  if (groups_.empty() || groups_.back().index != group) {
    groups_.push_back({group, {}, std::vector<double>(3 * size_)});
  }
  Group& at = groups_.back();
  for (std::size_t k = 0; k < 3; ++k) {
    const double weighted = weight_ * basis[k];
    for (std::size_t l = 0; l < 3; ++l) at.own[k * 3 + l] += weighted * basis[l];
    for (std::size_t p = 0; p < size_; ++p) at.coupling[k * size_ + p] += weighted * row_[p];
  }
}

void NormalSums::add(const NormalSums& other) {
  loss_ += other.loss_;
  chi_squared_ += other.chi_squared_;
  const auto place = [&](std::size_t p) { return other.coordinates_[p].index; };
  for (std::size_t p = 0; p < other.size_; ++p) {
    gradient_[place(p)] += other.gradient_[p];
    for (std::size_t q = 0; q < other.size_; ++q) {
      normal_[place(p) * size_ + place(q)] += other.normal_[p * other.size_ + q];
    }
  }
  for (const Group& group : other.groups_) {
    if (groups_.empty() || groups_.back().index != group.index) {
      groups_.push_back({group.index, {}, std::vector<double>(3 * size_)});
    }
    Group& at = groups_.back();
    for (std::size_t i = 0; i < at.own.size(); ++i) at.own[i] += group.own[i];
    for (std::size_t k = 0; k < 3; ++k) {
      for (std::size_t p = 0; p < other.size_; ++p) {
        at.coupling[k * size_ + place(p)] += group.coupling[k * other.size_ + p];
      }
    }
  }
}

void NormalSums::eliminate(std::span<const Background> backgrounds) {
  for (const Group& group : groups_) eliminate(group, backgrounds[group.index]);
}

void NormalSums::eliminate(const Group& group, const Background& background) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(size_);
  const Eigen::Index moving = background.moves[2] ? 3 : background.moves[0] ? 1 : 0;
  if (moving == 0 || n == 0) return;
  const RowMajor own =
      Eigen::Map<const RowMajor>(group.own.data(), 3, 3).topLeftCorner(moving, moving);
  const RowMajor coupling = Eigen::Map<const RowMajor>(group.coupling.data(), 3, n).topRows(moving);
  const RowMajor taken =
      coupling.transpose() * own.completeOrthogonalDecomposition().solve(coupling);
  Eigen::Map<RowMajor> normal(normal_.data(), n, n);
  normal -= (taken + taken.transpose()) / 2.0;
}

}  // namespace nanobragg::refine
