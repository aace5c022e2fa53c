// Jᵀ W J and Jᵀ W r of some pixels, with what couples them to the background.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nanobragg/refine/background.hpp"
#include "nanobragg/refine/loss.hpp"

namespace nanobragg::refine {

// One pixel: derivative i of its photons stands at row[i·stride].
struct NormalPixel {
  PixelLoss loss;
  double weight;
  const double* row;
  std::size_t stride;
};

// A coordinate x that pixels depend on: derivative `index`, times `slope` for one unit of x.
struct SeenCoordinate {
  std::size_t index;
  double slope;
};

class NormalSums {
 public:
  // Of the coordinates that some pixels see.
  explicit NormalSums(std::vector<SeenCoordinate> coordinates);

  void add(const NormalPixel& pixel);
  // For the pixel added last: the background of its group. Groups come one after the other.
  void add_background(std::uint32_t group, const std::array<double, 3>& basis);
  // Those of pixels that follow. Its coordinates are some of these, whose own indices are their
  // places.
  void add(const NormalSums& other);
  // What the coordinates determine when the backgrounds follow them: the Schur complement.
  void eliminate(std::span<const Background> backgrounds);

  double loss() const { return loss_; }
  double chi_squared() const { return chi_squared_; }
  std::span<const double> gradient() const { return gradient_; }
  // Symmetric, row by row.
  std::span<const double> normal() const { return normal_; }

 private:
  struct Group {
    std::uint32_t index;
    std::array<double, 9> own{};   // 3 × 3
    std::vector<double> coupling;  // 3 × coordinates
  };
  void eliminate(const Group& group, const Background& background);

  std::vector<SeenCoordinate> coordinates_;
  std::size_t size_;
  double loss_ = 0.0, chi_squared_ = 0.0;
  std::vector<double> gradient_, normal_;
  std::vector<Group> groups_;
  std::vector<double> row_;  // of the pixel added last
  double weight_ = 0.0;
};

}  // namespace nanobragg::refine
