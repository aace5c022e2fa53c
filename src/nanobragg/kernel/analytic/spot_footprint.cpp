// The Ewald construction of a spot, and its ellipse on the panel.
#include "nanobragg/kernel/analytic/spot_footprint.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace nanobragg::kernel::analytic {
namespace {

constexpr double kReachSquared = physics::kSpotReach * physics::kSpotReach;

// A direction in which a spot is seen, and its squared deviations from the middle of the density.
struct Sight {
  Vec3<double> direction;
  double exponent = 0.0;
};

// The direction of the least exponent, by Newton's method from that of the point itself.
Sight brightest_sight(const physics::GaussianSpot& shape, const physics::Line& light) {
  constexpr int kSteps = 4;
  const double k = light.wavenumber_per_A;
  Sight out{unit(k * light.incident + shape.point())};
  for (int i = 0;; ++i) {
    Vec3<double>& direction = out.direction;
    const Vec3<double> d = shape.offset(k * (direction - light.incident));
    const Vec3<double> pulled = shape.precision() * d;
    out.exponent = dot(d, pulled);
    if (i == kSteps) return out;
    const Vec3<double> other =
        std::fabs(direction.x) < 0.6 ? Vec3{1.0, 0.0, 0.0} : Vec3{0.0, 1.0, 0.0};
    const Vec3<double> first = unit(cross(direction, other));
    const Vec3<double> second = cross(direction, first);
    const Vec3<double> of_first = shape.precision() * first;
    const double xx = dot(first, of_first);
    const double xy = dot(second, of_first);
    const double yy = dot(second, shape.precision() * second);
    const double x = dot(first, pulled);
    const double y = dot(second, pulled);
    const double scale = 1.0 / ((xx * yy - xy * xy) * k);
    direction = unit(direction - (scale * (yy * x - xy * y)) * first -
                     (scale * (xx * y - xy * x)) * second);
  }
}

// The turn smears as a normal one of twice its angle would, which leaves at most a quarter of a
// squared deviation outside.
void set_ellipse(const physics::GaussianSpot& shape, const physics::Turn& turn,
                 const physics::PixelView& view, SpotFootprint& out) {
  const physics::PixelExponent<double> e = physics::pixel_exponent(shape, turn, view);
  out.a_ff = e.a_ff;
  out.a_fs = e.a_fs;
  out.a_ss = e.a_ss;
  if (e.rate == 0.0) return;
  const double farthest = 2.0 * e.rate * std::max(std::abs(turn.from), std::abs(turn.to));
  const double kept = 1.0 / (1.0 + farthest * farthest);
  out.a_ff += kept * e.z_by[0] * e.z_by[0];
  out.a_fs += kept * e.z_by[0] * e.z_by[1];
  out.a_ss += kept * e.z_by[1] * e.z_by[1];
}

struct Range {
  std::size_t first, last;
};
// The pixels of middle ± half among those from `first` to `last`; nothing where there are none.
std::optional<Range> pixels_within(double middle, double half, const Range& all) {
  const double low = std::floor(middle - half);
  const double high = std::floor(middle + half);
  if (!(high >= static_cast<double>(all.first) && low <= static_cast<double>(all.last))) return {};
  return Range{low <= static_cast<double>(all.first) ? all.first : static_cast<std::size_t>(low),
               high >= static_cast<double>(all.last) ? all.last : static_cast<std::size_t>(high)};
}

}  // namespace

FootprintFinder::FootprintFinder(const plan::PanelPlan& plan)
    : plan_(plan), panel_(physics::panel_geometry<double>(plan)) {
  const Vec3<double> across = unit(cross(panel_.fast, panel_.slow));
  away_ = dot(panel_.corner, across) < 0.0 ? -across : across;
  dual_fast_ = cross(panel_.slow, away_) / dot(panel_.fast, cross(panel_.slow, away_));
  dual_slow_ = cross(away_, panel_.fast) / dot(panel_.slow, cross(away_, panel_.fast));
}

