// Adds the background to photons, and its derivatives to theirs.
#include "nanobragg/image/background.hpp"

#include "nanobragg/image/rendered_pixels.hpp"
#include "nanobragg/kernel/adjoint/point_gradient.hpp"

namespace nanobragg::image {
namespace {

// What background_photons() computes, differentiated.
class BackgroundGradient {
 public:
  BackgroundGradient(const kernel::GradientConstants& in, double photons)
      : layers_(in.plan.detector.layers.count), photons_(photons), points_(in) {}

  double photons(double slow, double fast) {
    points_.move_to(slow, fast);
    Point first;
    points_.place(first, 0, 0);
    const double polarisation = points_.polarisation(0, first);
    const double each = photons_ * polarisation * first.solid_angle;
    Bars bars;
    double captured = points_.capture(first);
    points_.add_capture(first, each, bars);
    for (int layer = 1; layer < layers_; ++layer) {
      Point point;
      Bars of_point;
      points_.place(point, layer, 0);
      captured += points_.capture(point);
      points_.add_capture(point, each, of_point);
      points_.add_position(point, of_point);
    }
    points_.add_polarisation(0, first, photons_ * captured * first.solid_angle, bars);
    points_.add_solid_angle(first, each * captured, bars);
    points_.add_position(first, bars);
    return each * captured;
  }
  plan::PlanInputs<double>& gradient() { return points_.gradient(); }

 private:
  using Point = kernel::GradientPoint<double>;
  using Bars = kernel::PointBars<double>;
  int layers_;
  double photons_;
  kernel::PointGradient<double> points_;
};

}  // namespace

Background::Background(const plan::PanelPlan& plan, kernel::Water water)
    : plan_(plan),
      constants_{.panel = physics::panel_geometry<double>(plan),
                 .layers = plan.detector.layers.count,
                 .polarisation = plan.beam.polarisation,
                 .kahn_factor = plan.beam.kahn_factor,
                 .source = kernel::source_constants(
                     plan.beam.sources.front(), plan.beam.polarisation_axis, plan.beam.kahn_factor),
                 .photons = water == kernel::Water::added_later
                                ? physics::water_photons(plan.amorphous.water_m, plan.beam.fluence)
                                : 0.0} {}

template <class Real>
void Background::apply_to(ImageView<Real> image, std::size_t threads) const {
  if (is_dark()) return;
  for_each_rendered_pixel(plan_, threads, [&](PixelIndex pixel) {
    image[pixel] = static_cast<Real>(static_cast<double>(image[pixel]) +
                                     background_photons(constants_, pixel));
  });
}
template void Background::apply_to(ImageView<float>, std::size_t) const;
template void Background::apply_to(ImageView<double>, std::size_t) const;

void Background::apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const {
  if (is_dark()) return;
  slopes.is_dark = false;
  slopes.is_of_stages = true;
  BackgroundGradient pixel(*batch.constants, constants_.photons);
  const double fluence = plan_.beam.fluence;
  for (std::size_t i = 0; i < batch.count; ++i) {
    const double photons = pixel.photons(batch.slow[i], batch.fast[i]);
    slopes.photons[i] += photons;
    auto& beam = pixel.gradient().beam;
    beam.fluence = photons / fluence;
    beam.water_m = 3.0 * photons / plan_.amorphous.water_m;
    std::size_t number = 0;
    plan::for_each_input(pixel.gradient(), [&](double& slope) {
      slopes.by_input[number++][i] += slope;
      slope = 0.0;
    });
  }
}

void Background::apply_to(kernel::PixelRecord& record) const {
  if (is_dark()) return;
  record.diffuse.water = background_photons(constants_, record.pixel);
  record.photons += record.diffuse.water;
}

}  // namespace nanobragg::image
