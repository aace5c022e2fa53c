// Interpolates along columns of nodes, then along the row.
#include "nanobragg/image/sight_grid.hpp"

#include <algorithm>
#include <cmath>

namespace nanobragg::image {

bool SightGrid::suits(const AmorphousConstants<double>& constants, ImageShape shape) {
  const auto& panel = constants.panel;
  return panel.oversample == 1 && panel.pixel_size <= kClosest * panel.close_distance &&
         shape.slow >= kSpacing && shape.fast >= kSpacing;
}

SightGrid::Cubic SightGrid::cubic_at(std::size_t pixel, std::size_t nodes) {
  const std::size_t first = std::clamp<std::size_t>(pixel / kSpacing, 1, nodes - 3) - 1;
  const double t = static_cast<double>(pixel) / kSpacing - static_cast<double>(first);
  Cubic cubic{first, {}};
  for (int i = 0; i < 4; ++i) {
    double weight = 1.0;
    for (int j = 0; j < 4; ++j) {
      if (j != i) weight *= (t - j) / (i - j);
    }
    cubic.weights[static_cast<std::size_t>(i)] = weight;
  }
  return cubic;
}

SightGrid::SightGrid(const AmorphousConstants<double>& constants, ImageShape shape)
    : constants_(constants),
      shape_(shape),
      nodes_{(shape.slow - 1) / kSpacing + 4, (shape.fast - 1) / kSpacing + 4} {
  for (std::size_t fast = 0; fast < shape.fast; ++fast) {
    along_fast_.push_back(cubic_at(fast, nodes_.fast));
  }
}

SightGrid::Block::Block(const SightGrid& grid, std::size_t first)
    : grid_(grid), line_(grid.nodes_.fast), row_(grid.shape_.fast) {
  const std::size_t last = std::min(first + kBlock, grid.shape_.slow) - 1;
  first_node_ = cubic_at(first, grid.nodes_.slow).first;
  const std::size_t end = cubic_at(last, grid.nodes_.slow).first + 4;
  for (std::size_t slow = first_node_; slow < end; ++slow) {
    for (std::size_t fast = 0; fast < grid.nodes_.fast; ++fast) {
      const auto [sine, share] =
          sight_of(grid.constants_, {slow * kSpacing, fast * kSpacing}, {0, 0});
      nodes_.push_back({sine * sine, share});
    }
  }
}

std::span<const Sight<double>> SightGrid::Block::row(std::size_t slow) {
  const auto [first, weights] = cubic_at(slow, grid_.nodes_.slow);
  const std::size_t width = grid_.nodes_.fast;
  const Smooth* const nodes = &nodes_[(first - first_node_) * width];
  for (std::size_t fast = 0; fast < width; ++fast) {
    Smooth sum{0.0, 0.0};
    for (std::size_t k = 0; k < 4; ++k) {
      const Smooth& node = nodes[k * width + fast];
      sum.square += weights[k] * node.square;
      sum.share += weights[k] * node.share;
    }
    line_[fast] = sum;
  }
  for (std::size_t fast = 0; fast < row_.size(); ++fast) {
    const auto& [node, of_node] = grid_.along_fast_[fast];
    double square = 0.0, share = 0.0;
    for (std::size_t k = 0; k < 4; ++k) {
      square += of_node[k] * line_[node + k].square;
      share += of_node[k] * line_[node + k].share;
    }
    row_[fast] = {std::sqrt(std::max(square, 0.0)), share};
  }
  return row_;
}

}  // namespace nanobragg::image
