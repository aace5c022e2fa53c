// Adds what the slabs scatter to photons, and its derivatives to theirs.
#include "nanobragg/image/amorphous.hpp"

#include <algorithm>
#include <cmath>

#include "nanobragg/base/dual.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/image/rendered_pixels.hpp"
#include "nanobragg/image/sight_grid.hpp"
#include "nanobragg/image/variable_panel.hpp"

namespace nanobragg::image {
namespace {

// Calls visit(sub-pixel) for each of a pixel.
template <class Visit>
void for_each_subpixel(std::size_t oversample, Visit visit) {
  for (std::size_t slow = 0; slow < oversample; ++slow) {
    for (std::size_t fast = 0; fast < oversample; ++fast) visit(PixelIndex{slow, fast});
  }
}

// The inputs of the panel, and behind them the Kahn factor and the wavelength.
constexpr std::size_t kKahn = plan::kPanelInputs, kWavelength = kKahn + 1;
using Slopes = Dual<double, kWavelength + 1>;

AmorphousConstants<Slopes> variable_constants(const plan::PanelPlan& plan,
                                              const AmorphousCurves& curves) {
  const double wavelength = curves.wavelength_m();
  return amorphous_constants(
      plan, curves, physics::panel_geometry(plan, variable_panel_inputs<Slopes>(plan)),
      Slopes::variable(plan.beam.kahn_factor, kKahn), Slopes::variable(wavelength, kWavelength));
}

}  // namespace

std::size_t background_oversample(const plan::PanelPlan& plan, double wavelength_m) {
  if (plan.sampling.background_oversample > 0) {
    return static_cast<std::size_t>(plan.sampling.background_oversample);
  }
  constexpr double kFinest_per_A = 0.002;
  constexpr double kMost = 8.0;
  const double angle = plan.panel.pixel_size.value() / plan.panel.close_distance.value();
  const double across = stol_per_A(angle / 2.0, wavelength_m);
  return static_cast<std::size_t>(std::clamp(std::ceil(across / kFinest_per_A), 1.0, kMost));
}

Amorphous::Amorphous(const plan::PanelPlan& plan, const AmorphousCurves& curves)
    : plan_(plan), curves_(curves) {
  if (is_absent()) return;
  constants_ = amorphous_constants(plan, curves, physics::panel_geometry<double>(plan),
                                   plan.beam.kahn_factor, curves.wavelength_m());
}

double Amorphous::photons(PixelIndex pixel) const {
  const std::size_t n = constants_.panel.oversample;
  double sum = 0.0;
  for_each_subpixel(n, [&](PixelIndex sub) {
    const auto [sine, share] = sight_of(constants_, pixel, sub);
    sum += share * curves_.sum().at(stol_per_A(sine, constants_.wavelength_m)).value;
  });
  return sum / static_cast<double>(n * n);
}

template <class Real>
void Amorphous::apply_by_grid(ImageView<Real> image, std::size_t threads) const {
  const SightGrid grid(constants_, plan_.panel.shape);
  const PixelIndex first = plan_.region.first, last = plan_.region.last;
  const std::size_t begin = first.slow / SightGrid::kBlock;
  parallel_for(last.slow / SightGrid::kBlock + 1 - begin, threads, [&](std::size_t i) {
    const std::size_t of_block = (begin + i) * SightGrid::kBlock;
    SightGrid::Block block(grid, of_block);
    const std::size_t end = std::min(of_block + SightGrid::kBlock, last.slow + 1);
    for (std::size_t slow = std::max(of_block, first.slow); slow < end; ++slow) {
      const auto sights = block.row(slow);
      for (std::size_t fast = first.fast; fast <= last.fast; ++fast) {
        if (!plan_.renders({slow, fast})) continue;
        const auto [sine, share] = sights[fast];
        const double stol = stol_per_A(sine, constants_.wavelength_m);
        Real& photons = image[{slow, fast}];
        photons =
            static_cast<Real>(static_cast<double>(photons) + share * curves_.sum().at(stol).value);
      }
    }
  });
}

template <class Real>
void Amorphous::apply_to(ImageView<Real> image, std::size_t threads) const {
  if (is_absent()) return;
  if (SightGrid::suits(constants_, plan_.panel.shape)) return apply_by_grid(image, threads);
  for_each_rendered_pixel(plan_, threads, [&](PixelIndex pixel) {
    image[pixel] = static_cast<Real>(static_cast<double>(image[pixel]) + photons(pixel));
  });
}
template void Amorphous::apply_to(ImageView<float>, std::size_t) const;
template void Amorphous::apply_to(ImageView<double>, std::size_t) const;

void Amorphous::apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const {
  if (is_absent()) return;
  slopes.is_dark = false;
  slopes.is_of_stages = true;
  const AmorphousConstants<Slopes> variable = variable_constants(plan_, curves_);
  const auto n = static_cast<double>(variable.panel.oversample);
  const double part = 1.0 / (n * n);
  const auto& places = plan::kInputPlaces.beam;
  const double fluence = plan_.beam.fluence;
  for (std::size_t i = 0; i < batch.count; ++i) {
    const PixelIndex pixel{static_cast<std::size_t>(batch.slow[i]),
                           static_cast<std::size_t>(batch.fast[i])};
    const auto by = [&](std::size_t input) -> double& { return slopes.by_input[input][i]; };
    for_each_subpixel(variable.panel.oversample, [&](PixelIndex sub) {
      const auto [sine, share] = sight_of(variable, pixel, sub);
      const Slopes stol = stol_per_A(sine, variable.wavelength_m);
      const auto [value, slope] = curves_.sum().at(stol.value);
      const Slopes photons = Slopes(part) * share * Slopes::chain(value, slope, stol);
      slopes.photons[i] += photons.value;
      for (std::size_t k = 0; k < plan::kPanelInputs; ++k) {
        by(plan::kFirstPanelInput + k) += photons.slope[k];
      }
      by(places.kahn_factor) += photons.slope[kKahn];
      by(places.wavelength_m) += photons.slope[kWavelength] * curves_.wavelength_slope();
      by(places.bandwidth) += part * share.value * curves_.by_bandwidth().at(stol.value).value;
      by(places.fluence) += photons.value / fluence;
      for (std::size_t slab = 0; slab < curves_.by_thickness().size(); ++slab) {
        by(places.slab_m[slab]) +=
            part * share.value * curves_.by_thickness()[slab].at(stol.value).value;
      }
    });
  }
}

void Amorphous::apply_to(kernel::PixelRecord& record) const {
  if (is_absent()) return;
  record.diffuse.slabs = photons(record.pixel);
  record.photons += record.diffuse.slabs;
}

}  // namespace nanobragg::image
