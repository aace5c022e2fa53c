// Gives each pixel to the nearest of the spots that may have it.
#include "nanobragg/refine/shots/spot_boxes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/kernel/adjoint/differentiable_chunks.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/refine/background.hpp"

namespace nanobragg::refine {
namespace {

// The pixels within so many half widths, and so many pixels more; unset off the panel.
std::optional<RegionOfInterest> region_of(const SpotPlace& spot, double margin, ImageShape shape) {
  const auto range = [&](double middle, double half,
                         std::size_t size) -> std::optional<std::array<std::size_t, 2>> {
    const double first = std::max(std::floor(middle - half - margin), 0.0);
    const double last =
        std::min(std::floor(middle + half + margin), static_cast<double>(size) - 1.0);
    if (!(first <= last)) return std::nullopt;
    return std::array{static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
  };
  const auto fast = range(spot.fast, spot.fast_half, shape.fast);
  const auto slow = range(spot.slow, spot.slow_half, shape.slow);
  if (!fast || !slow) return std::nullopt;
  return RegionOfInterest{{(*slow)[0], (*fast)[0]}, {(*slow)[1], (*fast)[1]}};
}

template <class F>
void for_each_pixel(const RegionOfInterest& region, const F& f) {
  for (std::size_t slow = region.first.slow; slow <= region.last.slow; ++slow) {
    for (std::size_t fast = region.first.fast; fast <= region.last.fast; ++fast) {
      f(PixelIndex{slow, fast});
    }
  }
}

// Of one panel: the spot that a pixel is nearest to, boxes first, then neighbours.
class Owners {
 public:
  explicit Owners(ImageShape shape) : nearest_(shape), owner_(shape) {
    std::ranges::fill(nearest_.pixels(), std::numeric_limits<double>::infinity());
  }
  // Those within its half widths.
  void claim(const SpotPlace& spot, std::size_t number) {
    const auto region = region_of(spot, 0.0, nearest_.shape());
    if (!region) return;
    for_each_pixel(*region, [&](PixelIndex pixel) {
      const double d = distance_squared(spot, pixel);
      if (d > 1.0 || d >= nearest_[pixel]) return;
      nearest_[pixel] = d;
      owner_[pixel] = number;
    });
  }
  // Nobody's, or its own.
  bool may_have(std::size_t number, PixelIndex pixel) const {
    return !std::isfinite(nearest_[pixel]) || owner_[pixel] == number;
  }

 private:
  Image<double> nearest_;
  Image<std::size_t> owner_;
};

// Adds a pixel to those of a box, the last of `to`; `first`: it begins the box.
enum class InBox { first, further };
void add_pixel(PixelIndex pixel, double observed, InBox place, BoxedPixels& to) {
  auto& runs = to.panels.back().runs;
  const bool goes_on = place == InBox::further && runs.back().first.slow == pixel.slow &&
                       runs.back().first.fast + runs.back().count == pixel.fast;
  if (goes_on) {
    ++runs.back().count;
  } else {
    runs.push_back({pixel, 1});
  }
  to.places.push_back(pixel);
  to.observed.push_back(observed);
  to.basis.push_back(background_basis(to.boxes.back().region, pixel));
}

// One panel of the observed stack; NaN, too, where nothing is rendered.
struct PanelImage {
  std::size_t panel;
  Image<double> observed;
};

PanelImage panel_image(const plan::PanelPlan& plan, std::size_t panel, std::size_t first_row,
                       ObservedPhotons stack) {
  PanelImage out{panel, Image<double>(plan.panel.shape)};
  std::ranges::fill(out.observed.pixels(), std::numeric_limits<double>::quiet_NaN());
  for (const kernel::PixelRun& run : kernel::runs_of(plan)) {
    const auto from = stack.row(first_row + run.first.slow).subspan(run.first.fast, run.count);
    std::ranges::copy(from, &out.observed[run.first]);
  }
  return out;
}

class BoxMaker {
 public:
  BoxMaker(const BoxRequest& request, PanelImage panel)
      : request_(request),
        panel_(std::move(panel)),
        owners_(panel_.observed.shape()),
        taken_(panel_.observed.shape()) {
    std::size_t number = 0;
    for (const auto& list : {request.spots, request.neighbours}) {
      for (const SpotPlace& spot : list) {
        if (spot.panel == panel_.panel) owners_.claim(spot, number);
        ++number;
      }
    }
  }

  void add(std::size_t number, ChosenBoxes& to) {
    const SpotPlace& spot = request_.spots[number];
    const ImageShape shape = panel_.observed.shape();
    const auto region = region_of(spot, static_cast<double>(request_.margin), shape);
    const bool is_on = spot.fast >= 0.0 && spot.slow >= 0.0 &&
                       spot.fast < static_cast<double>(shape.fast) &&
                       spot.slow < static_cast<double>(shape.slow);
    if (!is_on || !region) {
      ++to.left_out.off_panel;
      return;
    }
    if (!is_measured(spot)) {
      ++to.left_out.unmeasured;
      return;
    }
    add_pixels(number, *region, to);
  }

 private:
  bool counts(PixelIndex pixel) const { return !std::isnan(panel_.observed[pixel]); }
  bool is_measured(const SpotPlace& spot) const {
    std::size_t holding = 0, counting = 0;
    for_each_pixel(*region_of(spot, 0.0, panel_.observed.shape()), [&](PixelIndex pixel) {
      if (!holds(spot, pixel)) return;
      ++holding;
      counting += counts(pixel) ? 1 : 0;
    });
    return 5 * counting >= 4 * holding;
  }
  void add_pixels(std::size_t number, const RegionOfInterest& region, ChosenBoxes& to) {
    std::vector<PixelIndex> pixels;
    std::size_t holding = 0;
    const SpotPlace& spot = request_.spots[number];
    for_each_pixel(region, [&](PixelIndex pixel) {
      if (!counts(pixel) || taken_[pixel] || !owners_.may_have(number, pixel)) return;
      pixels.push_back(pixel);
      holding += holds(spot, pixel) ? 1 : 0;
    });
    // A plane and a spot have four numbers.
    constexpr std::size_t kLeastAround = 12, kLeastHolding = 4;
    if (holding < kLeastHolding || pixels.size() < holding + kLeastAround) {
      ++to.left_out.overlapped;
      return;
    }
    to.pixels.boxes.push_back({spot, region, to.pixels.size(), pixels.size()});
    for (const PixelIndex pixel : pixels) {
      add_pixel(pixel, panel_.observed[pixel],
                pixel == pixels.front() ? InBox::first : InBox::further, to.pixels);
      taken_[pixel] = 1;
    }
  }

  const BoxRequest& request_;
  PanelImage panel_;
  Owners owners_;
  Image<std::uint8_t> taken_;
};

}  // namespace

double distance_squared(const SpotPlace& spot, PixelIndex pixel) {
  const double u = (static_cast<double>(pixel.fast) + 0.5 - spot.fast) / spot.fast_half;
  const double v = (static_cast<double>(pixel.slow) + 0.5 - spot.slow) / spot.slow_half;
  return u * u + v * v;
}

ChosenBoxes boxes_around(const BoxRequest& request, const Experiment& experiment,
                         ObservedPhotons observed) {
  const plan::SamplingPlan plan = plan::make_plan(experiment, compat::QuirkSet::physical());
  const PanelStack stack = stack_of(plan.detector.panels);
  ChosenBoxes out;
  for (std::size_t panel = 0; panel < stack.first_row.size(); ++panel) {
    std::vector<std::size_t> own;
    for (std::size_t i = 0; i < request.spots.size(); ++i) {
      if (request.spots[i].panel == panel) own.push_back(i);
    }
    if (own.empty()) continue;
    const auto part = plan::panel_plan(plan, panel);
    if (!part) {
      out.left_out.off_panel += own.size();
      continue;
    }
    out.pixels.panels.push_back({panel, {}, out.pixels.size()});
    BoxMaker maker(request, panel_image(*part, panel, stack.first_row[panel], observed));
    for (const std::size_t i : own) maker.add(i, out);
    if (out.pixels.panels.back().runs.empty()) out.pixels.panels.pop_back();
  }
  return out;
}

BoxedPixels with_boxes(const BoxedPixels& all, std::span<const std::size_t> numbers) {
  BoxedPixels out;
  for (const std::size_t number : numbers) {
    const SpotBox& box = all.boxes[number];
    if (out.panels.empty() || out.panels.back().panel != box.spot.panel) {
      out.panels.push_back({box.spot.panel, {}, out.size()});
    }
    out.boxes.push_back({box.spot, box.region, out.size(), box.count});
    for (std::size_t j = box.first; j < box.first + box.count; ++j) {
      add_pixel(all.places[j], all.observed[j], j == box.first ? InBox::first : InBox::further,
                out);
    }
  }
  return out;
}

}  // namespace nanobragg::refine
