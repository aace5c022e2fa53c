// Judges numbers, and chooses a reader by a file's first bytes.
#include "nanobragg/io/images/observed_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/plain_images.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

class SingleExposure : public ImageFile {
 public:
  explicit SingleExposure(ObservedImage image) : image_(std::move(image)) {}
  std::size_t exposures() const override { return 1; }
  ObservedImage read(std::size_t exposure) const override {
    check_exposure(exposure, 1, "");
    return image_;
  }

 private:
  const ObservedImage image_;
};

std::unique_ptr<ImageFile> open_raw_floats(const fs::path& path, std::optional<ImageShape> shape) {
  if (!shape) {
    throw UsageError(
        fmt::format("the shape of '{}' is not known (raw floats do not say it)", path.string()));
  }
  const Image<float> floats = read_raw_float(path, *shape);
  return single_exposure(observed_image(
      kRawFloats, Image<double>(*shape, {floats.pixels().begin(), floats.pixels().end()}), {}));
}

}  // namespace

std::string_view words_of(Validity validity) {
  constexpr std::array<std::string_view, kValidities> kWords{
      "valid",    "not measured", "overloaded", "below the smallest reading that the file allows",
      "negative", "not numbers"};
  return kWords[static_cast<std::size_t>(validity)];
}

Validity validity_of(double value, const ValidityRules& rules) {
  if (std::ranges::find(rules.reserved, value) != rules.reserved.end()) {
    return Validity::not_measured;
  }
  if (!std::isfinite(value)) return Validity::not_finite;
  if (rules.overloaded_from && value >= *rules.overloaded_from) return Validity::overloaded;
  if (value < 0.0) return Validity::negative;
  if (rules.least && value < *rules.least) return Validity::underloaded;
  return Validity::valid;
}

ValidityCounts counts_of(ImageView<const Validity> validity) {
  ValidityCounts out{};
  for (const Validity v : validity.pixels()) ++out[static_cast<std::size_t>(v)];
  return out;
}

ObservedImage observed_image(std::string_view format, Image<double> values,
                             const ValidityRules& rules) {
  ObservedImage out{format, std::move(values), {}, {}, {}};
  out.validity = Image<Validity>(out.values.shape());
  std::ranges::transform(out.values.pixels(), out.validity.pixels().begin(),
                         [&](double value) { return validity_of(value, rules); });
  return out;
}

std::string invalid_pixels(const ValidityCounts& counts) {
  std::string text;
  std::size_t all = 0;
  for (std::size_t i = 1; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    all += counts[i];
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[i],
                        words_of(static_cast<Validity>(i)));
  }
  if (all == 0) return {};
  return fmt::format("{} {} ({})", all, all == 1 ? "pixel does not count" : "pixels do not count",
                     text);
}

std::unique_ptr<ImageFile> single_exposure(ObservedImage image) {
  return std::make_unique<SingleExposure>(std::move(image));
}

void check_exposure(std::size_t exposure, std::size_t exposures, const std::string& name) {
  if (exposure < exposures) return;
  throw Error(fmt::format("no exposure {} (the file has {})", exposure + 1, exposures), name);
}

std::unique_ptr<ImageFile> open_image(const fs::path& path, std::optional<ImageShape> shape,
                                      ExternalFiles external) {
  const ImageFormat* const named = find_format(path);
  if (named != nullptr && named->name == kRawFloats) return open_raw_floats(path, shape);
  const ImageFormat* const format = format_by_content(path);
  if (format != nullptr && format->open != nullptr) return format->open(path, external);
  if (format != nullptr) {
    throw UsageError(
        fmt::format("cannot read '{}' (this build has no {})", path.string(), format->name), "",
        fmt::format("build with the package {}", format->missing));
  }
  if (is_pgm_file(path)) return open_pgm_images(path);
  // A file is read as the format of its name, so that the message is about that format.
  if (named != nullptr && named->open != nullptr) return named->open(path, external);
  if (named != nullptr) {
    throw Error(fmt::format("no image ({})", named->name), path.string());
  }
  return open_raw_floats(path, shape);
}

}  // namespace nanobragg::io
