// Goes from derivatives by a spot's numbers and by what a pixel sees back to the inputs of the
// plan.
#include "nanobragg/kernel/analytic/spot_gradient.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/kernel/adjoint/point_gradient.hpp"
#include "nanobragg/kernel/analytic/spot_bands.hpp"
#include "nanobragg/kernel/analytic/spot_list.hpp"
#include "nanobragg/kernel/analytic/spot_sum.hpp"
#include "nanobragg/kernel/analytic/spot_tangents.hpp"
#include "nanobragg/physics/displacement.hpp"

namespace nanobragg::kernel::analytic {
namespace {

// The plan with its lines for sources, one orientation and one point a pixel: that of the points
// whose derivatives are taken.
struct LinePlan {
  LinePlan(const plan::PanelPlan& p, const plan::SampleTangents& t)
      : beam(p.beam), crystal(p.crystal), sampling(p.sampling) {
    beam.sources = beam.normal.lines;
    tangents.turns.assign(1, t.turns.front());
    tangents.rays = t.lines;
    crystal.lattices.resize(1);
    crystal.domains.resize(1);
    crystal.phi_rad.resize(1);
    sampling.oversample = 1;
  }
  plan::BeamSamples beam;
  plan::CrystalSamples crystal;
  Sampling sampling;
  plan::SampleTangents tangents;
};

class PreparedSpots : public Preparation {
 public:
  PreparedSpots(const plan::PanelPlan& plan, const plan::SampleTangents& tangents,
                std::size_t threads)
      : plan_(plan),
        lines_(plan, tangents),
        constants_(
            plan::with_samples(plan, lines_.beam, lines_.crystal, plan.detector, lines_.sampling),
            lines_.tangents),
        smearing_(smearing_of(plan)),
        sum_(plan),
        spots_(spots_of(plan, threads)),
        bands_(spots_, plan.region),
        tangents_(spots_.size()) {}

  const GradientConstants& constants() const { return constants_; }
  const std::vector<Spot>& spots() const { return spots_; }
  const SpotBands& bands() const { return bands_; }

  // Photons that a spot sends to a pixel; adds their derivatives to the gradient of `points`, which
  // is at the pixel.
  double photons(std::size_t spot, PointGradient<double>& points) const;

 private:
  double photons_in_layer(std::size_t spot, int layer, PointGradient<double>& points) const;
  // Computed when a pixel first asks for it: those of many a panel's spots nobody does.
  const SpotTangents& tangents_of(std::size_t spot) const;
  void add_spot(std::size_t spot, const physics::DensitySlopes& density, double scale,
                double photons, PointGradient<double>& points) const;
  void add_turn(const Spot& spot, const physics::DensitySlopes& density, double scale,
                SpotInputs<double>& in, PointGradient<double>& points) const;
  // How the angle that a spot is taken at follows from the inputs.
  void add_anchor(const Spot& spot, double phi_bar, SpotInputs<double>& in,
                  PointGradient<double>& points) const;

