// Goes through reciprocal space row by row, keeps the reflections that the beam excites, and finds
// where they fall on the panel.
#include "nanobragg/kernel/analytic/spot_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/model/reciprocal_point.hpp"
#include "nanobragg/plan/panel_bounds.hpp"

namespace nanobragg::kernel::analytic {
namespace {

constexpr double kMostPoints = 1e10;

struct Interval {
  double low, high;
};

// The spindle's angles during an exposure.
struct Exposure {
  double from, to;
  double middle() const { return 0.5 * (from + to); }
  double range() const { return to - from; }
};

Exposure exposure_of(const plan::CrystalSamples& crystal) {
  const double start = crystal.continuous.phi_start_rad;
  return {start, start + crystal.oscillation.range};
}

Axes<double> turned(const Axes<double>& axes, const Vec3<double>& spindle, double phi) {
  return transform(axes, [&](const auto& v) { return rotate_about(v, spindle, phi); });
}

// The directions in which a panel's pixels are seen: within an angle of their middle.
struct Cone {
  Vec3<double> middle;
  double half_rad;
};

Cone cone_of(const plan::PanelPlan& plan) {
  const auto panel = physics::panel_geometry<double>(plan);
  const auto& [first, last] = plan.region;
  const auto towards = [&](double fast, double slow) {
    return unit(panel.corner + panel.pixel_size * (fast * panel.fast + slow * panel.slow));
  };
  const double left = static_cast<double>(first.fast), right = static_cast<double>(last.fast) + 1.0;
  const double top = static_cast<double>(first.slow), bottom = static_cast<double>(last.slow) + 1.0;
  Cone out{towards(0.5 * (left + right), 0.5 * (top + bottom)), 0.0};
  // The farthest point of a flat rectangle is a corner.
  for (const Vec3<double>& corner :
       {towards(left, top), towards(right, top), towards(left, bottom), towards(right, bottom)}) {
    out.half_rad =
        std::max(out.half_rad, std::acos(std::clamp(dot(corner, out.middle), -1.0, 1.0)));
  }
  return out;
}

double pixels_in(const RegionOfInterest& region) {
  const auto& [first, last] = region;
  return static_cast<double>(last.slow - first.slow + 1) *
         static_cast<double>(last.fast - first.fast + 1);
}

// Finds the spots of one panel.
class SpotFinder {
 public:
  explicit SpotFinder(const plan::PanelPlan& plan)
      : plan_(plan),
        beam_(spot_beam(plan)),
        smearing_(smearing_of(plan)),
        exposure_(exposure_of(plan.crystal)),
        reciprocal_(plan.crystal.lattice.reciprocal),
        spindle_(plan.crystal.continuous.spindle_axis),
        in_middle_(turned(reciprocal_, spindle_, exposure_.middle())),
        footprints_(plan),
        cone_(cone_of(plan)) {
    for (const physics::Line& line : beam_.lines) {
      const plan::Ray<double> ray{line.incident, 1e-10 / line.wavenumber_per_A, 1.0};
      largest_q_ = std::max(largest_q_, 1e-10 * largest_scattering_vector(plan, plan.region, ray));
    }
    // A reflection beyond the edge may still light it.
    constexpr double kBeyondEdge = 1.05;
    largest_q_ = kBeyondEdge * largest_q_ + physics::kSpotReach * widest(largest_q_);
    widest_ = widest(largest_q_);
    least_cosine_ = least_cosine();
  }

  std::vector<Spot> find(std::size_t threads) const {
    const MillerBox box = bounds();
    if (rows_of(box) == 0.0) return {};
    const auto planes = static_cast<std::size_t>(box.max.h - box.min.h + 1);
    std::vector<std::vector<Spot>> of_plane(planes * beam_.lines.size());
    parallel_for(of_plane.size(), threads, [&](std::size_t i) {
      const std::size_t line = i / planes;
      MillerIndex index{box.min.h + static_cast<std::int32_t>(i % planes), 0, 0};
      for (index.k = box.min.k; index.k <= box.max.k; ++index.k) {
        add_row(line, index, {box.min.l, box.max.l}, of_plane[i]);
      }
    });
    std::vector<Spot> all;
    for (const std::vector<Spot>& spots : of_plane)
      all.insert(all.end(), spots.begin(), spots.end());
    return all;
  }

