// Takes three rotations out of the axes of a panel.
#include "nanobragg/io/truth/poni.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/geometry/laboratory_frame.hpp"

namespace nanobragg::io {
namespace {

struct Rotations {
  double first, second, third;
};

// A point of the panel, (d1, d2, L) along slow, fast and normal, lies at R·(d1, d2, L) along the
// axes 1, 2, 3, whose third is the beam. The rows of R are these axes, told along slow, fast and
// normal:
//   R₃ = (sin r2, −cos r2 sin r1, cos r1 cos r2),   R₁₁ = cos r2 cos r3,   R₂₁ = cos r2 sin r3
Rotations rotations_of(const PanelValues& panel, const Experiment& experiment) {
  const Vec3<double>& beam = experiment.beam->direction;
  const Vec3<double> second = imgcif_frame(experiment).row[0];
  // The three axes have the hand of slow, fast and normal.
  const double hand = dot(cross(panel.slow, panel.fast), panel.normal) < 0.0 ? -1.0 : 1.0;
  const Vec3<double> first = hand * cross(second, beam);
  return {std::atan2(-dot(beam, panel.fast), dot(beam, panel.normal)),
          std::asin(std::clamp(dot(beam, panel.slow), -1.0, 1.0)),
          std::atan2(dot(second, panel.slow), dot(first, panel.slow))};
}

}  // namespace

std::string poni(const ImageDescription& image) {
  const PanelValues& panel = *image.experiment.detector.panels.front();
  const Rotations turn = rotations_of(panel, image.experiment);
  const double pixel = panel.pixel_size.value();
  return fmt::format(
      "# Detector calibration of an image simulated by nanobragg\n"
      "poni_version: 2\n"
      "Detector: Detector\n"
      "Detector_config: {{\"pixel1\": {0:.12g}, \"pixel2\": {0:.12g}, \"max_shape\": [{1}, {2}]}}\n"
      "Distance: {3:.12g}\n"
      "Poni1: {4:.12g}\n"
      "Poni2: {5:.12g}\n"
      "Rot1: {6:.12g}\n"
      "Rot2: {7:.12g}\n"
      "Rot3: {8:.12g}\n"
      "Wavelength: {9:.12g}\n",
      pixel, panel.shape.slow, panel.shape.fast, dot(panel.corner_m, panel.normal),
      -dot(panel.corner_m, panel.slow), -dot(panel.corner_m, panel.fast), turn.first, turn.second,
      turn.third, image.mean_wavelength_m());
}

void check_poni(const std::filesystem::path& path, const Experiment& experiment) {
  if (experiment.detector.panels.size() == 1 && experiment.detector.curvature == Curvature::flat) {
    return;
  }
  throw Error("a .poni describes one flat panel (the detector is curved or has several)",
              path.string(), "DIALS experiments (.expt) and NXmx (.nxs) hold more");
}

void write_poni(const std::filesystem::path& path, const DetectorImage& image) {
  check_poni(path, image.description.experiment);
  write_file_atomically(path, poni(image.description));
}

}  // namespace nanobragg::io
