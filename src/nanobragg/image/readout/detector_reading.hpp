// All stages from expected photons to the readings of one image.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/image/readout/charge_sharing.hpp"
#include "nanobragg/image/readout/fixed_pattern.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/model/read_out.hpp"

namespace nanobragg::image::readout {

// The factor by which the beam of an image is brighter than its mean: normal about 1, at least 0.
double flicker_factor(double flicker, std::uint64_t image_seed);

// In this order: flicker, hot pixels, Poisson's distribution, dead time, charge sharing,
// calibration, gain and its switching, read-out noise, pedestal, saturation. What a pixel reads
// depends on its place, on the seed of the image and on the photons of itself and, where charge is
// shared, its neighbours: not on threads, nor on what is read together.
class DetectorReading {
 public:
  // `photons` are those expected in the stack of panels; both live as long as this. Pixel i, row by
  // row, draws its photons as number i of the stream `image_seed`, as count_photons() does. Throws
  // Error for more bad pixels than there are. `known` are the sensitivities of all pixels; null:
  // they are computed where they are needed.
  DetectorReading(const ReadOut& read_out, ImageView<const float> photons, const PanelStack& stack,
                  std::uint64_t image_seed, std::shared_ptr<const Sensitivities> known = nullptr);

  // Of rows from `first` on. kNotMeasured where a pixel is dead. Throws Error for NaN.
  Image<std::int32_t> read(std::size_t first, std::size_t rows, std::size_t threads) const;

 private:
  using Row = std::vector<double>;  // photons, pixel by pixel
  // Those that are counted in a row, and what of their charge goes to the row before it, to itself
  // and to the row behind it.
  Row counted_in(std::size_t slow) const;
  std::array<Row, 3> shared_from(std::size_t slow) const;
  // What is collected in rows from `first` on.
  std::vector<Row> collected(std::size_t first, std::size_t rows, std::size_t threads) const;
  std::size_t panel_of(std::size_t slow) const;
  // The readings of a row that has collected these.
  void read_row(std::size_t slow, const Row& photons, std::span<std::int32_t> to) const;

  ReadOut read_out_;
  ImageView<const float> photons_;
  std::vector<std::size_t> first_rows_;  // of the panels
  std::uint64_t seed_;
  double flicker_factor_;
  BadPixelList bad_;
  std::optional<ChargeSharing> sharing_;
  std::shared_ptr<const Sensitivities> known_;
};

}  // namespace nanobragg::image::readout
