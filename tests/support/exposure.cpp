// Builds the exposure by hand.
#include "support/exposure.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "nanobragg/image/photon_counts.hpp"
#include "support/experiments.hpp"

namespace nanobragg::test {
namespace {

constexpr ImageShape kShape{23, 31};
constexpr double kPixel = 0.172e-3;

PanelValues plain_panel() {
  PanelValues panel;
  panel.fast = {0.0, 0.0, 1.0};
  panel.slow = {0.0, -1.0, 0.0};
  panel.normal = {1.0, 0.0, 0.0};
  panel.corner_m = {0.120, 7.5 * kPixel, -10.25 * kPixel};
  panel.pixel_size = Metre(kPixel);
  panel.shape = kShape;
  panel.close_distance = panel.distance = Metre(0.120);
  return panel;
}

Experiment plain_experiment(const PanelValues& panel) {
  ExperimentParts parts = small_experiment();
  parts.panel = panel;
  parts.beam.direction = {1.0, 0.0, 0.0};
  parts.beam.polarisation_axis = {0.0, 0.0, 1.0};
  parts.beam.wavelength = Metre(0.9768e-10);
  parts.spindle.axis = {0.0, 0.0, 1.0};
  parts.spindle.start = Radian(0.5);
  return parts.build();
}

}  // namespace

PlainExposure::PlainExposure()
    : description_{.experiment = plain_experiment(plain_panel()),
                   .oscillation_rad = 0.01,
                   .lattice = lattice_of(*plain_experiment(plain_panel()).crystal),
                   .spectrum = {{0.9768e-10, 1.0}},
                   .pedestal = 40.0},
      photons_(kShape),
      counts_(kShape) {
  std::mt19937 random(1);
  std::exponential_distribution<double> height(1.0);
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const double photons = std::min(65000.0, std::exp(2.0 * height(random)));
    photons_.pixels()[i] = static_cast<float>(photons);
    counts_.pixels()[i] = static_cast<std::int32_t>(photons);
  }
  counts_[{3, 4}] = image::kNotMeasured;
}

io::DetectorImage PlainExposure::image() const {
  return {description_, photons_.view(),
          io::CountRows(kShape, [this](std::size_t first, std::size_t rows) {
            Image<std::int32_t> part({rows, kShape.fast});
            std::ranges::copy(counts_.pixels().subspan(first * kShape.fast, rows * kShape.fast),
                              part.pixels().begin());
            return part;
          })};
}

void PlainExposure::tilt() {
  PanelValues panel = plain_panel();
  const double angle = 0.1;
  panel.fast = {-std::sin(angle), 0.0, std::cos(angle)};
  panel.normal = {std::cos(angle), 0.0, std::sin(angle)};
  description_.experiment = plain_experiment(panel);
}

}  // namespace nanobragg::test
