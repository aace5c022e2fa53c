// Draws one part of an experiment after the other.
#include "support/random_experiment.hpp"

#include <algorithm>

#include "nanobragg/base/constants.hpp"

namespace nanobragg::test {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

class Dice {
 public:
  explicit Dice(const Uniform& uniform) : uniform_(uniform) {}

  double between(double low, double high) const { return low + (high - low) * uniform_(); }
  int whole(int low, int high) const {
    return std::min(high, low + static_cast<int>(uniform_() * (high - low + 1)));
  }
  std::size_t below(std::size_t count) const {
    return static_cast<std::size_t>(whole(0, static_cast<int>(count) - 1));
  }
  bool one_in(int n) const { return whole(1, n) == 1; }
  Vec3<double> direction() const {
    const Vec3<double> v{between(-1, 1), between(-1, 1), between(0.1, 1)};
    return unit(v);
  }

 private:
  const Uniform& uniform_;
};

CrystalValues crystal(const Dice& dice) {
  CrystalValues c;
  c.cell = CellParameters<double>{dice.between(20, 90),
                                  dice.between(20, 90),
                                  dice.between(20, 90),
                                  dice.between(75, 105) * kDegree,
                                  dice.between(75, 105) * kDegree,
                                  dice.between(75, 105) * kDegree};
  c.misset_rad = {dice.between(-3, 3), dice.between(-3, 3), dice.between(-3, 3)};
  c.shape = kCrystalShapes[dice.below(std::size(kCrystalShapes))].shape;
  for (double& n : c.cells) n = dice.one_in(3) ? dice.between(1, 12) : dice.whole(1, 12);
  const bool in_reciprocal_space =
      c.shape == CrystalShape::gauss || c.shape == CrystalShape::tophat;
  // Wide enough for spots to meet.
  const bool is_gaussian = c.shape == CrystalShape::gauss_cells;
  c.fudge = in_reciprocal_space ? dice.between(1e-4, 1e-2)
            : is_gaussian       ? dice.between(0.02, 0.2)
                                : dice.between(0.5, 2);
  if (dice.one_in(2)) c.mosaicity = {Radian(dice.between(0.1, 2) * kDegree), dice.whole(1, 4), 3};
  return c;
}

// Of turns and lengths of domains.
void add_normal_spreads(const Dice& dice, CrystalValues& c) {
  c.mosaicity = {.spread = Radian(dice.between(0.1, 2) * kDegree),
                 .domains = dice.whole(1, 5),
                 .seed = dice.whole(1, 1000),
                 .shape = MosaicShape::gauss,
                 .draw = dice.one_in(2) ? DomainDraw::even : DomainDraw::random};
  if (dice.one_in(2)) {
    c.mosaicity.relative_spreads = {{dice.between(0, 1), 1.0, dice.between(0, 1)}};
  }
  if (dice.one_in(2)) c.cell_spread = dice.between(0, 0.03);
}

BeamValues beam(const Dice& dice) {
  BeamValues b;
  b.direction = {0, 0, 1};
  b.polarisation_axis = {1, 0, 0};
  b.kahn_factor = dice.one_in(3) ? 0.0 : dice.between(-1, 1);
  if (dice.one_in(5)) b.polarisation = Polarisation::off;
  b.wavelength = Metre(dice.between(0.7e-10, 3e-10));
  if (dice.one_in(3)) b.dispersion = {dice.whole(1, 3), dice.between(1e-3, 0.05), {}};
  if (dice.one_in(4)) b.divergence.horizontal = {dice.whole(1, 3), dice.between(1e-4, 5e-3), {}};
  return b;
}

PanelValues panel(const Dice& dice) {
  PanelValues p;
  p.shape = {1 + dice.below(9), 1 + dice.below(41)};
  p.pixel_size = Metre(dice.between(5e-5, 1e-3));
  p.normal = dice.one_in(2) ? Vec3<double>{0, 0, 1} : dice.direction();
  p.fast = unit(cross(Vec3<double>{0.1, 1, 0.05}, p.normal));
  p.slow = cross(p.normal, p.fast);
  const double distance = dice.between(0.03, 0.3);
  p.corner_m =
      distance * p.normal + dice.between(-0.05, 0.05) * p.fast + dice.between(-0.05, 0.05) * p.slow;
  p.close_distance = Metre(dot(p.corner_m, p.normal));
  p.distance = p.close_distance;
  return p;
}

FactorSampling factor_sampling(const Dice& dice) {
  return dice.one_in(3) ? FactorSampling::per_subpixel : FactorSampling::per_pixel;
}

Sampling sampling(const Dice& dice, ImageShape shape) {
  Sampling s;
  s.oversample = dice.one_in(3) ? dice.whole(2, 3) : 1;
  s.solid_angle = factor_sampling(dice);
  s.polarisation = factor_sampling(dice);
  s.absorption = factor_sampling(dice);
  if (dice.one_in(5)) s.interpolation = Interpolation::tricubic;
  if (dice.one_in(4)) s.resolution_limit = Metre(dice.between(1e-10, 8e-10));
  if (dice.one_in(3)) {
    const PixelIndex first{dice.below(shape.slow), dice.below(shape.fast)};
    s.region = RegionOfInterest{first, first};
    if (!dice.one_in(3)) {
      s.region->last = {first.slow + dice.below(shape.slow - first.slow),
                        first.fast + dice.below(shape.fast - first.fast)};
    }
  }
  if (dice.one_in(4)) {
    Image<std::uint16_t> mask(shape);
    for (std::uint16_t& pixel : mask.pixels()) pixel = dice.one_in(3) ? 0 : 1;
    s.mask = std::make_shared<const Image<std::uint16_t>>(mask);
  }
  return s;
}

}  // namespace

