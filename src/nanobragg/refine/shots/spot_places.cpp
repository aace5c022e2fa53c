// The geometry of single spots, and differences of it.
#include "nanobragg/refine/shots/spot_places.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/sample_statistics.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/reciprocal_point.hpp"
#include "nanobragg/plan/stepped_range.hpp"

namespace nanobragg::refine {
namespace {

// A direction in which a reflection is seen, and the turn that takes it there.
struct Sight {
  Vec3<double> direction;
  double turn_rad;
};

// In the plane of the beam and the point g: |k·i + g′| = k for g′ with −g²/2k along the beam i.
std::optional<Sight> sight_of(const Vec3<double>& g, const Vec3<double>& beam, double wavenumber) {
  const double along = dot(g, beam);
  const Vec3<double> beside = g - along * beam;
  const double across = length(beside);
  const double squared = dot(g, g);
  const double wanted = -squared / (2.0 * wavenumber);
  const double left = squared - wanted * wanted;
  if (!(left > 0.0) || !(across > 0.0)) return std::nullopt;
  const Vec3<double> turned = wanted * beam + (std::sqrt(left) / across) * beside;
  return Sight{unit(wavenumber * beam + turned),
               std::atan2(wanted, std::sqrt(left)) - std::atan2(along, across)};
}

// A place on a panel's plane, in pixels; unset where the ray goes along it or away from it.
struct OnPanel {
  double fast, slow;
};
std::optional<OnPanel> on_panel(const Vec3<double>& direction, const PanelValues& panel) {
  const Vec3<double> normal = cross(panel.fast, panel.slow);
  const double forward = dot(direction, normal);
  const double distance = dot(panel.corner_m, normal) / forward;
  if (!(distance > 0.0) || !std::isfinite(distance)) return std::nullopt;
  const Vec3<double> point = distance * direction - panel.corner_m;
  const double pixel = panel.pixel_size.value();
  // Axes that are not quite at right angles.
  const double mixed = dot(panel.fast, panel.slow);
  const double along_fast = dot(point, panel.fast), along_slow = dot(point, panel.slow);
  const double divisor = pixel * (1.0 - mixed * mixed);
  return OnPanel{(along_fast - mixed * along_slow) / divisor,
                 (along_slow - mixed * along_fast) / divisor};
}

}  // namespace

std::vector<std::optional<PlaceError>> place_errors(std::span<const SpotBox> boxes,
                                                    const Experiment& experiment) {
  const Spindle& spindle = experiment.spindle;
  const double phi = spindle.start.value() + 0.5 * plan::phi_steps(spindle.oscillation).range;
  const Axes<double> reciprocal =
      transform(lattice_of(*experiment.crystal).reciprocal,
                [&](const auto& v) { return rotate_about(v, spindle.axis, phi); });
  const double wavenumber = 1e-10 / experiment.beam->wavelength.value();
  std::vector<std::optional<PlaceError>> out;
  for (const SpotBox& box : boxes) {
    auto& error = out.emplace_back();
    const SpotPlace& spot = box.spot;
    const auto sight =
        sight_of(reciprocal_point(spot.index, reciprocal), experiment.beam->direction, wavenumber);
    if (!sight) continue;
    const auto place = on_panel(sight->direction, *experiment.detector.panels[spot.panel]);
    if (!place) continue;
    error = PlaceError{place->fast - spot.fast, place->slow - spot.slow, sight->turn_rad};
  }
  return out;
}

double median_distance(std::span<const std::optional<PlaceError>> errors) {
  std::vector<double> distances;
  for (const auto& error : errors) {
    if (error) distances.push_back(std::hypot(error->fast, error->slow));
  }
  return distances.empty() ? 0.0 : median(std::move(distances));
}

UsualError usual_error(std::span<const std::optional<PlaceError>> errors) {
  // Of distances in a plane that are normally distributed along both axes, and of one number.
  constexpr double kOfDistances = 1.17741, kOfNumbers = 0.67449;
  constexpr double kLeastPlace = 1.0 / 3.0, kLeastTurn = 0.02 / constants::kDegreesPerRadian;
  std::vector<double> turns;
  for (const auto& error : errors) {
    if (error) turns.push_back(std::abs(error->turn_rad));
  }
  if (turns.empty()) return {kLeastPlace, kLeastTurn};
  return {std::max(median_distance(errors) / kOfDistances, kLeastPlace),
          std::max(median(std::move(turns)) / kOfNumbers, kLeastTurn)};
}

PlaceLoss::PlaceLoss(std::span<const SpotBox> boxes, const Experiment& start,
                     FreeParameters parameters, std::vector<CoordinateRestraint> restraints)
    : boxes_(boxes),
      start_(start),
      parameters_(std::move(parameters)),
      bounds_(bounds_of(parameters_)),
      restraints_(std::move(restraints)),
      usual_(usual_error(place_errors(boxes, start))) {}

std::vector<double> PlaceLoss::deviations_at(std::span<const double> x) const {
  const auto errors = place_errors(boxes_, plan::with_values(start_, parameters_.values_at(x)));
  std::vector<double> out;
  for (const auto& error : errors) {
    const PlaceError e = error.value_or(PlaceError{});
    out.insert(out.end(),
               {e.fast / usual_.place_px, e.slow / usual_.place_px, e.turn_rad / usual_.turn_rad});
  }
  return out;
}

std::optional<Evaluation> PlaceLoss::evaluate(std::span<const double> x, Wanted wanted) const {
  // Of a usual step: of what is nearly straight the error is that of rounding.
  constexpr double kStep = 1e-3;
  constexpr Robust kRobust{2.0};
  try {
    const std::vector<double> deviations = deviations_at(x);
    Evaluation out;
    for (const double deviation : deviations) {
      out.loss += kRobust.loss(deviation);
      out.chi_squared += std::min(deviation * deviation, kRobust.limit * kRobust.limit);
    }
    out.gradient.resize(size());
    out.normal.resize(size() * size());
    std::vector<std::vector<double>> slopes;
    std::vector<double> moved(x.begin(), x.end());
    for (std::size_t i = 0; i < size() && wanted != Wanted::loss; ++i) {
      const double step = kStep * usual_step()[i];
      moved[i] = x[i] + step;
      std::vector<double> slope = deviations_at(moved);
      moved[i] = x[i] - step;
      const std::vector<double> back = deviations_at(moved);
      moved[i] = x[i];
      for (std::size_t j = 0; j < slope.size(); ++j) slope[j] = (slope[j] - back[j]) / (2.0 * step);
      slopes.push_back(std::move(slope));
    }
    for (std::size_t i = 0; i < slopes.size(); ++i) {
      for (std::size_t j = 0; j < deviations.size(); ++j) {
        const double weighted = kRobust.weight(deviations[j]) * slopes[i][j];
        out.gradient[i] += weighted * deviations[j];
        for (std::size_t k = 0; k < slopes.size(); ++k) {
          out.normal[i * size() + k] += weighted * slopes[k][j];
        }
      }
    }
    add_restraints(restraints_, parameters_, x, out);
    if (!std::isfinite(out.loss)) return std::nullopt;
    return out;
  } catch (const UsageError&) {
    throw;
  } catch (const Error&) {
    // No crystal has this cell, for example.
    return std::nullopt;
  }
}

}  // namespace nanobragg::refine
