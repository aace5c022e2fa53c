// Averages rings, and renders the same reflection at many angles.
#include "nanobragg/view/explanations.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/physics/scattering.hpp"

namespace nanobragg::view {
namespace {

constexpr std::size_t kRings = 160;
// A profile of so many pixels is as good as one of all.
constexpr std::size_t kEnoughPixels = 300'000;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// The first level of all panels that is coarse enough.
std::size_t level_for_profile(const std::vector<ImageShape>& shapes) {
  std::size_t pixels = 0;
  for (const ImageShape& shape : shapes) pixels += shape.size();
  std::size_t level = 0;
  while (pixels > kEnoughPixels) {
    pixels /= 4;
    ++level;
  }
  return level;
}

// The pixels of each ring.
class Rings {
 public:
  explicit Rings(const Experiment& experiment) : experiment_(experiment), pixels_(kRings) {
    for (std::size_t i = 0; i < experiment.detector.panels.size(); ++i) {
      const ImageShape shape = experiment.detector.panels[i]->shape;
      for (const auto& [fast, slow] : {std::pair{0.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}, {1.0, 1.0}}) {
        const double d = spacing_at(experiment, i, fast * static_cast<double>(shape.fast),
                                    slow * static_cast<double>(shape.slow))
                             .value();
        if (d > 0.0) farthest_ = std::max(farthest_, 1.0 / d);
      }
    }
  }

  void add(std::size_t panel, std::size_t level, const Level& values) {
    const double size = static_cast<double>(std::size_t{1} << level);
    for (std::size_t slow = 0; slow < values.shape().slow; ++slow) {
      for (std::size_t fast = 0; fast < values.shape().fast; ++fast) {
        if (values.kinds[{slow, fast}] != 0) continue;
        const double d = spacing_at(experiment_, panel, (static_cast<double>(fast) + 0.5) * size,
                                    (static_cast<double>(slow) + 0.5) * size)
                             .value();
        const auto ring = static_cast<std::size_t>(static_cast<double>(kRings) / (d * farthest_));
        if (ring < kRings) pixels_[ring].push_back(values.values[{slow, fast}]);
      }
    }
  }

  std::vector<double> middles() const {
    std::vector<double> out;
    for (std::size_t i = 0; i < kRings; ++i) {
      out.push_back((static_cast<double>(i) + 0.5) * farthest_ / static_cast<double>(kRings));
    }
    return out;
  }
  // Of the pixels up to a percentile of their ring.
  std::vector<double> means(double percentile) {
    std::vector<double> out;
    for (std::vector<float>& ring : pixels_) {
      std::ranges::sort(ring);
      const auto count =
          static_cast<std::size_t>(std::ceil(percentile * static_cast<double>(ring.size())));
      double sum = 0.0;
      for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(ring[i]);
      out.push_back(count > 0 ? sum / static_cast<double>(count) : kNaN);
    }
    return out;
  }

