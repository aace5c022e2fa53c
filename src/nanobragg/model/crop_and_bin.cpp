// Cuts panels, and what an experiment holds for each pixel.
#include "nanobragg/model/crop_and_bin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/model/limits.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg {
namespace {

PixelBox box_of(const CropAndBin& part, ImageShape whole) {
  return part.crop.value_or(PixelBox{{0, 0}, whole});
}

ImageShape binned(ImageShape shape, std::size_t bin) {
  return {shape.slow / bin, shape.fast / bin};
}

void check_crop(const PixelBox& crop, const Detector& detector) {
  if (detector.panels.size() > 1) {
    throw UsageError(fmt::format("a crop of a detector of {} panels (it is one of a single panel)",
                                 detector.panels.size()),
                     "", "-roi renders a part of a stack of panels");
  }
  const ImageShape panel = detector.panels.front()->shape;
  const auto& [first, shape] = crop;
  const auto lies_within = [](std::size_t from, std::size_t count, std::size_t all) {
    return count > 0 && from < all && count <= all - from;
  };
  if (lies_within(first.slow, shape.slow, panel.slow) &&
      lies_within(first.fast, shape.fast, panel.fast)) {
    return;
  }
  throw UsageError(
      fmt::format("a crop of {} × {} pixels from pixel {}, {} on, which does not lie "
                  "within the panel of {} × {} (slow × fast)",
                  shape.slow, shape.fast, first.slow, first.fast, panel.slow, panel.fast));
}

// The pixels that a panel has left of its own.
ImageShape part_of(const CropAndBin& part, const Panel& panel) {
  return part.crop ? part.crop->shape : panel->shape;
}

Panel cut(const Panel& panel, const CropAndBin& part) {
  PanelValues values = *panel;
  const double pixel = values.pixel_size.value();
  const auto& [first, shape] = box_of(part, values.shape);
  values.corner_m = values.corner_m + (pixel * static_cast<double>(first.fast)) * values.fast +
                    (pixel * static_cast<double>(first.slow)) * values.slow;
  values.shape = binned(shape, part.bin);
  values.pixel_size = static_cast<double>(part.bin) * values.pixel_size;
  return Panel(values);
}

// The placement of a panel whose first pixel is another one.
DetectorPlacement<double> cut(DetectorPlacement<double> placement, PixelIndex first,
                              double pixel_size_m) {
  const double fast = pixel_size_m * static_cast<double>(first.fast);
  const double slow = pixel_size_m * static_cast<double>(first.slow);
  if (placement.corner) {
    const PlacedDetector<double> placed = place(placement);
    placement.corner = *placement.corner + fast * placed.fast + slow * placed.slow;
  }
  placement.close_f -= fast;
  placement.close_s -= slow;
  placement.beam_f -= fast;
  placement.beam_s -= slow;
  return placement;
}

Detector cut(Detector detector, const CropAndBin& part) {
  if (part.crop && motion_of(detector, 0) != PanelMotion<double>{}) {
    detector.motions.clear();
    detector.placement.reset();
  }
  if (part.crop && detector.placement) {
    detector.placement =
        cut(*detector.placement, part.crop->first, detector.panels.front()->pixel_size.value());
  }
  for (Panel& panel : detector.panels) panel = cut(panel, part);
  return detector;
}

// Calls use(pixel of the part, pixel of the whole) for every pixel of the whole that is in one.
template <class Use>
void for_each_part(const CropAndBin& part, ImageShape whole, const Use& use) {
  const PixelBox box = box_of(part, whole);
  const ImageShape left = binned(box.shape, part.bin);
  for (std::size_t slow = 0; slow < left.slow * part.bin; ++slow) {
    for (std::size_t fast = 0; fast < left.fast * part.bin; ++fast) {
      use(PixelIndex{slow / part.bin, fast / part.bin},
          PixelIndex{box.first.slow + slow, box.first.fast + fast});
    }
  }
}

// Which pixels are rendered; null: all.
std::shared_ptr<const Image<std::uint16_t>> cut_mask(const Sampling& sampling,
                                                     const CropAndBin& part, ImageShape whole) {
  if (!sampling.region && !sampling.mask) return nullptr;
  auto mask = std::make_shared<Image<std::uint16_t>>(shape_after(part, whole));
  std::ranges::fill(mask->pixels(), std::uint16_t{1});
  bool any = false;
  for_each_part(part, whole, [&](PixelIndex to, PixelIndex from) {
    const bool is_in = !sampling.region || sampling.region->contains(from);
    if (is_in && (!sampling.mask || (*sampling.mask)[from] != 0)) return;
    (*mask)[to] = 0;
    any = true;
  });
  return any ? mask : nullptr;
}

MeasuredBackground cut(MeasuredBackground background, const CropAndBin& part, ImageShape whole) {
  if (background.image) {
    auto image = std::make_shared<Image<double>>(shape_after(part, whole));
    for_each_part(part, whole, [&](PixelIndex to, PixelIndex from) {
      (*image)[to] += (*background.image)[from];
    });
    background.image = std::move(image);
  } else if (part.bin > 1) {
    auto profile = std::make_shared<RadialPhotons>(*background.profile);
    for (double& photons : profile->photons) photons *= static_cast<double>(part.bin * part.bin);
    background.profile = std::move(profile);
  }
  return background;
}

int times(int subpixels, std::size_t bin) {
  const auto most = static_cast<std::size_t>(limits::kMostSubpixels);
  return static_cast<int>(std::min(static_cast<std::size_t>(subpixels) * bin, most));
}

}  // namespace

