// Scales readings.
#include "nanobragg/commands/observed/observed_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/plain_images.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::commands {
namespace {

using io::Validity;

bool is_smv(const io::ObservedImage& image) { return image.format == "SMV"; }

void check_image(const io::ObservedImage& image, ImageShape shape, const std::string& name) {
  if (image.format == io::kPgm) {
    throw Error("a picture (the grey levels of a PGM file are not photons)", name,
                "give the image that it was made of");
  }
  const ImageShape own = image.shape();
  if (own == shape) return;
  throw Error(fmt::format("observed image of {} x {} pixels (the detector has {} x {})", own.fast,
                          own.slow, shape.fast, shape.slow),
              name, "-geometry or -detpixels says how many the detector has");
}

}  // namespace

io::ObservedImage stacked(io::ObservedImage image, std::span<const Panel> panels,
                          std::span<const std::array<std::size_t, 2>> corners) {
  if (corners.size() != panels.size()) return image;
  ImageShape needed{0, 0};
  for (std::size_t i = 0; i < panels.size(); ++i) {
    needed.fast = std::max(needed.fast, corners[i][0] + panels[i]->shape.fast);
    needed.slow = std::max(needed.slow, corners[i][1] + panels[i]->shape.slow);
  }
  if (image.shape() != needed) return image;
  const PanelStack stack = stack_of(panels);
  io::ObservedImage out = std::move(image);
  const Image<double> values = std::exchange(out.values, Image<double>(stack.shape));
  const Image<Validity> validity = std::exchange(out.validity, Image<Validity>(stack.shape));
  std::ranges::fill(out.validity.pixels(), Validity::not_measured);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const auto [first_fast, first_slow] = corners[i];
    for (std::size_t slow = 0; slow < panels[i]->shape.slow; ++slow) {
      for (std::size_t fast = 0; fast < panels[i]->shape.fast; ++fast) {
        const PixelIndex to{stack.first_row[i] + slow, fast};
        const PixelIndex from{first_slow + slow, first_fast + fast};
        out.values[to] = values[from];
        out.validity[to] = validity[from];
      }
    }
  }
  return out;
}

void trust(io::ObservedImage& image, const TrustedRanges& ranges, const PanelStack& stack) {
  if (image.shape() != stack.shape) return;  // which is reported elsewhere
  for (std::size_t panel = 0; panel < std::min(ranges.size(), stack.first_row.size()); ++panel) {
    if (!ranges[panel]) continue;
    const auto [least, most] = *ranges[panel];
    const std::size_t end =
        panel + 1 < stack.first_row.size() ? stack.first_row[panel + 1] : stack.shape.slow;
    for (std::size_t slow = stack.first_row[panel]; slow < end; ++slow) {
      for (std::size_t fast = 0; fast < stack.shape.fast; ++fast) {
        const double reading = image.values[{slow, fast}];
        Validity& validity = image.validity[{slow, fast}];
        if (validity != Validity::valid) continue;
        if (reading > most) validity = Validity::overloaded;
        if (reading < least) validity = Validity::underloaded;
      }
    }
  }
}

Photons photons_of(io::ObservedImage image, ImageShape shape, const CountScale& scale,
                   const std::string& name, const std::function<void(const std::string&)>& tell) {
  check_image(image, shape, name);
  const double usual = is_smv(image) ? scale.usual_offset : 0.0;
  // Raw floats are photons.
  const bool is_raw = image.format == io::kRawFloats;
  const ReadOut read_out = is_raw ? ReadOut{} : scale.read_out.value_or(ReadOut{});
  const double offset =
      scale.offset.value_or(image.pedestal.value_or(read_out.pedestal.value_or(usual)));
  const double gain = scale.gain.value_or(image.gain.value_or(read_out.gain));
  if (!scale.gain && image.gain && gain != 1.0) {
    tell(
        fmt::format("{}: the file says {:g} readings a photon, which is taken (--gain says "
                    "otherwise)",
                    name, gain));
  }
  Photons out{std::move(image.values), {}};
  for (std::size_t i = 0; i < out.image.pixels().size(); ++i) {
    double& pixel = out.image.pixels()[i];
    Validity& validity = image.validity.pixels()[i];
    if (is_smv(image) && offset > 0.0 && pixel == 0.0) validity = Validity::not_measured;
    pixel = validity == Validity::valid ? (pixel - offset) / gain
                                        : std::numeric_limits<double>::quiet_NaN();
  }
  out.pixels = io::counts_of(std::as_const(image.validity).view());
  if (out.pixels[static_cast<std::size_t>(Validity::valid)] == 0) {
    throw Error(
        fmt::format("no pixel of the image can be used ({})", io::invalid_pixels(out.pixels)),
        name);
  }
  double photons = 0.0;
  for (const double pixel : out.image.pixels()) photons += std::isfinite(pixel) ? pixel : 0.0;
  if (!(photons > 0.0)) {
    tell(
        fmt::format("{}: there are no photons in it (its pixels sum to {:g}): is the reading of "
                    "none another than {:g} (--offset)?",
                    name, photons, offset));
  }
  return out;
}

}  // namespace nanobragg::commands