  SpotWork work(std::size_t threads) const {
    const MillerBox box = bounds();
    const double rows = rows_of(box);
    if (rows == 0.0) return {};
    // As many as are looked at in a moment, one in each of so many equal parts of all.
    constexpr double kMostRows = 4096;
    constexpr double kMostLooks = 1e6;
    const double range = box.max.l - box.min.l + 1.0;
    const double total = rows * static_cast<double>(beam_.lines.size());
    const double taken =
        std::min(total, std::max(64.0, std::min(kMostRows, std::floor(kMostLooks / range))));
    constexpr double kGolden = 0.6180339887498949;
    const double width = box.max.k - box.min.k + 1.0;
    std::vector<SpotWork> found(static_cast<std::size_t>(taken));
    parallel_for(found.size(), threads, [&](std::size_t i) {
      const double part = std::fmod(static_cast<double>(i) * kGolden, 1.0);
      const double row = std::floor((static_cast<double>(i) + part) * (total / taken));
      const double of_line = std::fmod(row, rows);
      const MillerIndex index{box.min.h + static_cast<std::int32_t>(of_line / width),
                              box.min.k + static_cast<std::int32_t>(std::fmod(of_line, width)), 0};
      std::vector<Spot> spots;
      add_row(static_cast<std::size_t>(row / rows), index, {box.min.l, box.max.l}, spots);
      found[i].spots = static_cast<double>(spots.size());
      for (const Spot& spot : spots) found[i].pixels += pixels_in(spot.footprint.pixels);
    });
    SpotWork out;
    for (const SpotWork& part : found) {
      out.spots += part.spots * (total / taken);
      out.pixels += part.pixels * (total / taken);
    }
    out.bytes = out.spots * static_cast<double>(sizeof(Spot));
    return out;
  }

 private:
  // Rows along l. Throws Error where there are too many of them.
  double rows_of(const MillerBox& box) const {
    const auto size = [](int least, int most) { return std::fmax(0.0, most - least + 1.0); };
    const double rows = size(box.min.h, box.max.h) * size(box.min.k, box.max.k);
    if (rows * static_cast<double>(beam_.lines.size()) > kMostPoints) {
      throw Error(fmt::format("the analytic kernel would look through {:.3g} rows of reciprocal "
                              "space for each of {} wavelengths and directions",
                              rows, beam_.lines.size()),
                  "-kernel", "give a -dmin");
    }
    return rows;
  }

  struct IndexRange {
    std::int32_t least, most;
  };
  // A reflection that scatters, in the light of one line.
  struct Candidate {
    std::size_t line;
    MillerIndex index;
    double amplitude;
  };
  // A piece of the exposure and the angle that a spot is taken at.
  struct Piece {
    Exposure exposure;
    Anchor anchor;
    double phi;
  };

  // The largest deviation that any reflection at distance q from the origin has, Å⁻¹.
  double widest(double q) const {
    double wavenumber = 0.0;
    for (const physics::Line& line : beam_.lines) {
      wavenumber = std::max(wavenumber, line.wavenumber_per_A);
    }
    return widest_deviation(smearing_, reciprocal_, {.wavenumber = wavenumber, .q = q});
  }

  MillerBox bounds() const {
    MillerBox out = plan::reachable_box(plan_.crystal.lattices.front(), 1e10 * largest_q_);
    const StructureFactors& f = *plan_.crystal.structure_factors;
    if (f.has_table() && f.default_amplitude() == 0.0) {
      const auto& [min, max] = f.box();
      out.min = {std::max(out.min.h, min.h), std::max(out.min.k, min.k),
                 std::max(out.min.l, min.l)};
      out.max = {std::min(out.max.h, max.h), std::min(out.max.k, max.k),
                 std::min(out.max.l, max.l)};
    }
    return out;
  }

