// Adds up the pixels of a part.
#include "nanobragg/commands/series/written_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/image/photon_counts.hpp"

namespace nanobragg::commands {
namespace {

// How many pixels a sum has, and the largest number that it can be.
double pixels_in_sum(const CropAndBin& part) { return static_cast<double>(part.bin * part.bin); }

double largest_sum(const WrittenPart& part, double saturation) {
  return std::min(pixels_in_sum(part.pixels) * saturation, io::largest_of(part.type));
}

PixelIndex first_of(const CropAndBin& part) { return part.crop ? part.crop->first : PixelIndex{}; }

// The pixels of the whole that are in one of the part.
template <class T, class Add>
void for_each_in_sum(ImageView<const T> whole, PixelIndex first, std::size_t bin, const Add& add) {
  for (std::size_t slow = 0; slow < bin; ++slow) {
    for (const T value : whole.row(first.slow + slow).subspan(first.fast, bin)) add(value);
  }
}

Image<float> sums_of(ImageView<const float> whole, const CropAndBin& part) {
  Image<float> out(shape_after(part, whole.shape()));
  const auto [slow, fast] = first_of(part);
  for (std::size_t i = 0; i < out.shape().slow; ++i) {
    for (std::size_t j = 0; j < out.shape().fast; ++j) {
      double sum = 0.0;
      for_each_in_sum(whole, {slow + i * part.bin, fast + j * part.bin}, part.bin,
                      [&](float photons) { sum += static_cast<double>(photons); });
      out[{i, j}] = static_cast<float>(sum);
    }
  }
  return out;
}

}  // namespace

void check(const WrittenPart& part, const Detector& detector, io::PixelValues values) {
  check(part.pixels, detector);
  const bool is_whole = part.type == io::PixelType::uint8 || part.type == io::PixelType::uint16;
  if (!is_whole || values == io::PixelValues::counts) return;
  throw UsageError(fmt::format("{} of expected photons, which are fractions", name_of(part.type)),
                   "", "leave out -nonoise to have counts, or take float32");
}

io::ImageDescription description_of(const WrittenPart& part, io::ImageDescription whole) {
  io::ImageDescription about = std::move(whole);
  about.experiment = cropped_and_binned(about.experiment, part.pixels);
  about.type = part.type;
  const bool is_cut = io::largest_of(part.type) < kLargestReading;
  if (is_cut && !about.readings) about.readings.emplace();
  if (!about.readings) return about;
  about.readings->pedestal *= pixels_in_sum(part.pixels);
  about.readings->saturation = largest_sum(part, about.readings->saturation);
  return about;
}

PartOfExposure::PartOfExposure(const io::DetectorImage& whole, const WrittenPart& part,
                               double saturation)
    : whole_(whole), part_(part), saturation_(saturation) {
  if (!part.pixels.changes_nothing()) photons_ = sums_of(whole.photons, part.pixels);
}

Image<std::int32_t> PartOfExposure::counts(std::size_t first, std::size_t rows) const {
  const auto& [pixels, type] = part_;
  const auto [slow, fast] = first_of(pixels);
  const Image<std::int32_t> whole =
      whole_.counts.rows(slow + first * pixels.bin, rows * pixels.bin);
  const double largest = largest_sum(part_, saturation_);
  Image<std::int32_t> out({rows, shape_after(pixels, whole_.counts.shape()).fast});
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < out.shape().fast; ++j) {
      double sum = 0.0;
      bool is_measured = true;
      bool is_saturated = false;
      for_each_in_sum(whole.view(), {i * pixels.bin, fast + j * pixels.bin}, pixels.bin,
                      [&](std::int32_t count) {
                        is_measured = is_measured && count != image::kNotMeasured;
                        is_saturated = is_saturated || static_cast<double>(count) >= saturation_;
                        sum += static_cast<double>(count);
                      });
      const double read = is_saturated ? largest : std::min(sum, largest);
      out[{i, j}] = is_measured ? static_cast<std::int32_t>(read) : image::kNotMeasured;
    }
  }
  return out;
}

io::DetectorImage PartOfExposure::image() const {
  const bool is_all = part_.pixels.changes_nothing();
  const io::CountRows counts(
      shape_after(part_.pixels, whole_.counts.shape()),
      [this](std::size_t first, std::size_t rows) { return this->counts(first, rows); });
  const bool is_as_read = is_all && io::largest_of(part_.type) >= kLargestReading;
  return {whole_.description, is_all ? whole_.photons : photons_.view(),
          is_as_read ? whole_.counts : counts};
}

}  // namespace nanobragg::commands
