// What the lists of faults are made with: command lines, and changes of one function.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "golden/faults/fault_list.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/plan/orientations.hpp"
#include "nanobragg/random/rotation_cap.hpp"
#include "nanobragg/random/uniform_stream.hpp"

namespace nanobragg::test {

using commands::Change;
using commands::ChangedFormulas;
using commands::Placing;
using config::Settings;
using kernel::reference::AmplitudeAt;
using kernel::reference::Formulas;
using kernel::reference::LastStep;
using kernel::reference::LatticeAt;
using kernel::reference::LatticeFactor;
using kernel::reference::LayerOnPath;
using kernel::reference::TermPlace;
using physics::PanelGeometry;
using plan::SamplingPlan;
using V = Vec3<double>;

inline constexpr double kPi = std::numbers::pi;

// Command lines, in scenes.cpp.
extern const FaultScene kTurned;
extern const FaultScene kSwung;
extern const FaultScene kCustom;
extern const FaultScene kRound;
extern const FaultScene kGauss;
extern const FaultScene kLayers;
extern const FaultScene kBeams;
extern const FaultScene kListed;
extern const FaultScene kSized;
extern const FaultScene kTophat;
extern const FaultScene kWet;
extern const FaultScene kSkewed;

inline std::vector<Fault> joined(const std::vector<std::vector<Fault>>& parts) {
  std::vector<Fault> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline Change formulas(std::function<void(ChangedFormulas&)> f) {
  return {.formulas = std::move(f)};
}
inline Change on_plan(std::function<void(SamplingPlan&)> f) { return {.plan = std::move(f)}; }
inline Change on_flags(std::function<void(Settings&)> f) {
  return {.settings = [f](Settings s) {
    f(s);
    return s;
  }};
}
inline Change placed(std::function<void(Placing&)> f) { return {.placing = std::move(f)}; }
inline Change last_step(double (*factor)(const LastStep&)) {
  return formulas([factor](ChangedFormulas& f) {
    f.photons = [factor](const LastStep& s) { return Formulas::photons(s) * factor(s); };
  });
}
inline Change solid_angle(double (*of)(const PanelGeometry<double>&, double)) {
  return formulas([of](ChangedFormulas& f) {
    f.solid_angle = [of](const PanelGeometry<double>& p, const V& at) { return of(p, length(at)); };
  });
}
inline Change amplitude(double (*of)(const AmplitudeAt&)) {
  return formulas([of](ChangedFormulas& f) { f.amplitude = of; });
}
inline Change intensity(double (*of)(double, double)) {
  return formulas([of](ChangedFormulas& f) {
    f.intensity = [of](double cell, double lattice, const TermPlace&) { return of(cell, lattice); };
  });
}
inline Change counted(bool (*of)(const TermPlace&)) {
  return formulas([of](ChangedFormulas& f) {
    f.intensity = [of](double cell, double lattice, const TermPlace& at) {
      return of(at) ? cell * cell * lattice * lattice : 0.0;
    };
  });
}
inline Change rounded(double (*of)(double)) {
  return formulas([of](ChangedFormulas& f) {
    f.nearest = [of](const V& hkl) { return V{of(hkl.x), of(hkl.y), of(hkl.z)}; };
  });
}
inline Change along_axes(double (*of)(double h, double cells)) {
  return formulas([of](ChangedFormulas& f) {
    f.lattice = [of](const LatticeAt& at) {
      const auto& [na, nb, nc] = at.size.cells;
      const V v{of(at.hkl.x, na), of(at.hkl.y, nb), of(at.hkl.z, nc)};
      return LatticeFactor{v.x * v.y * v.z, v};
    };
  });
}
inline Change polarisation(double (*of)(double k, const V& i, const V& d, const V& axis)) {
  return formulas([of](ChangedFormulas& f) { f.polarisation = of; });
}
inline Change scattering(V (*of)(const V& d, const plan::Ray<double>& ray)) {
  return formulas([of](ChangedFormulas& f) { f.scattering = of; });
}
inline Change turned(void (*edit)(plan::CrystalSamples&)) {
  return on_plan([edit](SamplingPlan& plan) {
    plan::CrystalSamples& c = plan.crystal;
    edit(c);
    c.lattices = plan::orientations<double>(plan::in_metres(c.lattice.direct),
                                            c.continuous.spindle_axis, c.phi_rad, c.domains);
  });
}
// Mosaic turns of the four domains of a scene by another law: of(r1, r2, r3, domain), deviates
// uniform on (-1, 1).
inline Change mosaic_by(std::function<Mat3<double>(double, double, double, int)> of,
                        std::int64_t seed = 12345678) {
  return on_plan([=](SamplingPlan& plan) {
    UniformStream stream = stream_of(seed, {});
    plan::CrystalSamples& c = plan.crystal;
    const auto deviate = [&] { return 2.0 * static_cast<double>(stream.next()) - 1.0; };
    for (std::size_t i = 0; i < c.domains.size(); ++i) {
      const double r1 = deviate();
      const double r2 = deviate();
      const double r3 = deviate();
      c.domains[i] = of(r1, r2, r3, static_cast<int>(i));
    }
    c.lattices = plan::orientations<double>(plan::in_metres(c.lattice.direct),
                                            c.continuous.spindle_axis, c.phi_rad, c.domains);
  });
}
// An entry of a trace, times a factor.
inline void multiply(audit::Document& document, std::string_view key, double factor) {
  for (audit::Entry& entry : document.entries) {
    if (entry.key != key) continue;
    for (double& x : entry.numbers) x *= factor;
  }
}

}  // namespace nanobragg::test
