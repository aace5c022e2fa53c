// Finds reflections row by row of reciprocal space, and the cones of directions that they excite.
#include "nanobragg/kernel/sparse/reflection_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/factors.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"
#include "nanobragg/plan/panel_bounds.hpp"

namespace nanobragg::kernel::sparse {
namespace {

// Half the smallest positive float: what is less rounds to nothing.
const double kInvisible = std::ldexp(1.0, -150);

// Widens bounds by far more than their rounding, and by far less than would cost time.
constexpr double kMargin = 1e-7;

struct Interval {
  double low, high;
};

// The whole numbers of an interval; its ends fit in an int. (std::floor would be a call.)
struct Whole {
  int first, last;
};
Whole whole_numbers(const Interval& interval) {
  const auto floor = [](double x) {
    const int cut = static_cast<int>(x);
    return static_cast<double>(cut) > x ? cut - 1 : cut;
  };
  return {-floor(-interval.low), floor(interval.high)};
}

// By what the smallest cell of a domain is smaller than the mean: its spots are wider by as much.
double largest_shrinking(const plan::CrystalSamples& crystal) {
  double largest = 1.0;
  if (crystal.continuous.cell_deviation == 0.0) return largest;
  const double mean = 1e-10 * length(crystal.lattice.direct.a);
  for (const Axes<double>& lattice : crystal.lattices) {
    largest = std::fmax(largest, mean / length(lattice.a));
  }
  return largest;
}

}  // namespace

// Rows of reciprocal lattice points that run along `inner`, the axis with the most of them; all by
// axis: h, k, l.
struct ReflectionSearch::Rows {
  Rows(const plan::Ray<double>& light, const Axes<double>& reciprocal, const MillerBox& box,
       double q, double spot_radius_per_m)
      : source(light),
        axes{reciprocal.a, reciprocal.b, reciprocal.c},
        low{box.min.h, box.min.k, box.min.l},
        high{box.max.h, box.max.k, box.max.l},
        radius(1.0 / light.wavelength_m),
        spot_radius(spot_radius_per_m * (1.0 + kMargin) + kMargin * 1e-3 * radius),
        largest_q(q * (1.0 + kMargin) + spot_radius),
        inner(longest_axis(box)),
        step_squared(dot(axes[inner], axes[inner])) {}

  static std::size_t longest_axis(const MillerBox& box) {
    const std::array sizes{box.max.h - box.min.h, box.max.k - box.min.k, box.max.l - box.min.l};
    return static_cast<std::size_t>(std::max_element(sizes.begin(), sizes.end()) - sizes.begin());
  }

