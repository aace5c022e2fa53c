// Paints boxes, pixel by pixel, in the colours of previews and difference maps.
#include "nanobragg/commands/refine/shots/box_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "nanobragg/io/images/png.hpp"
#include "nanobragg/report/html_figure.hpp"
#include "nanobragg/report/pictures.hpp"
#include "nanobragg/report/preview.hpp"

namespace nanobragg::commands {
namespace {

constexpr double kReach = 5.0;  // standard deviations at full colour

// Of pixels that do not count: neither palette has it.
constexpr std::array<std::uint8_t, 3> kLeftOut{158, 171, 184};

// NaN where no pixel of the box is.
Image<float> picture(const refine::BoxedPixels& pixels, const refine::SpotBox& box,
                     std::span<const double> values) {
  const auto& [first, last] = box.region;
  Image<float> out({last.slow - first.slow + 1, last.fast - first.fast + 1});
  std::ranges::fill(out.pixels(), std::numeric_limits<float>::quiet_NaN());
  for (std::size_t j = 0; j < box.count; ++j) {
    const PixelIndex at = pixels.places[box.first + j];
    out[{at.slow - first.slow, at.fast - first.fast}] = static_cast<float>(values[j]);
  }
  return out;
}

std::string png(const report::Preview& preview) {
  const auto bytes = io::encode_png(preview.index.view(), preview.palette);
  return {bytes.begin(), bytes.end()};
}

// From the first to the last of the colours but one, in equal steps.
std::string painted(const Image<float>& image, double least, double most) {
  report::Preview out{Image<std::uint8_t>(image.shape()), report::diffraction_palette()};
  out.palette[0] = kLeftOut;
  const double range = most > least ? most - least : 1.0;
  for (std::size_t i = 0; i < image.pixels().size(); ++i) {
    const double value = image.pixels()[i];
    if (std::isnan(value)) continue;
    const double height = std::clamp((value - least) / range, 0.0, 1.0);
    out.index.pixels()[i] = static_cast<std::uint8_t>(1.0 + std::round(254.0 * height));
  }
  return png(out);
}

std::string painted_residuals(const Image<float>& image) {
  report::Preview out = report::difference_map(image.view(), kReach);
  // One of the two whites, which no value has.
  constexpr std::uint8_t kUnused = 127;
  out.palette[kUnused] = kLeftOut;
  for (std::size_t i = 0; i < image.pixels().size(); ++i) {
    if (std::isnan(image.pixels()[i])) out.index.pixels()[i] = kUnused;
  }
  return png(out);
}

std::string figures_of(const RefinedShot& shot, const refine::SpotBox& box,
                       std::span<const double> deviations) {
  const refine::BoxedPixels& pixels = shot.shot->data.pixels;
  const auto observed = std::span(pixels.observed).subspan(box.first, box.count);
  std::vector<double> expected;
  for (std::size_t j = box.first; j < box.first + box.count; ++j) {
    expected.push_back(shot.result->model_after.expected(j));
  }
  const auto [least, most] = std::ranges::minmax(observed);
  const auto [least_expected, most_expected] = std::ranges::minmax(expected);
  const double low = std::min(least, least_expected), high = std::max(most, most_expected);
  const auto photons = [&](const char* title, std::span<const double> values) {
    return report::figure({title, painted(picture(pixels, box, values), low, high),
                           report::colour_scale(report::diffraction_palette()),
                           fmt::format("{:.3g}", low), fmt::format("{:.3g} photons", high), ""});
  };
  return photons("Measured", observed) + photons("Model", expected) +
         report::figure(
             {"Residual",
              painted_residuals(picture(pixels, box, deviations.subspan(box.first, box.count))),
              report::colour_scale(report::difference_palette()), fmt::format("−{:g}", kReach),
              fmt::format("+{:g} σ", kReach), ""});
}

}  // namespace

std::vector<ShownBox> boxes_to_show(const RefinedShot& shot) {
  const auto& spots = shot.result->after.spots;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < spots.size(); ++i) {
    if (spots[i].photons > 0.0) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return spots[i].correlation; });
  if (order.empty()) return {};
  std::vector<ShownBox> out{{"The worst box", order.front()}};
  if (order.size() > 2) out.push_back({"The median box", order[order.size() / 2]});
  if (order.size() > 1) out.push_back({"The best box", order.back()});
  return out;
}

std::string box_figures(const RefinedShot& shot, const std::vector<double>& deviations) {
  std::string text;
  for (const ShownBox& shown : boxes_to_show(shot)) {
    const refine::SpotBox& box = shot.shot->data.pixels.boxes[shown.box];
    const refine::SpotFit& fit = shot.result->after.spots[shown.box];
    const MillerIndex& i = box.spot.index;
    text += fmt::format(
        "<p><b>{}</b>: {} {} {} on panel {} at {:.0f}, {:.0f} (fast, slow): correlation {:.3f}, "
        "χ² {:.3g} a pixel, {:.4g} photons over {:.3g} a pixel</p>\n<div "
        "class=\"box\">\n{}</div>\n",
        shown.title, i.h, i.k, i.l, box.spot.panel, box.spot.fast, box.spot.slow, fit.correlation,
        fit.chi_squared, fit.photons, fit.background, figures_of(shot, box, deviations));
  }
  return text;
}

std::string_view box_style() {
  return R"css(
h3 { font-size: 1rem; margin: 2rem 0 .4rem; font-weight: 650; }
.box { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .75rem;
  max-width: 44rem; margin: .4rem 0 1.5rem; }
.box figure h3 { font-size: .88rem; }
.box img { aspect-ratio: 1; object-fit: contain; background: var(--panel); }
td.names { min-width: 18rem; }
.long { max-height: 30rem; overflow: auto; }
)css";
}

}  // namespace nanobragg::commands