void check(const CropAndBin& part, const Detector& detector) {
  if (part.crop) check_crop(*part.crop, detector);
  for (const Panel& panel : detector.panels) {
    const auto [slow, fast] = part_of(part, panel);
    if (slow < part.bin || fast < part.bin) {
      throw UsageError(fmt::format("sums of {} × {} pixels of an image of {} × {} (slow × fast)",
                                   part.bin, part.bin, slow, fast));
    }
  }
  if (detector.panels.size() > 1) {
    for (const Panel& panel : detector.panels) {
      if (panel->shape.slow % part.bin == 0) continue;
      throw UsageError(
          fmt::format("sums of {} × {} pixels of several panels, one of which has {} rows",
                      part.bin, part.bin, panel->shape.slow),
          "", "the rows of every panel have to be a multiple");
    }
  }
}

void check_divides(const CropAndBin& part, const Detector& detector) {
  for (const Panel& panel : detector.panels) {
    const auto [slow, fast] = part_of(part, panel);
    if (slow % part.bin == 0 && fast % part.bin == 0) continue;
    throw UsageError(
        fmt::format("sums of {} × {} pixels do not divide an image of {} × {} (slow × fast)",
                    part.bin, part.bin, slow, fast),
        "",
        fmt::format("crop it to {} × {}", slow / part.bin * part.bin, fast / part.bin * part.bin));
  }
}

ImageShape shape_after(const CropAndBin& part, ImageShape stack) {
  return binned(box_of(part, stack).shape, part.bin);
}

Experiment cropped_and_binned(const Experiment& experiment, const CropAndBin& part) {
  if (part.changes_nothing()) return experiment;
  const ImageShape whole = stack_of(experiment.detector.panels).shape;
  Experiment out = experiment;
  out.detector = cut(experiment.detector, part);
  out.sampling.mask = cut_mask(experiment.sampling, part, whole);
  out.sampling.region.reset();
  out.sampling.oversample = times(experiment.sampling.oversample, part.bin);
  out.sampling.background_oversample = times(experiment.sampling.background_oversample, part.bin);
  for (MeasuredBackground& background : out.measured) {
    background = cut(std::move(background), part, whole);
  }
  return out;
}

std::optional<RegionOfInterest> region_of(const CropAndBin& part, const Experiment& experiment,
                                          std::size_t margin) {
  const std::optional<RegionOfInterest>& own = experiment.sampling.region;
  if (!part.crop) return own;
  const auto& [first, shape] = *part.crop;
  const ImageShape whole = stack_of(experiment.detector.panels).shape;
  const RegionOfInterest all =
      own.value_or(RegionOfInterest{{0, 0}, {whole.slow - 1, whole.fast - 1}});
  const auto from = [&](std::size_t at, std::size_t least) {
    return std::max(at - std::min(at, margin), least);
  };
  const auto to = [&](std::size_t end, std::size_t most) {
    return std::min(end - 1 + margin, most);
  };
  const RegionOfInterest region{
      {from(first.slow, all.first.slow), from(first.fast, all.first.fast)},
      {to(first.slow + shape.slow, all.last.slow), to(first.fast + shape.fast, all.last.fast)}};
  if (region.first.slow > region.last.slow || region.first.fast > region.last.fast) {
    throw UsageError("a crop that shows nothing of the region of interest", "", "see -roi");
  }
  return region;
}

}  // namespace nanobragg