ExperimentParts random_experiment(const Uniform& uniform) {
  const Dice dice(uniform);
  ExperimentParts e;
  e.crystal = crystal(dice);
  e.beam = beam(dice);
  e.panel = panel(dice);
  e.spindle.axis = {1, 0, 0};
  e.spindle.start = Radian(dice.between(-1, 1));
  if (dice.one_in(2)) e.spindle.oscillation = {dice.whole(1, 20), dice.between(0, 0.02), {}};
  if (dice.one_in(4)) e.sensor = {{dice.whole(1, 3), dice.between(1e-5, 5e-4), {}}, 3000.0};
  if (dice.one_in(4)) e.water = Metre(1e-8);
  if (dice.one_in(5)) e.pixel_model = PixelModel::point;
  // A tilted panel bent around the sample turns its back to some rays: no sensor captures them.
  if (dice.one_in(6)) {
    e.curvature = Curvature::spherical;
    e.sensor = {};
  }
  if (dice.one_in(2)) {
    e.structure_factors =
        random_amplitudes(dice.whole(1, 20), dice.one_in(2) ? 0.0 : 3.0, 1 + dice.below(1000));
  }
  e.sampling = sampling(dice, e.panel.shape);
  if (dice.one_in(6)) {
    const double diameter = dice.between(1e-4, 3e-3);
    e.beamstop = Beamstop{Metre(diameter), Metre(dice.between(0.005, 0.02)),
                          Metre(diameter * dice.between(0.01, 1.0))};
    const Metre widest = e.beamstop->diameter - 2.0 * e.beamstop->edge;
    if (widest > Metre(0.0) && dice.one_in(2)) {
      const Vec3<double> across = cross(e.beam.direction, dice.direction());
      e.beamstop->arm = BeamstopArm{unit(across), dice.between(0.1, 1.0) * widest};
    }
  }
  if (dice.one_in(4)) add_normal_spreads(dice, e.crystal);
  return e;
}

}  // namespace nanobragg::test