  const plan::PanelPlan& plan_;
  LinePlan lines_;
  GradientConstants constants_;
  physics::Smearing<double> smearing_;
  SpotSum sum_;
  std::vector<Spot> spots_;
  SpotBands bands_;
  struct Tangents {
    std::once_flag once;
    SpotTangents of_spot;
  };
  mutable std::vector<Tangents> tangents_;
};

const SpotTangents& PreparedSpots::tangents_of(std::size_t i) const {
  std::call_once(tangents_[i].once, [&] {
    const Spot& spot = spots_[i];
    const Axes<double> reciprocal = transform(plan_.crystal.lattice.reciprocal, [&](const auto& v) {
      return rotate_about(v, plan_.crystal.continuous.spindle_axis, spot.phi_rad);
    });
    tangents_[i].of_spot =
        spot_tangents(spot.index,
                      {reciprocal, smearing_.size, smearing_.turns.value_or(TurnSpreads<double>{}),
                       smearing_.mosaic, smearing_.cell, smearing_.energy, smearing_.horizontal,
                       smearing_.vertical, plan_.beam.normal.lines[spot.line].wavelength_m},
                      smearing_);
  });
  return tangents_[i].of_spot;
}

double PreparedSpots::photons(std::size_t spot, PointGradient<double>& points) const {
  double sum = 0.0;
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    sum += photons_in_layer(spot, layer, points);
  }
  return sum;
}

double PreparedSpots::photons_in_layer(std::size_t i, int layer,
                                       PointGradient<double>& points) const {
  const Spot& spot = spots_[i];
  GradientPoint<double> point;
  points.place(point, layer, 0);
  const Vec3<double>& d = point.diffracted;
  const double wavelength = plan_.beam.normal.lines[spot.line].wavelength_m;
  const double k = 1e-10 / wavelength;
  const Vec3<double> q = 1e-10 * points.scattering(spot.line, point);
  if (!physics::is_within_limit(q, 1e10 * plan_.sampling.resolution_limit.value())) return 0.0;
  const PanelValues& panel = plan_.panel;
  const double step = k * panel.pixel_size.value() * point.inverse_distance;
  const auto across = [&](const Vec3<double>& axis) { return axis - dot(d, axis) * d; };
  const physics::PixelView view{q, step * across(panel.fast), step * across(panel.slow)};
  const physics::DensitySlopes density = physics::mean_density_slopes(spot.shape, spot.turn, view);
  if (density.value == 0.0) return 0.0;

  const double polarisation = points.polarisation(spot.line, point);
  const double capture = points.capture(point);
  const double displacement =
      physics::displacement_factor(plan_.crystal.b_factor, Vec3<double>(1e10 * q));
  const double scale = sum_.scale(spot) * polarisation * capture * point.solid_angle * displacement;
  const double photons = scale * density.value;

  plan::PlanInputs<double>& g = points.gradient();
  add_spot(i, density, scale, photons, points);
  g.beam.fluence += photons / plan_.beam.fluence;

  PointBars<double> bars;
  points.add_polarisation(spot.line, point, photons / polarisation, bars);
  points.add_capture(point, photons / capture, bars);
  points.add_solid_angle(point, photons, bars);
  const auto by_displacement = physics::displacement_factor_vjp(
      displacement, plan_.crystal.b_factor, Vec3<double>(1e10 * q), photons / displacement);
  g.crystal.b_factor += by_displacement.b_factor;

  const Vec3<double> q_bar = scale * density.by_view.q + 1e10 * by_displacement.q;
  bars.diffracted = bars.diffracted + k * q_bar;
  points.add_incident(spot.line, -k * q_bar);
  double wavelength_bar = -dot(q, q_bar) / wavelength;
  // How q changes over the pixel: step·(axis − (d·axis)d), step = k·pixel/distance.
  double step_bar = 0.0;
  const auto add_view = [&](const Vec3<double>& axis, const Vec3<double>& bar,
                            Vec3<double>& axis_bar) {
    step_bar += dot(bar, across(axis));
    axis_bar = axis_bar + step * across(bar);
    bars.diffracted = bars.diffracted - step * (dot(d, bar) * axis + dot(d, axis) * bar);
  };
  add_view(panel.fast, scale * density.by_view.by_fast, g.panel.fast);
  add_view(panel.slow, scale * density.by_view.by_slow, g.panel.slow);
  g.panel.pixel_size += step_bar * step / panel.pixel_size.value();
  bars.position = bars.position - (step_bar * step * point.inverse_distance) * d;
  wavelength_bar -= step_bar * step / wavelength;
  const plan::RayTangent& ray = lines_.tangents.rays[spot.line];
  g.beam.wavelength_m += wavelength_bar * ray.by_wavelength;
  g.beam.bandwidth += wavelength_bar * ray.by_bandwidth;
  points.add_position(point, bars);
  return photons;
}

// What a spot's numbers, the turn and the integral over reciprocal space follow from.
void PreparedSpots::add_spot(std::size_t i, const physics::DensitySlopes& density, double scale,
                             double photons, PointGradient<double>& points) const {
  plan::PlanInputs<double>& g = points.gradient();
  const Spot& spot = spots_[i];
  const plan::CrystalSamples& crystal = plan_.crystal;
  const SpotTangents& tangents = tangents_of(i);
  std::array<double, kSpotInputs> flat{};
  std::size_t row = 0;
  physics::SpotNumbers<double> bar = density.by_spot;
  for_each_spot_number(
      [&](double x) {
        const auto& tangent = tangents[row++];
        for (std::size_t j = 0; j < kSpotInputs; ++j) flat[j] += scale * x * tangent[j];
      },
      bar);
  SpotInputs<double> in;
  std::size_t next = 0;
  for_each_spot_input([&](double& x) { x = flat[next++]; }, in);

  add_turn(spot, density, scale, in, points);
  const Axes<double> turned_back = transform(in.reciprocal, [&](const auto& v) {
    return rotate_about(v, crystal.continuous.spindle_axis, -spot.phi_rad);
  });
  // 1/V is the triple product of the reciprocal axes.
  const Axes<double>& direct = crystal.lattice.direct;
  auto& to = g.crystal.reciprocal;
  to.a = to.a + turned_back.a + photons * direct.a;
  to.b = to.b + turned_back.b + photons * direct.b;
  to.c = to.c + turned_back.c + photons * direct.c;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double by_size = in.size[axis] * smearing_.size[axis];
    g.crystal.cells[axis] += (photons - by_size) / crystal.cells[axis];
    g.crystal.fudge -= 0.5 * (photons + by_size) / crystal.fudge;
  }
  if (crystal.continuous.mosaic_shape == MosaicShape::gauss) {
    g.crystal.mosaic_spread += plan::deviation_of_half_width(in.mosaic);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      g.crystal.turns.widths[axis] += plan::deviation_of_half_width(in.turns.widths[axis]);
      g.crystal.turns.correlations[axis] += in.turns.correlations[axis];
    }
  }
  g.crystal.cell_spread += plan::deviation_of_full_width(in.cell);
  const auto by_width = [](double by_deviation, double deviation) {
    return deviation > 0.0 ? plan::deviation_of_full_width(by_deviation) : 0.0;
  };
  if (!plan_.beam.normal.lines_are_wide) {
    g.beam.bandwidth += by_width(in.energy, smearing_.energy);
  }
  g.beam.horizontal_divergence += by_width(in.horizontal, smearing_.horizontal);
  g.beam.vertical_divergence += by_width(in.vertical, smearing_.vertical);
  const plan::RayTangent& ray = lines_.tangents.rays[spot.line];
  g.beam.wavelength_m += in.wavelength_m * ray.by_wavelength;
  g.beam.bandwidth += in.wavelength_m * ray.by_bandwidth;
}