  const plan::Ray<double>& source;
  std::array<Vec3<double>, 3> axes;  // m⁻¹
  std::array<int, 3> low, high;
  double radius;  // of the Ewald sphere, m⁻¹
  double spot_radius, largest_q;
  std::size_t inner;
  double step_squared;
};

std::string ReflectionSearch::why_not(const plan::DetectorSamples& detector,
                                      const plan::CrystalSamples& crystal) {
  if (detector.curvature != Curvature::flat) return "it finds spots on flat panels alone";
  if (crystal.interpolation != Interpolation::nearest) {
    return "it starts from whole reflections, and F is interpolated between them";
  }
  return "";
}

ReflectionSearch::ReflectionSearch(const plan::PanelPlan& plan)
    : plan_(plan),
      panel_(plan.panel),
      size_(physics::lattice_size(plan.crystal)),
      shrinking_(largest_shrinking(plan.crystal)) {
  const std::string why = why_not(plan.detector, plan.crystal);
  if (!why.empty()) {
    throw UsageError(fmt::format("the sparse kernel for this run ({})", why), "-kernel",
                     "leave out -kernel");
  }
  // The panel's normal is what somebody gave for it.
  const Vec3<double>& fast = panel_.fast;
  const Vec3<double>& slow = panel_.slow;
  const Vec3<double> across = unit(cross(fast, slow));
  away_ = dot(panel_.corner_m, across) < 0.0 ? -across : across;
  dual_fast_ = cross(slow, away_) / dot(fast, cross(slow, away_));
  dual_slow_ = cross(away_, fast) / dot(slow, cross(away_, fast));
  sensor_m_ = plan.detector.deepest_m();
  // Solid angle is largest nearest to the sample; polarisation and capture are at most 1, and the
  // weights of the sources have mean 1: the sum over steps cannot exceed its largest step.
  const double front = dot(panel_.corner_m, away_);
  const double back = front + sensor_m_ * dot(panel_.normal, away_);
  const double nearest = back > 0.0 ? std::fmin(front, back) : front;
  const bool is_point = plan.detector.pixel_model == PixelModel::point;
  const double size = is_point ? 1.0 : panel_.pixel_size.value();
  const double obliquity = is_point ? 1.0 : std::abs(panel_.close_distance.value()) / nearest;
  photons_ = physics::photons_of_sum(plan.beam.fluence, plan.crystal.continuous.blocks, 1.0) *
             (size / nearest) * (size / nearest) * obliquity * largest_displacement_factor();
  const StructureFactors& f = *plan.crystal.structure_factors;
  double largest = std::abs(f.default_amplitude());
  for (const double amplitude : f.table()) largest = std::fmax(largest, std::abs(amplitude));
  largest_spot_radius_ = spot_radius_per_m(largest);
}

double ReflectionSearch::amplitude(MillerIndex index) const {
  return plan_.crystal.structure_factors->at(index);
}

double ReflectionSearch::spot_radius_per_m(double amplitude) const {
  const double left_out = std::fmax(plan_.sampling.cull, kInvisible);
  if (amplitude == 0.0 || photons_ == 0.0) return 0.0;
  const double smallest = std::sqrt(left_out / photons_) / std::abs(amplitude);
  return 1e10 * shrinking_ * physics::spot_radius(plan_.crystal.shape, smallest, size_);
}

double ReflectionSearch::largest_scattering_vector(const plan::Ray<double>& source) const {
  const double largest = plan::largest_scattering_vector(plan_, plan_.region, source);
  const double limit = plan_.sampling.resolution_limit.value();
  return limit > 0.0 ? std::fmin(largest, 1.0 / limit) : largest;
}

// Above 1 where B is negative: the corners' then. Finite, so that no light times it is none.
double ReflectionSearch::largest_displacement_factor() const {
  double largest = 1.0;
  for (const plan::Ray<double>& source : plan_.beam.sources) {
    const Vec3<double> q{largest_scattering_vector(source), 0.0, 0.0};
    largest = std::fmax(largest, physics::displacement_factor(plan_.crystal.b_factor, q));
  }
  return std::fmin(largest, std::numeric_limits<double>::max());
}

// With an amplitude of zero outside the table, its box is a bound as well.
MillerBox ReflectionSearch::bounds(const Axes<double>& lattice, double largest_q) const {
  MillerBox out = plan::reachable_box(lattice, largest_q);
  const StructureFactors& f = *plan_.crystal.structure_factors;
  if (f.has_table() && f.default_amplitude() == 0.0) {
    const auto& [min, max] = f.box();
    out.min = {std::max(out.min.h, min.h), std::max(out.min.k, min.k), std::max(out.min.l, min.l)};
    out.max = {std::min(out.max.h, max.h), std::min(out.max.k, max.k), std::min(out.max.l, max.l)};
  }
  return out;
}

double ReflectionSearch::rows() const {
  double largest_q = 0.0;
  for (const plan::Ray<double>& source : plan_.beam.sources) {
    largest_q = std::fmax(largest_q, largest_scattering_vector(source));
  }
  return rows_within(plan_.crystal.lattices.front(), largest_q);
}

double ReflectionSearch::rows_within(const Axes<double>& lattice, double largest_q) const {
  const auto [low, high] = bounds(lattice, largest_q);
  const auto size = [](int least, int most) { return std::fmax(0.0, most - least + 1.0); };
  std::array sizes{size(low.h, high.h), size(low.k, high.k), size(low.l, high.l)};
  std::sort(sizes.begin(), sizes.end());
  return sizes[0] * sizes[1];
}

std::vector<Patch> ReflectionSearch::patches(const plan::Ray<double>& source,
                                             const Axes<double>& lattice) const {
  if (auto found = patches(source, lattice, kMostPoints)) return *std::move(found);
  const double rows = rows_within(lattice, largest_scattering_vector(source));
  throw Error(
      fmt::format("the sparse kernel would look through more than {:g} points of reciprocal "
                  "space, in {:.3g} rows, for each pair of source and orientation",
                  kMostPoints, rows),
      "-kernel", "leave out -kernel, or give a -dmin, a larger crystal or a -cull");
}

std::optional<std::vector<Patch>> ReflectionSearch::patches(const plan::Ray<double>& source,
                                                            const Axes<double>& lattice,
                                                            double most_points) const {
  std::vector<Patch> found;
  if (largest_spot_radius_ == 0.0) return found;
  const double largest_q = largest_scattering_vector(source);
  double points = rows_within(lattice, largest_q);
  if (!(points <= most_points)) return std::nullopt;
  const Rows rows(source, reciprocal_of(lattice), bounds(lattice, largest_q), largest_q,
                  largest_spot_radius_);
  const std::size_t first = (rows.inner + 1) % 3;
  const std::size_t second = (rows.inner + 2) % 3;
  std::array<int, 3> index{};
  for (index[first] = rows.low[first]; index[first] <= rows.high[first]; ++index[first]) {
    for (index[second] = rows.low[second]; index[second] <= rows.high[second]; ++index[second]) {
      points += search(rows, index, most_points - points, found);
      if (points > most_points) return std::nullopt;
    }
  }
  return found;
}

// Points g + l·s of a row whose distance from the Ewald sphere's centre is within the spot radius
// of its radius: two intervals around where the row enters and leaves the sphere. From the root of
// |g + l·s|² = r²: l = −g·s/s² ± √((g·s)² − s²(g² − r²))/s².
double ReflectionSearch::search(const Rows& rows, std::array<int, 3> index, double most_points,
                                std::vector<Patch>& found) const {
  const Vec3<double>& step = rows.axes[rows.inner];
  index[rows.inner] = 0;
  const Vec3<double> start = static_cast<double>(index[0]) * rows.axes[0] +
                             static_cast<double>(index[1]) * rows.axes[1] +
                             static_cast<double>(index[2]) * rows.axes[2];
  const Vec3<double> from_centre = start + rows.radius * rows.source.incident;
  const double along = dot(from_centre, step);
  const double square = dot(from_centre, from_centre);
  const auto discriminant = [&](double radius) {
    return along * along - rows.step_squared * (square - radius * radius);
  };
  const double outside = discriminant(rows.radius + rows.spot_radius);
  if (outside < 0.0) return 0.0;
  const double inside =
      rows.radius > rows.spot_radius ? discriminant(rows.radius - rows.spot_radius) : -1.0;
  const double scale = 1.0 / rows.step_squared;
  const double middle = -along * scale;
  const double outer = std::sqrt(outside) * scale + kMargin;
  const double inner = inside > 0.0 ? std::sqrt(inside) * scale - kMargin : -1.0;
  const double least = rows.low[rows.inner];
  const double most = rows.high[rows.inner];
  double points = 0.0;
  const auto add_between = [&](double low, double high) {
    if (high < least || low > most) return;
    const auto [first, last] = whole_numbers({std::max(low, least), std::min(high, most)});
    points += std::fmax(0.0, 1.0 + last - first);
    if (points > most_points) return;
    for (index[rows.inner] = first; index[rows.inner] <= last; ++index[rows.inner]) {
      const Vec3<double> point = start + static_cast<double>(index[rows.inner]) * step;
      if (dot(point, point) > rows.largest_q * rows.largest_q) continue;
      add(rows.source, {index[0], index[1], index[2]}, point, found);
    }
  };
  if (inner <= 0.0) {
    add_between(middle - outer, middle + outer);
  } else {
    add_between(middle - outer, middle - inner);
    add_between(middle + inner, middle + outer);
  }
  return points;
}

// Directions d with |d − v| ≤ λ·spot radius for v = λg + i: a cone about v, with
// 2|v| cos α = 1 + |v|² − (λ·spot radius)².
void ReflectionSearch::add(const plan::Ray<double>& source, MillerIndex index,
                           const Vec3<double>& point, std::vector<Patch>& found) const {
  const double f = amplitude(index);
  const double spot_radius = spot_radius_per_m(f);
  if (spot_radius == 0.0) return;
  const double wavelength = source.wavelength_m;
  const Vec3<double> centre = wavelength * point + source.incident;
  const double distance = length(centre);
  const double radius = wavelength * spot_radius * (1.0 + kMargin) + kMargin * 1e-3;
  const double cosine =
      distance > 0.0 ? (1.0 + distance * distance - radius * radius) / (2.0 * distance) : -1.0;
  if (cosine > 1.0) return;
  if (auto patch = cone_on_panel(unit(centre), cosine)) {
    patch->reflection = index;
    patch->amplitude_squared = f * f;
    patch->centre = centre;
    patch->radius_squared = radius * radius;
    found.push_back(*patch);
  }
}

// A ray at angle α from the cone's axis meets the plane at distance D from the sample no farther
// than D sin α/(cos ϑ cos(ϑ + α)) from where the axis does, which is ϑ from the normal.
std::optional<Patch> ReflectionSearch::cone_on_panel(const Vec3<double>& axis,
                                                     double cosine) const {
  const RegionOfInterest& region = plan_.region;
  const Patch whole{{}, 0.0, {}, 0.0, region.first, region.last};
  if (cosine <= 0.0) return whole;
  const double sine = std::sqrt((1.0 - cosine) * (1.0 + cosine));
  const double cos_tilt = dot(axis, away_);
  const double sin_tilt = std::sqrt(std::fmax(0.0, 1.0 - cos_tilt * cos_tilt));
  if (cos_tilt <= 0.0 && cos_tilt * cosine + sin_tilt * sine <= 0.0) return std::nullopt;
  const double farthest_cosine = cos_tilt * cosine - sin_tilt * sine;
  if (cos_tilt <= 0.0 || farthest_cosine < 1e-3) return whole;

  const double pixel = panel_.pixel_size.value();
  const double front = dot(panel_.corner_m, away_);
  Interval fast{1e300, -1e300};
  Interval slow = fast;
  for (const double depth : {0.0, sensor_m_}) {
    const double plane = front + depth * dot(panel_.normal, away_);
    if (plane <= 0.0) return whole;
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
               {},
               0.0,
               {first(slow.low, region.first.slow), first(fast.low, region.first.fast)},
               {last(slow.high, region.last.slow), last(fast.high, region.last.fast)}};
}

}  // namespace nanobragg::kernel::sparse
