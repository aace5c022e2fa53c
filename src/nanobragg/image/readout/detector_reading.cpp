// Runs the stages row by row.
#include "nanobragg/image/readout/detector_reading.hpp"

#include <algorithm>
#include <utility>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/image/readout/amplifier.hpp"
#include "nanobragg/image/readout/dead_time.hpp"
#include "nanobragg/random/poisson_at.hpp"

namespace nanobragg::image::readout {

double flicker_factor(double flicker, std::uint64_t image_seed) {
  if (flicker == 0.0) return 1.0;
  NumberedDeviates deviates(stage_seed(image_seed, Stage::flicker), 0);
  return std::max(0.0, 1.0 + flicker * draw_normal(deviates));
}

DetectorReading::DetectorReading(const ReadOut& read_out, ImageView<const float> photons,
                                 const PanelStack& stack, std::uint64_t image_seed,
                                 std::shared_ptr<const Sensitivities> known)
    : read_out_(read_out),
      photons_(photons),
      first_rows_(stack.first_row),
      seed_(image_seed),
      flicker_factor_(flicker_factor(read_out.flicker, image_seed)),
      bad_(choose_bad_pixels(read_out.bad, photons.shape().size())),
      known_(std::move(known)) {
  if (read_out.charge_sharing > 0.0) sharing_.emplace(read_out.charge_sharing);
}

DetectorReading::Row DetectorReading::counted_in(std::size_t slow) const {
  const std::size_t width = photons_.shape().fast;
  const std::size_t first = slow * width;
  Row photons(width);
  for (std::size_t fast = 0; fast < width; ++fast) {
    const PixelIndex pixel{slow, fast};
    photons[fast] = flicker_factor_ * checked_mean(photons_[pixel], pixel);
  }
  for (const std::size_t pixel : in_range(bad_.hot, first, width)) {
    photons[pixel - first] += hot_light(read_out_.bad, pixel);
  }
  const std::uint64_t dead_time_seed = stage_seed(seed_, Stage::dead_time);
  for (std::size_t fast = 0; fast < width; ++fast) {
    const double arrived = poisson_at(photons[fast], seed_, first + fast);
    photons[fast] = counted(arrived, read_out_.dead_time, {dead_time_seed, first + fast});
  }
  return photons;
}

std::array<DetectorReading::Row, 3> DetectorReading::shared_from(std::size_t slow) const {
  const std::size_t width = photons_.shape().fast;
  const std::uint64_t sharing_seed = stage_seed(seed_, Stage::charge_sharing);
  const Row photons = counted_in(slow);
  std::array<Row, 3> to{Row(width), Row(width), Row(width)};
  for (std::size_t fast = 0; fast < width; ++fast) {
    if (photons[fast] == 0.0) continue;
    const ChargeShares shares = sharing_->share(photons[fast], {sharing_seed, slow * width + fast});
    for (std::size_t row = 0; row < to.size(); ++row) {
      if (fast > 0) to[row][fast - 1] += shares[row][0];
      to[row][fast] += shares[row][1];
      if (fast + 1 < width) to[row][fast + 1] += shares[row][2];
    }
  }
  return to;
}

std::size_t DetectorReading::panel_of(std::size_t slow) const {
  const auto next = std::ranges::upper_bound(first_rows_, slow);
  return static_cast<std::size_t>(next - first_rows_.begin());
}

std::vector<DetectorReading::Row> DetectorReading::collected(std::size_t first, std::size_t rows,
                                                             std::size_t threads) const {
  std::vector<Row> out(rows);
  if (!sharing_) {
    parallel_for(rows, threads, [&](std::size_t row) { out[row] = counted_in(first + row); });
    return out;
  }
  // Rows beside those that are asked for share with them.
  const std::size_t from = first > 0 ? first - 1 : 0;
  const std::size_t end = std::min(first + rows + 1, photons_.shape().slow);
  std::vector<std::array<Row, 3>> shared(end - from);
  parallel_for(shared.size(), threads, [&](std::size_t i) { shared[i] = shared_from(from + i); });
  parallel_for(rows, threads, [&](std::size_t row) {
    const std::size_t slow = first + row;
    Row& sum = out[row];
    sum.resize(photons_.shape().fast);
    for (std::size_t source = slow > from ? slow - 1 : slow; source <= slow + 1; ++source) {
      if (source >= end || panel_of(source) != panel_of(slow)) continue;
      const Row& part = shared[source - from][slow + 1 - source];
      for (std::size_t fast = 0; fast < sum.size(); ++fast) sum[fast] += part[fast];
    }
  });
  return out;
}

void DetectorReading::read_row(std::size_t slow, const Row& photons,
                               std::span<std::int32_t> to) const {
  const std::uint64_t noise_seed = stage_seed(seed_, Stage::noise);
  const std::size_t before = slow * to.size();
  for (std::size_t fast = 0; fast < to.size(); ++fast) {
    const std::size_t pixel = before + fast;
    const double seen = photons[fast] * (known_ ? (*known_)[pixel]
                                                : calibration_factor(read_out_.calibration, pixel));
    to[fast] = static_cast<std::int32_t>(reading(seen, read_out_, {noise_seed, pixel}));
  }
  for (const std::size_t pixel : in_range(bad_.dead, before, to.size())) {
    to[pixel - before] = kNotMeasured;
  }
}

Image<std::int32_t> DetectorReading::read(std::size_t first, std::size_t rows,
                                          std::size_t threads) const {
  // Charge of so many rows is kept at a time.
  constexpr std::size_t kBlock = 64;
  Image<std::int32_t> readings({rows, photons_.shape().fast});
  for (std::size_t done = 0; done < rows; done += kBlock) {
    const std::size_t block = std::min(kBlock, rows - done);
    const std::vector<Row> photons = collected(first + done, block, threads);
    parallel_for(block, threads, [&](std::size_t i) {
      read_row(first + done + i, photons[i], readings.view().row(done + i));
    });
  }
  return readings;
}

}  // namespace nanobragg::image::readout