// The ends of a piece of the turn, at fixed parts of the whole, and the angle that the spot is
// taken at.
void PreparedSpots::add_turn(const Spot& spot, const physics::DensitySlopes& density, double scale,
                             SpotInputs<double>& in, PointGradient<double>& points) const {
  const plan::CrystalSamples& crystal = plan_.crystal;
  const plan::SteppedRange& turn = crystal.oscillation;
  if (turn.range == 0.0) return;
  const Vec3<double>& spindle = crystal.continuous.spindle_axis;
  const Axes<double> axes = transform(crystal.lattice.reciprocal, [&](const auto& v) {
    return rotate_about(v, spindle, spot.phi_rad);
  });
  const auto by_turn = [&](const Vec3<double>& axis, const Vec3<double>& bar) {
    return dot(bar, cross(spindle, axis));
  };
  const double by_ends = scale * (density.by_from + density.by_to);
  const double by_angle = by_turn(axes.a, in.reciprocal.a) + by_turn(axes.b, in.reciprocal.b) +
                          by_turn(axes.c, in.reciprocal.c) - by_ends;
  add_anchor(spot, by_angle, in, points);
  const auto part = [&](double end) {
    return (spot.phi_rad + end - crystal.continuous.phi_start_rad) / turn.range;
  };
  plan::PlanInputs<double>& g = points.gradient();
  g.crystal.phi_start += by_ends;
  g.crystal.phi_step +=
      scale * (turn.range / turn.step) *
      (part(spot.turn.from) * density.by_from + part(spot.turn.to) * density.by_to);
}

// At a crossing, |k·i + g(φ)| = k: from d·(v dφ + dg) + (d·i − 1) dk + k d·di = 0 for the
// diffracted direction d.
void PreparedSpots::add_anchor(const Spot& spot, double phi_bar, SpotInputs<double>& in,
                               PointGradient<double>& points) const {
  plan::PlanInputs<double>& g = points.gradient();
  if (!spot.anchor.is_crossing) {
    const plan::SteppedRange& turn = plan_.crystal.oscillation;
    g.crystal.phi_start += phi_bar;
    g.crystal.phi_step += phi_bar * spot.anchor.part * (turn.range / turn.step);
    return;
  }
  const plan::Ray<double>& ray = plan_.beam.normal.lines[spot.line];
  const double k = 1e-10 / ray.wavelength_m;
  const Vec3<double> diffracted = unit(k * ray.incident + spot.shape.point());
  const double bar = -phi_bar / dot(diffracted, spot.shape.velocity());
  const auto add = [&](Vec3<double>& axis, std::int32_t index) {
    axis = axis + (bar * index) * diffracted;
  };
  add(in.reciprocal.a, spot.index.h);
  add(in.reciprocal.b, spot.index.k);
  add(in.reciprocal.c, spot.index.l);
  in.wavelength_m -= bar * (dot(diffracted, ray.incident) - 1.0) * k / ray.wavelength_m;
  points.add_incident(spot.line, (bar * k) * diffracted);
}