  // Points whose distance from the Ewald sphere's centre is within what smears and turns them of
  // its radius: two intervals of a row, which may be one.
  void add_row(std::size_t line, MillerIndex index, IndexRange l, std::vector<Spot>& to) const {
    const Vec3<double>& step = in_middle_.c;
    index.l = 0;
    const physics::Line& light = beam_.lines[line];
    const double k = light.wavenumber_per_A;
    const Vec3<double> from_centre = reciprocal_point(index, in_middle_) + k * light.incident;
    const double tolerance = physics::kSpotReach * widest_ +
                             largest_q_ * 0.5 * std::abs(exposure_.range()) * 1.01 + 1e-9 * k;
    const double along = dot(from_centre, step);
    const double square = dot(from_centre, from_centre);
    const double step_squared = dot(step, step);
    const auto root = [&](double radius) {
      return along * along - step_squared * (square - radius * radius);
    };
    const double outside = root(k + tolerance);
    if (outside < 0.0) return;
    const double inside = k > tolerance ? root(k - tolerance) : -1.0;
    const double middle = -along / step_squared;
    const double outer = std::sqrt(outside) / step_squared;
    const auto add_between = [&](double low, double high) {
      const double first = std::max(std::ceil(low), static_cast<double>(l.least));
      const double last = std::min(std::floor(high), static_cast<double>(l.most));
      for (double at = first; at <= last; ++at) {
        index.l = static_cast<std::int32_t>(at);
        add_reflection(line, index, to);
      }
    };
    if (inside <= 0.0) return add_between(middle - outer, middle + outer);
    const double inner = std::sqrt(inside) / step_squared;
    // No index is in both.
    const double below = middle - inner;
    const double above = std::max(middle + inner, std::floor(below) + 1.0);
    add_between(middle - outer, below);
    add_between(above, middle + outer);
  }

  // Whether a point (where it stands in the middle of the exposure) comes so near to the Ewald
  // sphere that it may scatter: within its deviations across the sphere and what the turn moves it
  // by.
  bool is_excited(const physics::Line& light, const Vec3<double>& point) const {
    const auto square = [](double x) { return x * x; };
    const Vec3<double> centre = light.wavenumber_per_A * light.incident;
    const Vec3<double> diffracted = centre + point;
    const double distance = length(diffracted);
    const Vec3<double> across = diffracted / distance;
    const double along = dot(across, point);
    const double squared = dot(point, point);
    const auto& [a, b, c] = in_middle_;
    const double variance =
        square(smearing_.size[0] * dot(a, across)) + square(smearing_.size[1] * dot(b, across)) +
        square(smearing_.size[2] * dot(c, across)) +
        square(smearing_.mosaic) * (squared - along * along) +
        (square(smearing_.energy) + square(smearing_.cell)) * along * along +
        square(light.wavenumber_per_A) *
            (square(smearing_.horizontal * dot(smearing_.horizontal_axis, across)) +
             square(smearing_.vertical * dot(smearing_.vertical_axis, across)));
    const double half = 0.5 * std::abs(exposure_.range());
    const double moved =
        std::abs(dot(across, cross(spindle_, point))) * half + std::sqrt(squared) * half * half;
    // What is curved counts as a part of the deviations.
    constexpr double kMargin = 1.2;
    return std::abs(distance - light.wavenumber_per_A) <=
           kMargin * (physics::kSpotReach * std::sqrt(variance) + moved);
  }

  // The directions in which points may be seen on the panel: as far beyond it as what smears and
  // turns a point takes it. Of many panels most are spared a spot's shape.
  double least_cosine() const {
    double wavenumber = std::numeric_limits<double>::infinity();
    for (const physics::Line& line : beam_.lines) {
      wavenumber = std::min(wavenumber, line.wavenumber_per_A);
    }
    const double moved = 0.5 * std::abs(exposure_.range()) * largest_q_;
    // What is curved counts as a part; the edge is for what a footprint has beside its ellipse.
    constexpr double kMargin = 1.5, kEdge_rad = 0.01;
    const double reach = kMargin * (physics::kSpotReach * widest_ + moved) / wavenumber + kEdge_rad;
    return std::cos(std::min(cone_.half_rad + reach, constants::kPi));
  }
  bool is_seen(const physics::Line& light, const Vec3<double>& point) const {
    const Vec3<double> direction = light.wavenumber_per_A * light.incident + point;
    return dot(direction, cone_.middle) >= least_cosine_ * length(direction);
  }