std::optional<SpotFootprint> FootprintFinder::find(const physics::GaussianSpot& shape,
                                                   const physics::Turn& turn,
                                                   const physics::Line& light) const {
  const auto [direction, exponent] = brightest_sight(shape, light);
  const double forward = dot(direction, away_);
  const double plane = dot(panel_.corner, away_);
  constexpr double kGrazing = 1e-3;
  if (!(exponent < kReachSquared && forward > kGrazing && plane > 0.0)) return std::nullopt;
  SpotFootprint out;
  out.direction = direction;
  out.exponent = exponent;
  const double distance = plane / forward;
  const double pixel = panel_.pixel_size;
  const Vec3<double> on_panel = distance * direction - panel_.corner;
  out.fast = dot(dual_fast_, on_panel) / pixel;
  out.slow = dot(dual_slow_, on_panel) / pixel;
  const double k = light.wavenumber_per_A;
  const auto by = [&, ray = direction](const Vec3<double>& axis) {
    return (k * pixel / distance) * (axis - dot(ray, axis) * ray);
  };
  set_ellipse(shape, turn, {k * (direction - light.incident), by(panel_.fast), by(panel_.slow)},
              out);

  const double trace = out.a_ff + out.a_ss;
  const double determinant =
      std::max(out.a_ff * out.a_ss - out.a_fs * out.a_fs, 1e-14 * trace * trace);
  const double fast_reach = physics::kSpotReach * std::sqrt(out.a_ss / determinant);
  const double slow_reach = physics::kSpotReach * std::sqrt(out.a_ff / determinant);
  // Smeared along a ring, a spot bends by the square of its length over twice the ring's radius.
  const double reach = std::hypot(fast_reach, slow_reach);
  const double ring =
      distance / pixel * length(direction - dot(direction, light.incident) * light.incident);
  const double sag = std::min(reach, reach * reach / (2.0 * std::max(ring, 1.0)));
  const double sine = std::sqrt(std::max(0.0, 1.0 - forward * forward));
  const double parallax = plan_.detector.deepest_m() / pixel * sine / forward;
  out.margin = 1.5 + sag + parallax;

  const auto& [first, last] = plan_.region;
  const auto fast = pixels_within(out.fast, fast_reach + out.margin, {first.fast, last.fast});
  const auto slow = pixels_within(out.slow, slow_reach + out.margin, {first.slow, last.slow});
  if (!fast || !slow) return std::nullopt;
  out.pixels = {{slow->first, fast->first}, {slow->last, fast->last}};
  return out;
}

PixelsOfRow pixels_of_row(const SpotFootprint& f, std::size_t slow) {
  const double y = static_cast<double>(slow) + 0.5 - f.slow;
  // Within the margin, the nearest part of the ellipse counts.
  const double inside = std::copysign(std::max(0.0, std::abs(y) - f.margin), y);
  const double a = std::max(f.a_ff, std::numeric_limits<double>::min());
  const double left = kReachSquared - f.exponent - (f.a_ss - f.a_fs * f.a_fs / a) * inside * inside;
  const double half = std::sqrt(std::max(0.0, left) / a);
  const double slope = -f.a_fs / a;
  const double low =
      f.fast + std::min(slope * (y - f.margin), slope * (y + f.margin)) - half - f.margin;
  const double high =
      f.fast + std::max(slope * (y - f.margin), slope * (y + f.margin)) + half + f.margin;
  const auto first = static_cast<double>(f.pixels.first.fast);
  const auto last = static_cast<double>(f.pixels.last.fast);
  if (high < first || low > last + 1.0) return {1, 0};
  return {low <= first ? f.pixels.first.fast : static_cast<std::size_t>(low),
          high >= last ? f.pixels.last.fast : static_cast<std::size_t>(high)};
}

}  // namespace nanobragg::kernel::analytic
