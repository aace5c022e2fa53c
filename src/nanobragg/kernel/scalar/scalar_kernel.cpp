// The executable specification: photons = r_e²·Φ/steps · Σ F_cell²·F_lattice²·(factors).
#include "nanobragg/kernel/scalar/scalar_kernel.hpp"

#include <atomic>
#include <cmath>

#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/physics/absorption.hpp"
#include "nanobragg/physics/lattice/shapes.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/physics/polarisation.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/physics/solid_angle.hpp"
#include "nanobragg/physics/structure_factor_lookup.hpp"
#include "nanobragg/physics/water.hpp"

namespace nanobragg::kernel::scalar {
namespace {

// One panel, for one shape of crystal. Evaluating a pixel changes nothing, so threads share it.
template <class Lattice>
class PanelRenderer {
 public:
  PanelRenderer(const plan::SamplingPlan& plan, std::size_t panel)
      : plan_(plan),
        panel_(plan.detector.panels[panel]),
        lattice_size_{plan.crystal.cells, plan.crystal.fudge, plan.crystal.lattice.reciprocal},
        scale_(constants::kClassicalElectronRadiusSquared * plan.beam.fluence / plan.steps),
        background_(physics::water_background(plan.water_m, plan.beam.fluence)) {}

  struct Result {
    double photons = 0.0;
    std::size_t interpolation_fallbacks = 0;
  };

  Result pixel(PixelIndex pixel) const;

 private:
  // A point of the sensor, with the factors that belong to it.
  struct Point {
    Vec3<double> diffracted;  // unit vector from the sample
    double solid_angle;
    double capture;
  };
  // What the sources at one point add up to. The polarisation is that of the first source that
  // reaches the resolution limit; 0 where none does.
  struct SourceSum {
    double intensity = 0.0;  // polarised where the factor is sampled at each sub-pixel
    double polarisation = 0.0;
  };

  Point point(PixelIndex pixel, int layer, PixelIndex sub) const;
  SourceSum over_sources(const Point& point, std::size_t& fallbacks) const;
  double over_orientations(const Vec3<double>& scattering, std::size_t& fallbacks) const;
  double polarisation(const Vec3<double>& incident, const Vec3<double>& diffracted) const;