  void add_reflection(std::size_t line, const MillerIndex& index, std::vector<Spot>& to) const {
    const double amplitude = plan_.crystal.structure_factors->at(index);
    if (amplitude == 0.0) return;
    const Vec3<double> in_middle = reciprocal_point(index, in_middle_);
    if (!is_seen(beam_.lines[line], in_middle) || !is_excited(beam_.lines[line], in_middle)) return;
    const Candidate candidate{line, index, amplitude};
    const Vec3<double> at_zero = reciprocal_point(index, reciprocal_);
    if (dot(at_zero, at_zero) > largest_q_ * largest_q_) return;
    if (exposure_.range() == 0.0) {
      return add_spot(candidate, {exposure_, {}, exposure_.from}, to);
    }
    // Newton's method for where the point meets the Ewald sphere.
    const physics::Line& light = beam_.lines[line];
    const Vec3<double> centre = light.wavenumber_per_A * light.incident;
    const double low = std::min(exposure_.from, exposure_.to);
    const double high = std::max(exposure_.from, exposure_.to);
    const double margin = 0.02;
    double phi = exposure_.middle();
    double speed = 0.0;
    double excitation = 0.0;
    for (int i = 0; i < 6; ++i) {
      const Vec3<double> point = rotate_about(at_zero, spindle_, phi);
      const Vec3<double> diffracted = centre + point;
      const double distance = length(diffracted);
      excitation = distance - light.wavenumber_per_A;
      speed = dot(diffracted, cross(spindle_, point)) / distance;
      if (std::abs(excitation) > std::abs(speed) * 1.0) break;
      phi -= excitation / speed;
      if (!(phi > low - margin && phi < high + margin)) break;
    }
    // The direct beam does not cross the sphere.
    const bool crosses = std::isfinite(phi) && speed != 0.0;
    if (!crosses) phi = exposure_.middle();
    const bool is_crossing = crosses && phi > low && phi < high && std::abs(excitation) < 1e-6;
    phi = std::clamp(phi, low, high);
    const physics::GaussianSpot shape = shape_at(line, at_zero, phi);
    const int pieces = pieces_of(shape, length(at_zero));
    if (pieces == 1) {
      const Anchor anchor{is_crossing, (phi - exposure_.from) / exposure_.range()};
      return add_spot(candidate, {exposure_, anchor, phi}, to);
    }
    for (int i = 0; i < pieces; ++i) {
      const double width = exposure_.range() / pieces;
      const Exposure piece{exposure_.from + i * width, exposure_.from + (i + 1) * width};
      add_spot(candidate, {piece, {false, (i + 0.5) / pieces}, piece.middle()}, to);
    }
  }

  // Into how many pieces to cut the turn, so that the arc that the point moves along while it is
  // excited lies within a hundredth of a deviation of a straight line.
  int pieces_of(const physics::GaussianSpot& shape, double distance) const {
    constexpr double kMostPieces = 64.0;
    constexpr double kStraight = 0.01;
    const double half = 0.5 * std::abs(exposure_.range());
    const double excited = std::min(4.0 / shape.rate(), half);
    // The narrowest deviation is that along the largest row of the precision.
    const physics::Symmetric3<double>& p = shape.precision();
    const double narrowest = 1.0 / std::sqrt(p.xx + p.yy + p.zz);
    const double sag = 0.5 * distance * excited * excited;
    if (sag <= kStraight * narrowest) return 1;
    return static_cast<int>(std::min(
        kMostPieces, std::ceil(std::sqrt(sag / (kStraight * narrowest)) * half / excited)));
  }

  physics::GaussianSpot shape_at(std::size_t line, const Vec3<double>& at_zero, double phi) const {
    return {physics::spot_numbers(turned(reciprocal_, spindle_, phi),
                                  rotate_about(at_zero, spindle_, phi),
                                  beam_.lines[line].wavenumber_per_A, smearing_),
            spindle_};
  }

  void add_spot(const Candidate& of, const Piece& piece, std::vector<Spot>& to) const {
    const physics::GaussianSpot shape =
        shape_at(of.line, reciprocal_point(of.index, reciprocal_), piece.phi);
    const physics::Turn turn{piece.exposure.from - piece.phi, piece.exposure.to - piece.phi};
    if (const auto footprint = footprints_.find(shape, turn, beam_.lines[of.line])) {
      to.push_back(
          {of.index, of.line, of.amplitude, piece.phi, piece.anchor, shape, turn, *footprint});
    }
  }

  const plan::PanelPlan& plan_;
  SpotBeam beam_;
  physics::Smearing<double> smearing_;
  Exposure exposure_;
  Axes<double> reciprocal_;  // Å⁻¹, at spindle angle 0
  Vec3<double> spindle_;
  Axes<double> in_middle_;  // of the exposure
  FootprintFinder footprints_;
  Cone cone_;
  double largest_q_ = 0.0;  // Å⁻¹
  double widest_ = 0.0;     // at that distance
  double least_cosine_ = -1.0;
};

}  // namespace

std::vector<Spot> spots_of(const plan::PanelPlan& plan, std::size_t threads) {
  return SpotFinder(plan).find(threads);
}

SpotWork work_of(const plan::PanelPlan& plan, std::size_t threads) {
  return SpotFinder(plan).work(threads);
}

}  // namespace nanobragg::kernel::analytic
