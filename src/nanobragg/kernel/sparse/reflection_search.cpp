// Finds reflections row by row of reciprocal space, and the cones of directions that they excite.
#include "nanobragg/kernel/sparse/reflection_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/kernel/reach.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"

namespace nanobragg::kernel::sparse {
namespace {

// Half the smallest positive float: what is less rounds to nothing.
const double kInvisible = std::ldexp(1.0, -150);

// Widens bounds by far more than their rounding, and by far less than would cost time.
constexpr double kMargin = 1e-7;

Axes<double> reciprocal_of(const Axes<double>& direct) {
  const auto& [a, b, c] = direct;
  const double volume = dot(a, cross(b, c));
  return {cross(b, c) / volume, cross(c, a) / volume, cross(a, b) / volume};
}

int to_index(double x) { return static_cast<int>(std::clamp(x, -2e9, 2e9)); }

struct Interval {
  double low, high;
};

// Where A·l² + 2B·l + C ≤ 0.
std::optional<Interval> below_zero(double a, double b, double c) {
  const double discriminant = b * b - a * c;
  if (discriminant < 0.0) return std::nullopt;
  const double root = std::sqrt(discriminant);
  return Interval{(-b - root) / a, (-b + root) / a};
}

}  // namespace

struct ReflectionSearch::Row {
  const plan::SourceSample& source;
  const Axes<double>& reciprocal;
  const MillerBox& bounds;
  double largest_q;
  int h, k;
};

ReflectionSearch::ReflectionSearch(const plan::SamplingPlan& plan, std::size_t panel)
    : plan_(plan),
      panel_index_(panel),
      panel_(plan.detector.panels[panel]),
      size_{plan.crystal.cells, plan.crystal.fudge, plan.crystal.lattice.reciprocal} {
  const auto& [fast, slow, normal] = std::array{panel_.fast, panel_.slow, panel_.normal};
  dual_fast_ = cross(slow, normal) / dot(fast, cross(slow, normal));
  dual_slow_ = cross(normal, fast) / dot(slow, cross(normal, fast));
  sensor_m_ = plan.detector.layers.step * (plan.detector.layers.count - 1);
  // Solid angle is largest nearest to the sample; polarisation and capture are at most 1, and the
  // weights of the sources have mean 1: the sum over steps cannot exceed its largest step.
  const double close = panel_.close_distance.value();
  const double size =
      plan.detector.pixel_model == PixelModel::point ? 1.0 : panel_.pixel_size.value();
  photons_ = constants::kClassicalElectronRadiusSquared * plan.beam.fluence * (size / close) *
             (size / close);
  const StructureFactors& f = *plan.crystal.structure_factors;
  double largest = std::abs(f.default_amplitude());
  for (const double amplitude : f.table()) largest = std::fmax(largest, std::abs(amplitude));
  largest_reach_ = reach_per_m(largest);
}

double ReflectionSearch::amplitude(MillerIndex index) const {
  return plan_.crystal.structure_factors->at(index);
}

double ReflectionSearch::reach_per_m(double amplitude) const {
  const double left_out = std::fmax(plan_.sampling.cull, kInvisible);
  if (amplitude == 0.0 || photons_ == 0.0) return 0.0;
  const double smallest = std::sqrt(left_out / photons_) / std::abs(amplitude);
  return 1e10 * physics::lattice_reach(plan_.crystal.shape, smallest, size_);
}

double ReflectionSearch::largest_scattering_vector(const plan::SourceSample& source) const {
  const double largest = kernel::largest_scattering_vector(plan_, panel_index_, source);
  const double limit = plan_.sampling.resolution_limit.value();
  return limit > 0.0 ? std::fmin(largest, 1.0 / limit) : largest;
}

// With an amplitude of zero outside the table, its box is a bound as well.
MillerBox ReflectionSearch::bounds(const Axes<double>& lattice, double largest_q) const {
  MillerBox out = reachable_box(lattice, largest_q);
  const StructureFactors& f = *plan_.crystal.structure_factors;
  if (f.has_table() && f.default_amplitude() == 0.0) {
    const auto& [min, max] = f.box();
    out.min = {std::max(out.min.h, min.h), std::max(out.min.k, min.k), std::max(out.min.l, min.l)};
    out.max = {std::min(out.max.h, max.h), std::min(out.max.k, max.k), std::min(out.max.l, max.l)};
  }
  return out;
}

double ReflectionSearch::rows() const {
  const plan::SourceSample& source = plan_.beam.sources.front();
  const auto [low, high] =
      bounds(plan_.crystal.lattices.front(), largest_scattering_vector(source));
  return std::fmax(0.0, (high.h - low.h + 1.0) * (high.k - low.k + 1.0));
}

std::vector<Patch> ReflectionSearch::patches(const plan::SourceSample& source,
                                             const Axes<double>& lattice) const {
  std::vector<Patch> found;
  if (largest_reach_ == 0.0) return found;
  const Axes<double> reciprocal = reciprocal_of(lattice);
  const double largest_q = largest_scattering_vector(source);
  const MillerBox within = bounds(lattice, largest_q);
  for (int h = within.min.h; h <= within.max.h; ++h) {
    for (int k = within.min.k; k <= within.max.k; ++k) {
      search({source, reciprocal, within, largest_q, h, k}, found);
    }
  }
  return found;
}

// Along l: within the reach of the Ewald sphere and of the sphere of the largest q.
void ReflectionSearch::search(const Row& row, std::vector<Patch>& found) const {
  const Vec3<double> start =
      static_cast<double>(row.h) * row.reciprocal.a + static_cast<double>(row.k) * row.reciprocal.b;
  const Vec3<double> step = row.reciprocal.c;
  const double radius = 1.0 / row.source.wavelength_m;
  const double reach = largest_reach_ * (1.0 + kMargin) + kMargin * 1e-3 * radius;
  const auto inside_sphere = [&](const Vec3<double>& from, double r) {
    return below_zero(dot(step, step), dot(from, step), dot(from, from) - r * r);
  };
  const Vec3<double> from_centre = start + radius * row.source.incident;
  const auto outer = inside_sphere(from_centre, radius + reach);
  const auto resolved = inside_sphere(start, row.largest_q * (1.0 + kMargin) + reach);
  if (!outer || !resolved) return;
  const int first = std::max(row.bounds.min.l,
                             to_index(std::ceil(std::fmax(outer->low, resolved->low) - kMargin)));
  const int last = std::min(row.bounds.max.l,
                            to_index(std::floor(std::fmin(outer->high, resolved->high) + kMargin)));
  int gap_first = last + 1;
  int gap_last = last;
  if (radius > reach) {
    if (const auto inner = inside_sphere(from_centre, radius - reach)) {
      gap_first = to_index(std::floor(inner->low + kMargin)) + 1;
      gap_last = to_index(std::ceil(inner->high - kMargin)) - 1;
    }
  }
  for (int l = first; l <= last; ++l) {
    if (l >= gap_first && l <= gap_last) l = gap_last + 1;
    if (l <= last) add(row, {row.h, row.k, l}, found);
  }
}

// Directions d with |d − v| ≤ λ·reach for v = λg + i: a cone about v, with
// 2|v| cos α = 1 + |v|² − (λ·reach)².
void ReflectionSearch::add(const Row& row, MillerIndex index, std::vector<Patch>& found) const {
  const double f = amplitude(index);
  const double reach = reach_per_m(f);
  if (reach == 0.0) return;
  const double wavelength = row.source.wavelength_m;
  const Axes<double>& r = row.reciprocal;
  const Vec3<double> g = static_cast<double>(index.h) * r.a + static_cast<double>(index.k) * r.b +
                         static_cast<double>(index.l) * r.c;
  const Vec3<double> centre = wavelength * g + row.source.incident;
  const double distance = length(centre);
  const double radius = wavelength * reach * (1.0 + kMargin) + kMargin * 1e-3;
  const double cosine =
      distance > 0.0 ? (1.0 + distance * distance - radius * radius) / (2.0 * distance) : -1.0;
  if (cosine > 1.0) return;
  if (auto patch = cone_on_panel(unit(centre), cosine)) {
    patch->reflection = index;
    patch->amplitude_squared = f * f;
    found.push_back(*patch);
  }
}

// A ray at angle α from the cone's axis meets the plane at distance D from the sample no farther
// than D sin α/(cos ϑ cos(ϑ + α)) from where the axis does, which is ϑ from the normal.
std::optional<Patch> ReflectionSearch::cone_on_panel(const Vec3<double>& axis,
                                                     double cosine) const {
  const RegionOfInterest& region = plan_.detector.region;
  const Patch whole{{}, 0.0, region.first, region.last};
  if (cosine <= 0.0) return whole;
  const double sine = std::sqrt((1.0 - cosine) * (1.0 + cosine));
  const double cos_tilt = dot(axis, panel_.normal);
  const double sin_tilt = std::sqrt(std::fmax(0.0, 1.0 - cos_tilt * cos_tilt));
  if (cos_tilt <= 0.0 && cos_tilt * cosine + sin_tilt * sine <= 0.0) return std::nullopt;
  const double farthest_cosine = cos_tilt * cosine - sin_tilt * sine;
  if (cos_tilt <= 0.0 || farthest_cosine < 1e-3) return whole;

  const double pixel = panel_.pixel_size.value();
  const double front = dot(panel_.corner_m, panel_.normal);
  Interval fast{1e300, -1e300};
  Interval slow = fast;
  for (const double depth : {0.0, sensor_m_}) {
    const double plane = front + depth;
    const Vec3<double> on_panel = plane / cos_tilt * axis - depth * panel_.normal - panel_.corner_m;
    const double radius = plane * sine / (cos_tilt * farthest_cosine);
    const auto widen = [&](Interval& interval, const Vec3<double>& dual) {
      const double x = dot(dual, on_panel) / pixel;
      const double r = radius * length(dual) / pixel + kMargin;
      interval = {std::fmin(interval.low, x - r), std::fmax(interval.high, x + r)};
    };
    widen(fast, dual_fast_);
    widen(slow, dual_slow_);
  }
  const auto first = [](double low, std::size_t least) {
    return low <= static_cast<double>(least) ? least : static_cast<std::size_t>(low);
  };
  const auto is_off = [](const Interval& i, std::size_t least, std::size_t most) {
    return i.high < static_cast<double>(least) || i.low >= static_cast<double>(most) + 1.0;
  };
  const auto last = [](double high, std::size_t most) {
    return high >= static_cast<double>(most) ? most : static_cast<std::size_t>(high);
  };
  if (is_off(fast, region.first.fast, region.last.fast) ||
      is_off(slow, region.first.slow, region.last.slow)) {
    return std::nullopt;
  }
  return Patch{{},
               0.0,
               {first(slow.low, region.first.slow), first(fast.low, region.first.fast)},
               {last(slow.high, region.last.slow), last(fast.high, region.last.fast)}};
}

}  // namespace nanobragg::kernel::sparse