  const plan::SamplingPlan& plan_;
  const PanelValues& panel_;
  const physics::LatticeSize lattice_size_;
  const double scale_;
  const double background_;
};

template <class Lattice>
auto PanelRenderer<Lattice>::point(PixelIndex pixel, int layer, PixelIndex sub) const -> Point {
  const Vec3<double> position = physics::position_of({pixel, sub, layer}, panel_, plan_);
  const double distance = length(position);
  const Vec3<double> diffracted = position / distance;
  const double solid_angle = physics::solid_angle_of(panel_, plan_.detector.pixel_model, distance);
  const plan::SteppedRange& layers = plan_.detector.layers;
  const double capture =
      layers.range > 0.0
          ? physics::captured_fraction(layer, layers.step, plan_.detector.attenuation_per_m,
                                       dot(diffracted, panel_.normal))
          : 1.0;
  return {diffracted, solid_angle, capture};
}

template <class Lattice>
double PanelRenderer<Lattice>::polarisation(const Vec3<double>& incident,
                                            const Vec3<double>& diffracted) const {
  if (plan_.beam.polarisation == Polarisation::off) return 1.0;
  return physics::polarisation_factor(plan_.beam.kahn_factor, incident, diffracted,
                                      plan_.beam.polarisation_axis);
}

template <class Lattice>
auto PanelRenderer<Lattice>::over_sources(const Point& point, std::size_t& fallbacks) const
    -> SourceSum {
  const double limit = plan_.sampling.resolution_limit.value();
  SourceSum sum;
  for (const plan::SourceSample& source : plan_.beam.sources) {
    const Vec3<double> q =
        physics::scattering_vector(point.diffracted, source.incident, source.wavelength_m);
    if (limit * length(q) > 1.0) continue;
    double intensity = source.weight * over_orientations(q, fallbacks);
    const bool each = plan_.sampling.polarisation == FactorSampling::per_subpixel;
    if (each || sum.polarisation == 0.0) {
      const double factor = polarisation(source.incident, point.diffracted);
      if (sum.polarisation == 0.0) sum.polarisation = factor;
      if (each) intensity *= factor;
    }
    sum.intensity += intensity;
  }
  return sum;
}

template <class Lattice>
double PanelRenderer<Lattice>::over_orientations(const Vec3<double>& q,
                                                 std::size_t& fallbacks) const {
  const StructureFactors& f = *plan_.crystal.structure_factors;
  const bool interpolate = plan_.crystal.interpolation == Interpolation::tricubic;
  double sum = 0.0;
  for (const Axes<double>& axes : plan_.crystal.lattices) {
    const Vec3<double> hkl{dot(axes.a, q), dot(axes.b, q), dot(axes.c, q)};
    const Vec3<double> nearest{physics::nearest_integer(hkl.x), physics::nearest_integer(hkl.y),
                               physics::nearest_integer(hkl.z)};
    const double lattice = Lattice::amplitude(hkl - nearest, lattice_size_);
    if (lattice == 0.0) continue;
    double cell = 0.0;
    if (!interpolate) {
      cell = f.at(physics::nearest_index(nearest));
    } else if (physics::can_interpolate(hkl, f.box())) {
      cell = physics::tricubic_amplitude(hkl, f);
    } else {
      cell = f.default_amplitude();
      ++fallbacks;
    }
    sum += (cell * lattice) * (cell * lattice);
  }
  return sum;
}

template <class Lattice>
auto PanelRenderer<Lattice>::pixel(PixelIndex pixel) const -> Result {
  const Sampling& sampling = plan_.sampling;
  const auto n = static_cast<std::size_t>(sampling.oversample);
  Result result;
  double sum = 0.0;           // of intensities with every factor but those sampled once a pixel
  double captures = 0.0;      // sum over the layers, each at its first sub-pixel
  double solid_angle = 0.0;   // at the pixel's first sub-pixel
  double polarisation = 0.0;  // at the first sub-pixel that has one
  for (int layer = 0; layer < plan_.detector.layers.count; ++layer) {
    double capture = 0.0;
    for (std::size_t i = 0; i < n * n; ++i) {
      const Point at = point(pixel, layer, {i / n, i % n});
      if (i == 0) captures += at.capture;
      if (i == 0 || sampling.absorption == FactorSampling::per_subpixel) capture = at.capture;
      if (solid_angle == 0.0) solid_angle = at.solid_angle;
      const SourceSum sources = over_sources(at, result.interpolation_fallbacks);
      if (polarisation == 0.0) polarisation = sources.polarisation;
      const bool own = sampling.solid_angle == FactorSampling::per_subpixel;
      sum += sources.intensity * capture * (own ? at.solid_angle : 1.0);
    }
  }
  if (sampling.polarisation == FactorSampling::per_pixel) sum *= polarisation;
  if (sampling.solid_angle == FactorSampling::per_pixel) sum *= solid_angle;
  result.photons = scale_ * (sum + background_ * captures * polarisation * solid_angle);
  return result;
}

}  // namespace

template <class Real>
RunReport render(const plan::SamplingPlan& plan, std::size_t panel, ImageView<Real> image,
                 const RunOptions& options) {
  std::atomic<std::size_t> fallbacks = 0;
  physics::with_lattice(plan.crystal.shape, [&](auto lattice) {
    const PanelRenderer<decltype(lattice)> renderer(plan, panel);
    parallel_for(image.shape().slow, options.threads, [&](std::size_t slow) {
      std::size_t row_fallbacks = 0;
      for (std::size_t fast = 0; fast < image.shape().fast; ++fast) {
        const PixelIndex pixel{slow, fast};
        if (!plan.renders(pixel)) continue;
        const auto result = renderer.pixel(pixel);
        image[pixel] = static_cast<Real>(result.photons);
        row_fallbacks += result.interpolation_fallbacks;
      }
      fallbacks += row_fallbacks;
      if (options.progress) options.progress->advance(image.shape().fast);
    });
  });
  return {fallbacks};
}

template RunReport render<float>(const plan::SamplingPlan&, std::size_t, ImageView<float>,
                                 const RunOptions&);
template RunReport render<double>(const plan::SamplingPlan&, std::size_t, ImageView<double>,
                                  const RunOptions&);

}  // namespace nanobragg::kernel::scalar