// Adds a spot to pixels of a batch that stand in one row.
struct PixelsOfBatch {
  std::size_t first, last;
};
void add_derivatives(const PreparedSpots& prepared, std::size_t index, const PixelBatch& batch,
                     const PixelsOfBatch& pixels, PointGradient<double>& points, PixelSlopes& to) {
  const Spot& spot = prepared.spots()[index];
  const StructureFactors& f = *prepared.constants().plan.crystal.structure_factors;
  const bool in_table = f.has_table() && f.box().contains(spot.index);
  for (std::size_t i = pixels.first; i <= pixels.last; ++i) {
    points.move_to(batch.slow[i], batch.fast[i]);
    const double photons = prepared.photons(index, points);
    if (photons == 0.0) continue;
    to.photons[i] += photons;
    std::size_t row = 0;
    plan::for_each_input(points.gradient(), [&](double& x) {
      to.by_input[row++][i] += x;
      x = 0.0;
    });
    if (!to.amplitudes || !in_table) continue;
    const double by_amplitude = 2.0 * photons / spot.amplitude;
    to.amplitudes->move_to(i, 1);
    to.amplitudes->add(f.position(spot.index), &by_amplitude);
  }
}

void make_zero(std::size_t count, PixelSlopes& to) {
  std::fill_n(to.photons, count, 0.0);
  for (auto& row : to.by_input) std::fill_n(row, count, 0.0);
}

// Fills in photons and slopes of a batch in which a spot ends; returns false, and fills in nothing,
// where there is none.
bool differentiate_lit(const PixelBatch& batch, PixelSlopes& to) {
  const auto& prepared = static_cast<const PreparedSpots&>(*batch.prepared);
  PointGradient<double> points(prepared.constants());
  bool is_lit = false;
  for (std::size_t first = 0; first < batch.count;) {
    std::size_t last = first;
    while (last + 1 < batch.count && batch.slow[last + 1] == batch.slow[first] &&
           batch.fast[last + 1] == batch.fast[last] + 1.0) {
      ++last;
    }
    const auto slow = static_cast<std::size_t>(batch.slow[first]);
    const auto fast = static_cast<std::size_t>(batch.fast[first]);
    const std::size_t end = fast + (last - first);
    for (const std::uint32_t i : prepared.bands().of_row(slow)) {
      const SpotFootprint& footprint = prepared.spots()[i].footprint;
      if (slow < footprint.pixels.first.slow || slow > footprint.pixels.last.slow) continue;
      const PixelsOfRow row = pixels_of_row(footprint, slow);
      const std::size_t from = std::max(row.first, fast);
      const std::size_t until = std::min(row.last, end);
      if (from > until) continue;
      if (!is_lit) make_zero(batch.count, to);
      is_lit = true;
      add_derivatives(prepared, i, batch, {first + (from - fast), first + (until - fast)}, points,
                      to);
    }
    first = last + 1;
  }
  return is_lit;
}

}  // namespace

std::shared_ptr<const Preparation> prepare(const plan::PanelPlan& plan,
                                           const plan::SampleTangents& tangents,
                                           std::size_t threads) {
  return std::make_shared<PreparedSpots>(plan, tangents, threads);
}

void differentiate(const PixelBatch& batch, PixelSlopes& to) {
  if (!differentiate_lit(batch, to)) make_zero(batch.count, to);
}

void add_weighted(const PixelBatch& batch, const Weigher& weigher, double* inputs) {
  PixelSlopes slopes;
  slopes.is_dark = false;
  for (std::size_t from = 0; from < batch.count; from += kBatchPixels) {
    PixelBatch some = batch;
    some.slow += from;
    some.fast += from;
    some.count = std::min(batch.count - from, kBatchPixels);
    const bool is_lit = differentiate_lit(some, slopes);
    if (!is_lit) std::fill_n(slopes.photons, some.count, 0.0);
    std::array<double, kBatchPixels> weights{};
    weigher.weigh(weigher.context, from, some.count, slopes.photons, weights.data());
    if (!is_lit) continue;
    for (std::size_t i = 0; i < plan::kPlanInputs; ++i) {
      for (std::size_t j = 0; j < some.count; ++j) {
        inputs[i] += weights[j] * slopes.by_input[i][j];
      }
    }
  }
}

}  // namespace nanobragg::kernel::analytic
