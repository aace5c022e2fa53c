// One exposure on its way into a file: the pixels of all panels, and what there is to say of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/io/images/pixel_type.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/model/lattice.hpp"
#include "nanobragg/model/read_out.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::io {

struct SpectrumLine {
  double wavelength_m;
  double weight;  // relative to the others
};

// What the pixels of a file mean.
enum class PixelValues : std::uint8_t {
  counts,   // photons counted, with their noise
  photons,  // expected photons, as far as the format has fractions; rounded where it has not
};

// What the readings of a detector mean that does more than count photons.
struct Readings {
  double gain = 1.0;                    // readings a photon
  double pedestal = 0.0;                // in every reading
  double saturation = kLargestReading;  // brighter pixels read this, too
  double dead_time_s = 0.0;
};
Readings readings_of(const ReadOut& read_out);

// What a file can say about an exposure besides its pixels.
struct ImageDescription {
  Experiment experiment;      // its spindle starts where the exposure starts
  compat::QuirkSet quirks{};  // under which its pixels are computed
  double oscillation_rad = 0.0;
  std::optional<Lattice<double>> lattice;  // at spindle angle 0, misset; unset: not known
  std::vector<Lattice<double>> further_lattices = {};  // of a crystal of several
  std::vector<SpectrumLine> spectrum;  // at least one line; each wavelength once, ascending
  double exposure_s = 1.0;
  double start_s = 0.0;   // since the first exposure of a series
  double pedestal = 0.0;  // counts added to every pixel of SMV images
  PixelValues values = PixelValues::counts;
  std::optional<Readings> readings = {};  // unset: a count is a photon
  PixelType type = PixelType::standard;

  double mean_wavelength_m() const;
};

// The largest number that is a measurement, for formats whose limit is one. The saturation of a
// read-out is none: brighter pixels read it, too.
double largest_valid(const ImageDescription& image);

// A lattice as it stands in the middle of the exposure, for files that name no spindle; the first
// of an image in which it is known.
Lattice<double> exposed(const ImageDescription& image, const Lattice<double>& lattice);
Lattice<double> exposed_lattice(const ImageDescription& image);

// The description of a plan's exposure. `experiment` is what the plan was made of.
ImageDescription describe(const Experiment& experiment, const plan::SamplingPlan& plan);

// The counts of an exposure, made some rows at a time: a whole image of them need not be kept.
class CountRows {
 public:
  // Makes the counts of rows first … first + rows − 1; the same whenever it is asked.
  using Make = std::function<Image<std::int32_t>(std::size_t first, std::size_t rows)>;
  CountRows(ImageShape shape, Make make) : shape_(shape), make_(std::move(make)) {}

  ImageShape shape() const { return shape_; }
  // Rows from `first` on, as many as take little memory; at least one.
  Image<std::int32_t> band(std::size_t first) const { return make_(first, rows_at(first)); }
  Image<std::int32_t> rows(std::size_t first, std::size_t count) const {
    return make_(first, count);
  }

 private:
  std::size_t rows_at(std::size_t first) const {
    constexpr std::size_t kBytes = std::size_t{1} << 22;
    const std::size_t row_bytes = std::max<std::size_t>(shape_.fast * sizeof(std::int32_t), 1);
    return std::clamp<std::size_t>(kBytes / row_bytes, 1, shape_.slow - first);
  }
  ImageShape shape_;
  Make make_;
};

// The pixels of an exposure, all panels in one array (model/panel_stack.hpp).
struct DetectorImage {
  const ImageDescription& description;
  ImageView<const float> photons;  // expected
  CountRows counts;                // counted or rounded; image::kNotMeasured where nothing is
};

}  // namespace nanobragg::io
