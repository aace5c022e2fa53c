// A loss with its normal equations, as the methods see it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nanobragg::refine {

// What is computed beside the loss.
enum class Wanted : std::uint8_t {
  loss,
  gradient,     // by every coordinate, amplitudes included
  curvature,    // gradient and normal matrix, by the coordinates in the matrix, for a step
  information,  // the same with the expected curvature, for uncertainties
};

// Normal matrices are symmetric, n × n, row by row, all entries filled in.
struct Evaluation {
  double loss = 0.0;
  double chi_squared = 0.0;
  std::vector<double> gradient;
  std::vector<double> normal;
};

// Of coordinates that are 0 at the start.
class NormalLoss {
 public:
  virtual ~NormalLoss() = default;
  virtual std::size_t size() const = 0;
  virtual std::size_t pixels() const = 0;
  // Limits of each coordinate, and how far it moves where its value changes clearly.
  virtual std::span<const double> lower() const = 0;
  virtual std::span<const double> upper() const = 0;
  virtual std::span<const double> usual_step() const = 0;
  // Unset where the coordinates make no experiment or no finite loss.
  virtual std::optional<Evaluation> evaluate(std::span<const double> x, Wanted wanted) const = 0;
};

}  // namespace nanobragg::refine