 private:
  const Experiment& experiment_;
  double farthest_ = 0.0;  // 1/d of the farthest corner
  std::vector<std::vector<float>> pixels_;
};

void add_image(const Experiment& experiment, const Picture& picture, const std::string& name,
               RadialProfile& profile) {
  Rings rings(experiment);
  const std::size_t wanted = level_for_profile(panel_shapes(experiment));
  for (std::size_t i = 0; i < picture.panels.size(); ++i) {
    const std::size_t level = std::min(wanted, picture.panels[i].size() - 1);
    rings.add(i, level, picture.panels[i][level]);
  }
  constexpr double kWithoutSpots = 0.97;
  profile.curves.push_back({name, rings.means(1.0)});
  profile.curves.push_back({name + ", without spots", rings.means(kWithoutSpots)});
}

// What one kind of matter scatters, alone.
void add_part(const Scene& whole, Experiment alone, const std::string& name,
              RadialProfile& profile) {
  alone.structure_factors = std::make_shared<const StructureFactors>(0.0);
  Scene scene = whole;
  scene.job.experiment = std::move(alone);
  Rings rings(scene.job.experiment);
  CoarsePart part;
  part.level = level_for_profile(panel_shapes(scene.job.experiment));
  const std::vector<Level> panels = rendered_coarsely(scene, part);
  for (std::size_t i = 0; i < panels.size(); ++i) rings.add(i, part.level, panels[i]);
  profile.curves.push_back({name, rings.means(1.0)});
}

}  // namespace

Angstrom spacing_at(const Experiment& experiment, std::size_t panel, double fast, double slow) {
  const PanelValues& p = *experiment.detector.panels[panel];
  const double pixel = p.pixel_size.value();
  const Vec3<double> position = p.corner_m + pixel * fast * p.fast + pixel * slow * p.slow;
  const double q = length(physics::scattering_vector(unit(position), experiment.beam->direction,
                                                     experiment.beam->wavelength.value()));
  return q > 0.0 ? to_angstrom(Metre(1.0 / q)) : Angstrom(std::numeric_limits<double>::infinity());
}

RadialProfile radial_profile(const Scene& scene, const Picture* measured, const Picture* computed) {
  const Experiment& experiment = scene.job.experiment;
  RadialProfile profile;
  profile.inverse_spacing_per_A = Rings(experiment).middles();
  const bool fits =
      measured != nullptr && measured->panels.size() == experiment.detector.panels.size();
  if (fits) add_image(experiment, *measured, "measured", profile);
  if (computed == nullptr) return profile;
  add_image(experiment, *computed, "computed", profile);
  for (std::size_t i = 0; i < experiment.slabs.size(); ++i) {
    Experiment alone = experiment;
    alone.slabs = {experiment.slabs[i]};
    alone.measured.clear();
    alone.water = Metre(0.0);
    add_part(scene, alone, experiment.slabs[i].material.name, profile);
  }
  for (const MeasuredBackground& background : experiment.measured) {
    Experiment alone = experiment;
    alone.slabs.clear();
    alone.measured = {background};
    alone.water = Metre(0.0);
    add_part(scene, alone, background.name, profile);
  }
  if (experiment.water.value() > 0.0) {
    Experiment alone = experiment;
    alone.slabs.clear();
    alone.measured.clear();
    add_part(scene, alone, "water (cube)", profile);
  }
  return profile;
}

namespace {

using kernel::analytic::PredictedReflection;

bool is_of(const PredictedReflection& reflection, const MillerIndex& index) {
  return reflection.index.h == index.h && reflection.index.k == index.k &&
         reflection.index.l == index.l;
}

// Of a still at an angle away from the middle of the exposure.
double photons_at(const Scene& scene, const MillerIndex& index, double angle_rad) {
  Scene still = scene;
  Spindle& spindle = still.job.experiment.spindle;
  const double middle = spindle.start.value() + spindle.oscillation.range.value_or(0.0) / 2.0;
  spindle.start = Radian(middle + angle_rad);
  spindle.oscillation = {};
  double photons = 0.0;
  for (const PredictedReflection& found : predictions(still)) {
    if (is_of(found, index)) photons += found.photons;
  }
  return photons;
}

RockingCurve curve_between(const Scene& scene, const MillerIndex& index, double first_deg,
                           double last_deg, int points) {
  RockingCurve curve;
  for (int i = 0; i < points; ++i) {
    const double angle = first_deg + (last_deg - first_deg) * i / (points - 1);
    curve.angle_deg.push_back(angle);
    curve.photons.push_back(photons_at(scene, index, angle / constants::kDegreesPerRadian));
  }
  return curve;
}

// The pixels around a place, to which the search is confined.
RegionOfInterest around(const kernel::analytic::PlaceOnPanel& place, ImageShape stack) {
  constexpr double kReach = 60.0;
  const auto index = [](double at, std::size_t count) {
    return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(count - 1)));
  };
  return {{index(place.slow - kReach, stack.slow), index(place.fast - kReach, stack.fast)},
          {index(place.slow + kReach, stack.slow), index(place.fast + kReach, stack.fast)}};
}

}  // namespace

RockingCurve rocking_curve(const Scene& scene, const MillerIndex& index) {
  constexpr double kWidest = 4.0;  // degrees to each side
  constexpr int kCoarse = 41, kFine = 41;
  constexpr double kEnd = 1e-3;  // of the highest
  const std::vector<PredictedReflection> seen = predictions(scene);
  const auto found = std::ranges::find_if(
      seen, [&](const PredictedReflection& reflection) { return is_of(reflection, index); });
  if (found == seen.end()) return {};
  Scene part = scene;
  const std::vector<ImageShape> shapes = panel_shapes(scene.job.experiment);
  if (shapes.size() == 1) {
    part.job.experiment.sampling.region = around(found->place, shapes.front());
  }
  const RockingCurve coarse = curve_between(part, index, -kWidest, kWidest, kCoarse);
  const double highest = *std::ranges::max_element(coarse.photons);
  double first = -kWidest, last = kWidest;
  for (std::size_t i = 1; i < coarse.photons.size(); ++i) {
    if (coarse.photons[i] > kEnd * highest) break;
    first = coarse.angle_deg[i - 1];
  }
  for (std::size_t i = coarse.photons.size() - 1; i-- > 0;) {
    if (coarse.photons[i] > kEnd * highest) break;
    last = coarse.angle_deg[i + 1];
  }
  // Narrower than the coarse steps: around the middle.
  if (!(last > first)) return curve_between(part, index, -kWidest / 16, kWidest / 16, kFine);
  return curve_between(part, index, first, last, kFine);
}

}  // namespace nanobragg::view
