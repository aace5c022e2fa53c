// Adds haloes to photons, and their derivatives to theirs.
#include "nanobragg/image/liquid_haloes.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "nanobragg/base/dual.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/image/rendered_pixels.hpp"
#include "nanobragg/image/variable_panel.hpp"
#include "nanobragg/physics/displacement.hpp"
#include "nanobragg/physics/scattering.hpp"
#include "nanobragg/plan/orientations.hpp"

namespace nanobragg::image {
namespace {

constexpr PixelIndex kWholePixel{0, 0};

// What a pixel's centre scatters along, and its P·Ω·captured.
template <class T>
struct HaloSight {
  Vec3<T> q;  // m⁻¹
  T share;
};

template <class T>
HaloSight<T> halo_sight(const AmorphousConstants<T>& in, PixelIndex pixel) {
  const auto first = physics::absorption_point<T>({pixel, kWholePixel, 0}, in.panel);
  const Vec3<T> diffracted = first.position / length(first.position);
  return {physics::scattering_vector(diffracted, in.incident, in.wavelength_m),
          sight_of(in, pixel, kWholePixel).share};
}

Vec3<double> indices(const Axes<double>& axes_m, const Vec3<double>& q) {
  return {dot(axes_m.a, q), dot(axes_m.b, q), dot(axes_m.c, q)};
}

// The inputs of the panel, and behind them the Kahn factor and the wavelength.
constexpr std::size_t kKahn = plan::kPanelInputs, kWavelength = kKahn + 1;
using Slopes = Dual<double, kWavelength + 1>;

// The sum of haloes with its derivatives.
struct IntensitySlopes {
  double value = 0.0;
  Vec3<double> by_hkl;
  SymmetricTensor<double> by_beta{}, by_g{};
};

// Adds scale·vi·vj, doubled off the diagonal, to a tensor's derivative.
void add_products(SymmetricTensor<double>& to, double scale, const Vec3<double>& v) {
  to[0] += scale * v.x * v.x, to[1] += scale * v.y * v.y, to[2] += scale * v.z * v.z;
  to[3] += 2.0 * scale * v.x * v.y, to[4] += 2.0 * scale * v.x * v.z;
  to[5] += 2.0 * scale * v.y * v.z;
}

Vec3<double> product(const SymmetricTensor<double>& t, const Vec3<double>& v) {
  return {t[0] * v.x + t[3] * v.y + t[4] * v.z, t[3] * v.x + t[1] * v.y + t[5] * v.z,
          t[4] * v.x + t[5] * v.y + t[2] * v.z};
}

// R·v.
Vec3<double> turned_back(const Vec3<double>& v, const SymmetryOperation& operation) {
  const auto& r = operation.rotation;
  const auto row = [&](std::size_t i) { return r[i][0] * v.x + r[i][1] * v.y + r[i][2] * v.z; };
  return {row(0), row(1), row(2)};
}

// By the elements of g, over √(det g) of it: half the inverse, doubled off the diagonal.
SymmetricTensor<double> by_root_of_determinant(const SymmetricTensor<double>& g) {
  const double det = physics::determinant(g);
  return {0.5 * (g[1] * g[2] - g[5] * g[5]) / det, 0.5 * (g[0] * g[2] - g[4] * g[4]) / det,
          0.5 * (g[0] * g[1] - g[3] * g[3]) / det, (g[4] * g[5] - g[3] * g[2]) / det,
          (g[3] * g[5] - g[4] * g[1]) / det,       (g[3] * g[4] - g[5] * g[0]) / det};
}

// What physics::liquid_intensity() computes, differentiated; calls `take` with each reflection and
// its part of the value.
template <class Take>
IntensitySlopes intensity_slopes(const Vec3<double>& hkl,
                                 const physics::LiquidTensors<double>& tensors,
                                 const physics::HaloSum& rule, const StructureFactors& table,
                                 Take take) {
  IntensitySlopes out;
  const double scale = 8.0 * constants::kPi * std::sqrt(physics::determinant(tensors.g));
  const double each = 1.0 / static_cast<double>(rule.rotations.size());
  physics::for_each_halo(hkl, rule.neighbours, [&](const MillerIndex& index) {
    const double amplitude = table.at(index);
    if (amplitude == 0.0) return;
    const Vec3<double> at{static_cast<double>(index.h), static_cast<double>(index.k),
                          static_cast<double>(index.l)};
    const Vec3<double> offset = hkl - at;
    const double kept = std::exp(0.5 * physics::quadratic_form(tensors.beta, at));
    const double weight = scale * amplitude * amplitude;
    double shape = 0.0;
    for (const SymmetryOperation& operation : rule.rotations) {
      const Vec3<double> v = physics::rotated(offset, operation);
      const double width = 1.0 + physics::kFourPiSquared * physics::quadratic_form(tensors.g, v);
      const double part = each / (width * width);
      shape += part;
      const double by_form = -2.0 * physics::kFourPiSquared * weight * (kept - 1.0) * part / width;
      out.by_hkl = out.by_hkl + (2.0 * by_form) * turned_back(product(tensors.g, v), operation);
      add_products(out.by_g, by_form, v);
    }
    const double value = weight * (kept - 1.0) * shape;
    out.value += value;
    add_products(out.by_beta, 0.5 * weight * kept * shape, at);
    take(index, value, amplitude);
  });
  const SymmetricTensor<double> by_root = by_root_of_determinant(tensors.g);
  for (std::size_t i = 0; i < kTensorElements; ++i) out.by_g[i] += out.value * by_root[i];
  return out;
}

}  // namespace

std::vector<HaloAngle> halo_angles(const plan::CrystalSamples& crystal) {
  const std::size_t steps = crystal.phi_rad.size();
  const std::size_t count = std::min(steps, kHaloAngles);
  const Axes<double> at_zero = plan::in_metres(crystal.lattice.direct);
  const double step = crystal.oscillation.step;
  std::vector<HaloAngle> angles;
  for (std::size_t i = 0; i < count; ++i) {
    // In the middle of the steps that it stands for.
    const double phi = crystal.phi_rad[(2 * i + 1) * steps / (2 * count)];
    const double turned = phi - crystal.continuous.phi_start_rad;
    const auto turn = [&](const Vec3<double>& axis) {
      return rotate_about(axis, crystal.continuous.spindle_axis, phi);
    };
    angles.push_back({phi, step == 0.0 ? 0.0 : turned / step, transform(at_zero, turn)});
  }
  return angles;
}

LiquidHaloes::LiquidHaloes(const plan::PanelPlan& plan, const AmorphousCurves& curves)
    : plan_(plan), curves_(curves) {
  const plan::CrystalSamples& crystal = plan.crystal;
  const auto& liquid = crystal.continuous.motions.liquid;
  if (!liquid) return;
  constants_ = amorphous_constants(plan, curves, physics::panel_geometry<double>(plan),
                                   plan.beam.kahn_factor, curves.wavelength_m());
  constants_.panel.oversample = 1;
  angles_ = halo_angles(crystal);
  tensors_ = {liquid->beta, liquid->g};
  rule_ = {liquid->rotations, liquid->neighbours};
  const auto& [na, nb, nc] = crystal.cells;
  scale_ = na * nb * nc *
           physics::photons_of_sum(plan.beam.fluence, crystal.continuous.blocks,
                                   static_cast<double>(angles_.size()));
}

double LiquidHaloes::photons(PixelIndex pixel) const {
  const auto [q, share] = halo_sight(constants_, pixel);
  if (!physics::is_within_limit(q, plan_.sampling.resolution_limit.value())) return 0.0;
  double sum = 0.0;
  for (const HaloAngle& angle : angles_) {
    sum += physics::liquid_intensity(indices(angle.axes_m, q), tensors_, rule_,
                                     *plan_.crystal.structure_factors);
  }
  return scale_ * share * physics::displacement_factor(plan_.crystal.b_factor, q) * sum;
}

template <class Real>
void LiquidHaloes::apply_to(ImageView<Real> image, std::size_t threads) const {
  if (is_absent()) return;
  for_each_rendered_pixel(plan_, threads, [&](PixelIndex pixel) {
    image[pixel] = static_cast<Real>(static_cast<double>(image[pixel]) + photons(pixel));
  });
}
template void LiquidHaloes::apply_to(ImageView<float>, std::size_t) const;
template void LiquidHaloes::apply_to(ImageView<double>, std::size_t) const;

struct LiquidHaloes::View {
  Vec3<Slopes> q;
  Vec3<double> q_value;
  Slopes factor;  // of intensities, displacement included
};

void LiquidHaloes::apply_to(const kernel::PixelBatch& batch, kernel::PixelSlopes& slopes) const {
  if (is_absent()) return;
  slopes.is_dark = false;
  slopes.is_of_stages = true;
  AmorphousConstants<Slopes> variable = amorphous_constants(
      plan_, curves_, physics::panel_geometry(plan_, variable_panel_inputs<Slopes>(plan_)),
      Slopes::variable(plan_.beam.kahn_factor, kKahn),
      Slopes::variable(curves_.wavelength_m(), kWavelength));
  variable.panel.oversample = 1;
  for (std::size_t i = 0; i < batch.count; ++i) {
    const PixelIndex pixel{static_cast<std::size_t>(batch.slow[i]),
                           static_cast<std::size_t>(batch.fast[i])};
    const auto [q, share] = halo_sight(variable, pixel);
    const Vec3<double> value = vec3_as<double>(q);
    if (!physics::is_within_limit(value, plan_.sampling.resolution_limit.value())) continue;
    const Slopes displaced = physics::displacement_factor(plan_.crystal.b_factor, q);
    add_slopes({q, value, Slopes(scale_) * share * displaced}, i, slopes);
  }
}

void LiquidHaloes::add_slopes(const View& view, std::size_t i, kernel::PixelSlopes& slopes) const {
  const auto& places = plan::kInputPlaces;
  const auto by = [&](std::size_t input) -> double& { return slopes.by_input[input][i]; };
  const Vec3<double>& spindle = plan_.crystal.continuous.spindle_axis;
  const StructureFactors& table = *plan_.crystal.structure_factors;
  const double factor = view.factor.value;
  Slopes total(0.0);
  if (slopes.amplitudes) slopes.amplitudes->move_to(i, 1);
  for (const HaloAngle& angle : angles_) {
    const Axes<double>& axes = angle.axes_m;
    const IntensitySlopes s = intensity_slopes(
        indices(axes, view.q_value), tensors_, rule_, table,
        [&](const MillerIndex& index, double value, double amplitude) {
          if (!slopes.amplitudes || !table.has_table() || !table.box().contains(index)) return;
          const double slope = 2.0 * factor * value / amplitude;
          slopes.amplitudes->add(table.position(index), &slope);
        });
    // Through q: by the panel and the wavelength.
    const Vec3<double> by_q = s.by_hkl.x * axes.a + s.by_hkl.y * axes.b + s.by_hkl.z * axes.c;
    Slopes intensity(s.value);
    for (std::size_t k = 0; k < intensity.slope.size(); ++k) {
      intensity.slope[k] =
          by_q.x * view.q.x.slope[k] + by_q.y * view.q.y.slope[k] + by_q.z * view.q.z.slope[k];
    }
    total += view.factor * intensity;
    // Through the axes, which turn with the spindle.
    const Vec3<double> q_at_zero = rotate_about(view.q_value, spindle, -angle.phi_rad);
    const auto add_axis = [&](const Vec3<std::size_t>& place, double by_index) {
      by(place.x) += factor * by_index * q_at_zero.x;
      by(place.y) += factor * by_index * q_at_zero.y;
      by(place.z) += factor * by_index * q_at_zero.z;
    };
    add_axis(places.crystal.axes.a, s.by_hkl.x);
    add_axis(places.crystal.axes.b, s.by_hkl.y);
    add_axis(places.crystal.axes.c, s.by_hkl.z);
    const double by_phi = factor * dot(cross(spindle, by_q), view.q_value);
    by(places.crystal.phi_start) += by_phi;
    by(places.crystal.phi_step) += by_phi * angle.step;
    for (std::size_t k = 0; k < kTensorElements; ++k) {
      by(places.crystal.motions.liquid[k]) += factor * s.by_beta[k];
      by(places.crystal.motions.correlations[k]) += factor * s.by_g[k];
    }
  }
  slopes.photons[i] += total.value;
  for (std::size_t k = 0; k < plan::kPanelInputs; ++k) {
    by(plan::kFirstPanelInput + k) += total.slope[k];
  }
  by(places.beam.kahn_factor) += total.slope[kKahn];
  by(places.beam.wavelength_m) += total.slope[kWavelength] * curves_.wavelength_slope();
  by(places.beam.fluence) += total.value / plan_.beam.fluence;
  for (std::size_t k = 0; k < 3; ++k) {
    by(places.crystal.cells[k]) += total.value / plan_.crystal.cells[k];
  }
  by(places.crystal.b_factor) += total.value * physics::kExponent * dot(view.q_value, view.q_value);
}

void LiquidHaloes::apply_to(kernel::PixelRecord& record) const {
  if (is_absent()) return;
  record.diffuse.haloes = photons(record.pixel);
  record.photons += record.diffuse.haloes;
}

}  // namespace nanobragg::image
