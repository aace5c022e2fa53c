// Differentiates the mean of a spot over a pixel: what the exponent's numbers do by dual numbers,
// the way back from them by hand.
#include "nanobragg/physics/spot_pixel.hpp"

#include "nanobragg/base/dual.hpp"

namespace nanobragg::physics {
namespace {

// The mean, and its derivatives by the numbers of the exponent.
struct MeanSlopes {
  double value;
  PixelExponent<double> by;
};
// By the first N of them.
template <std::size_t N>
MeanSlopes mean_slopes(const PixelExponent<double>& e) {
  using Slopes = Dual<double, N>;
  PixelExponent<Slopes> variable;
  std::size_t next = 0;
  for_each_number(
      [&](Slopes& to, const double& from) {
        to = next < N ? Slopes::variable(from, next) : Slopes(from);
        ++next;
      },
      variable, e);
  const Slopes mean = mean_of(variable, N > kStillNumbers);
  MeanSlopes out{mean.value, {}};
  next = 0;
  for_each_number(
      [&](double& to) {
        if (next < N) to = mean.slope[next++];
      },
      out.by);
  return out;
}

// What the derivatives of an exponent lead to.
struct ExponentBars {
  Vec3<double> offset;
  PixelView view;  // but for what the offset gives
  Symmetric3<double> precision;
  double from = 0.0, to = 0.0;  // of the turn
};

// z = v·P·d and its like for fast and slow, over rate = √(v·P·v), and what they take off the form.
// Of `bar`, derivatives by the numbers of the exponent.
void add_turn(const GaussianSpot& spot, const Turn& turn, const PixelView& view,
              const PixelExponent<double>& e, const PixelExponent<double>& bar, ExponentBars& out) {
  const auto& [zf, zs] = e.z_by;
  const double rate = e.rate;
  const double z_bar = bar.z - 2.0 * e.z * bar.c - zf * bar.b[0] - zs * bar.b[1];
  const double zf_bar = bar.z_by[0] - e.z * bar.b[0] - 2.0 * zf * bar.a_ff - zs * bar.a_fs;
  const double zs_bar = bar.z_by[1] - e.z * bar.b[1] - 2.0 * zs * bar.a_ss - zf * bar.a_fs;
  const bool forwards = turn.to >= turn.from;
  out.from = rate * (forwards ? bar.z_from : bar.z_to);
  out.to = rate * (forwards ? bar.z_to : bar.z_from);
  // The ends in deviations, z and its like, and the mean over the turn go with the rate.
  const double by_rate = bar.z_from * std::min(turn.from, turn.to) +
                         bar.z_to * std::max(turn.from, turn.to) + bar.rate -
                         (z_bar * e.z + zf_bar * zf + zs_bar * zs) / rate;
  const Symmetric3<double>& precision = spot.precision();
  const Vec3<double> v = spot.velocity_at(view.q);
  const Vec3<double> pull = precision * v;
  const Vec3<double> along = (z_bar / rate) * spot.offset(view.q) + (zf_bar / rate) * view.by_fast +
                             (zs_bar / rate) * view.by_slow;
  const double by_square = 0.5 * by_rate / rate;
  add_outer(out.precision, 1.0, v, Vec3<double>(along + by_square * v));
  out.offset = (z_bar / rate) * pull;
  out.view = {spot.velocity_vjp(precision * along + (2.0 * by_square) * pull),
              (zf_bar / rate) * pull, (zs_bar / rate) * pull};
}

// c = d·P·d, b = w·P·d, a = w·P·w for each w of fast and slow.
void add_form(const GaussianSpot& spot, const PixelView& view, const PixelExponent<double>& bar,
              ExponentBars& out) {
  const Symmetric3<double>& precision = spot.precision();
  const Vec3<double> d = spot.offset(view.q);
  const auto& [q, fast, slow] = view;
  const Vec3<double> pulled = precision * d;
  const Vec3<double> of_d = bar.c * d + bar.b[0] * fast + bar.b[1] * slow;
  const Vec3<double> p_fast = precision * fast;
  const Vec3<double> p_slow = precision * slow;
  out.offset = out.offset + bar.c * pulled + precision * of_d;
  out.view.by_fast =
      out.view.by_fast + bar.b[0] * pulled + (2.0 * bar.a_ff) * p_fast + bar.a_fs * p_slow;
  out.view.by_slow =
      out.view.by_slow + bar.b[1] * pulled + (2.0 * bar.a_ss) * p_slow + bar.a_fs * p_fast;
  add_outer(out.precision, 1.0, d, of_d);
  add_outer(out.precision, bar.a_ff, fast, fast);
  add_outer(out.precision, bar.a_fs, fast, slow);
  add_outer(out.precision, bar.a_ss, slow, slow);
}

}  // namespace

DensitySlopes mean_density_slopes(const GaussianSpot& spot, const Turn& turn,
                                  const PixelView& view) {
  const PixelExponent<double> e = pixel_exponent(spot, turn, view);
  if (ends_before(e, kSpotReach)) return {};
  const bool is_moved = e.rate > 0.0;
  const MeanSlopes mean =
      is_moved ? mean_slopes<kExponentNumbers>(e) : mean_slopes<kStillNumbers>(e);
  const double stretch = spot.stretch(view.q);
  const double scale = spot.numbers().height * stretch * mean_over_turn(e.rate, turn);
  DensitySlopes out;
  out.value = scale * mean.value;
  if (out.value == 0.0) return out;
  PixelExponent<double> bar = mean.by;
  for_each_number([&](double& x) { x *= scale; }, bar);
  ExponentBars bars;
  if (is_moved) {
    bar.rate = -out.value / e.rate;
    add_turn(spot, turn, view, e, bar, bars);
    bars.from += out.value / turn.range();
    bars.to -= out.value / turn.range();
  }
  add_form(spot, view, bar, bars);
  out.by_spot.precision = bars.precision;
  out.by_spot.height = out.value / spot.numbers().height;
  out.by_view = bars.view;
  out.by_view.q =
      bars.view.q + spot.offset_vjp(view.q, bars.offset, out.value / stretch, out.by_spot);
  out.by_from = bars.from;
  out.by_to = bars.to;
  return out;
}

}  // namespace nanobragg::physics
