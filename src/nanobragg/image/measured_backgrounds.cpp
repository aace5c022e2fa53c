// Adds profiles and images to photons, and their derivatives to theirs.
#include "nanobragg/image/measured_backgrounds.hpp"

#include "nanobragg/base/dual.hpp"
#include "nanobragg/image/amorphous_sight.hpp"
#include "nanobragg/image/rendered_pixels.hpp"
#include "nanobragg/image/variable_panel.hpp"
#include "nanobragg/physics/amorphous.hpp"
#include "nanobragg/physics/pixel_position.hpp"

namespace nanobragg::image {
namespace {

PixelIndex pixel_of(const kernel::PixelBatch& batch, std::size_t i) {
  return {static_cast<std::size_t>(batch.slow[i]), static_cast<std::size_t>(batch.fast[i])};
}

// sin θ/λ of the centre of a pixel's front, Å⁻¹.
template <class T>
T stol_at_centre(const physics::PanelGeometry<T>& panel, const Vec3<T>& incident,
                 const T& wavelength_m, PixelIndex pixel) {
  const Vec3<T> position = physics::position_of<T>({pixel, {0, 0}, 0}, panel);
  return stol_per_A(physics::sine_of_half_angle(incident, position / length(position)),
                    wavelength_m);
}

template <class Real, class Stage>
void add_to(ImageView<Real> image, const plan::PanelPlan& plan, const Stage& stage,
            std::size_t threads) {
  for_each_rendered_pixel(plan, threads, [&](PixelIndex pixel) {
    image[pixel] = static_cast<Real>(static_cast<double>(image[pixel]) + stage.photons(pixel));
  });
}

}  // namespace

ProfileBackground::ProfileBackground(const plan::PanelPlan& plan, const AmorphousCurves& curves)
    : plan_(plan), curves_(curves), panel_(physics::panel_geometry<double>(plan)) {
  panel_.oversample = 1;
  const auto& measured = plan.amorphous.measured;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    if (!measured[i].profile) continue;
    const auto& [stol, photons] = *measured[i].profile;
    profiles_.push_back({i, measured[i].scale, {stol, photons}});
  }
}

double ProfileBackground::photons(PixelIndex pixel) const {
  const double stol = stol_at_centre(panel_, curves_.incident(), curves_.wavelength_m(), pixel);
  double sum = 0.0;
  for (const Profile& profile : profiles_) sum += profile.scale * profile.curve.at(stol).value;
  return sum;
}

template <class Real>
void ProfileBackground::apply_to(ImageView<Real> image, std::size_t threads) const {
  if (!is_absent()) add_to(image, plan_, *this, threads);
}
template void ProfileBackground::apply_to(ImageView<float>, std::size_t) const;
template void ProfileBackground::apply_to(ImageView<double>, std::size_t) const;

void ProfileBackground::apply_to(const kernel::PixelBatch& batch,
                                 kernel::PixelSlopes& slopes) const {
  if (is_absent()) return;
  slopes.is_dark = false;
  slopes.is_of_stages = true;
  using Slopes = Dual<double, plan::kPanelInputs + 1>;  // the last is the wavelength
  auto panel = physics::panel_geometry(plan_, variable_panel_inputs<Slopes>(plan_));
  panel.oversample = 1;
  const auto incident = vec3_as<Slopes>(curves_.incident());
  const Slopes wavelength = Slopes::variable(curves_.wavelength_m(), plan::kPanelInputs);
  const auto& places = plan::kInputPlaces.beam;
  for (std::size_t i = 0; i < batch.count; ++i) {
    const Slopes stol = stol_at_centre(panel, incident, wavelength, pixel_of(batch, i));
    double by_stol = 0.0;
    for (const Profile& profile : profiles_) {
      const auto [value, slope] = profile.curve.at(stol.value);
      slopes.photons[i] += profile.scale * value;
      slopes.by_input[places.measured_scale[profile.number]][i] += value;
      by_stol += profile.scale * slope;
    }
    for (std::size_t k = 0; k < plan::kPanelInputs; ++k) {
      slopes.by_input[plan::kFirstPanelInput + k][i] += by_stol * stol.slope[k];
    }
    slopes.by_input[places.wavelength_m][i] +=
        by_stol * stol.slope[plan::kPanelInputs] * curves_.wavelength_slope();
  }
}

void ProfileBackground::apply_to(kernel::PixelRecord& record) const {
  if (is_absent()) return;
  record.diffuse.profiles = photons(record.pixel);
  record.photons += record.diffuse.profiles;
}

ImageBackground::ImageBackground(const plan::PanelPlan& plan) : plan_(plan) {
  const auto& measured = plan.amorphous.measured;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    if (measured[i].image) images_.push_back({i, &measured[i]});
  }
}

double ImageBackground::photons(PixelIndex pixel) const {
  double sum = 0.0;
  for (const Measured& image : images_) sum += image.background->scale * of(image, pixel);
  return sum;
}

template <class Real>
void ImageBackground::apply_to(ImageView<Real> image, std::size_t threads) const {
  if (!is_absent()) add_to(image, plan_, *this, threads);
}
template void ImageBackground::apply_to(ImageView<float>, std::size_t) const;
template void ImageBackground::apply_to(ImageView<double>, std::size_t) const;

void ImageBackground::apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const {
  if (is_absent()) return;
  slopes.is_dark = false;
  slopes.is_of_stages = true;
  const auto& places = plan::kInputPlaces.beam.measured_scale;
  for (const Measured& image : images_) {
    for (std::size_t i = 0; i < batch.count; ++i) {
      const double value = of(image, pixel_of(batch, i));
      slopes.photons[i] += image.background->scale * value;
      slopes.by_input[places[image.number]][i] += value;
    }
  }
}

void ImageBackground::apply_to(kernel::PixelRecord& record) const {
  if (is_absent()) return;
  record.diffuse.images = photons(record.pixel);
  record.photons += record.diffuse.images;
}

}  // namespace nanobragg::image
