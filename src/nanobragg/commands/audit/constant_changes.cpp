// Constants of the formulas with another value: few digits, a slip, or another edition.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "nanobragg/audit/mistyped.hpp"
#include "nanobragg/base/constants.hpp"
#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/commands/audit/reorientation.hpp"
#include "nanobragg/config/options/option.hpp"

namespace nanobragg::commands {
namespace {

using audit::TypedNumber;
using config::Settings;
using kernel::reference::Formulas;
using kernel::reference::LatticeAt;
using kernel::reference::LatticeFactor;

constexpr double kPi = constants::kPi;
constexpr const char* kPiDigits = "3.1415926535898";

// Few digits, slips, and fractions.
std::vector<TypedNumber> other_pis() {
  std::vector<TypedNumber> values = audit::mistyped(kPiDigits);
  values.push_back({"22/7", 22.0 / 7.0});
  values.push_back({"355/113", 355.0 / 113.0});
  return values;
}

// π in the argument of a lattice factor scales the indices.
void add_lattice_pis(Changes& changes) {
  for (const TypedNumber& pi : other_pis()) {
    changes.formulas(
        fmt::format("pi_{}_in_lattice_factor", pi.text),
        fmt::format("takes {} for pi in the lattice factor", pi.text),
        [times = pi.value / kPi](ChangedFormulas& f) {
          f.lattice = [times, own = f.lattice](const LatticeAt& at) {
            return own({at.crystal, at.size, at.quirks, times * at.hkl, times * at.nearest});
          };
        });
  }
}

// Radians a degree, by which such a program has them larger.
std::vector<TypedNumber> other_radians() {
  std::vector<TypedNumber> values;
  for (const double pi : {3.14, 3.1415, 3.1416, 3.14159, 3.141592, 3.141593, 3.1415926, 3.1459}) {
    values.push_back({fmt::format("pi of {}", pi), pi / kPi});
  }
  values.push_back({"pi of 22/7", 22.0 / 7.0 / kPi});
  for (const char* degrees :
       {"57", "57.3", "57.29", "57.296", "57.2958", "57.29578", "57.295779"}) {
    values.push_back(
        {fmt::format("{} degrees a radian", degrees), 180.0 / kPi / std::strtod(degrees, nullptr)});
  }
  for (const char* radians :
       {"0.017", "0.0174", "0.0175", "0.01745", "0.017453", "0.0174533", "0.01745329"}) {
    values.push_back(
        {fmt::format("{} radians a degree", radians), std::strtod(radians, nullptr) * 180.0 / kPi});
  }
  return values;
}

bool is_angle(const config::Option& option) { return option.key.ends_with("_deg"); }

// Multiplies angles of the settings, where they are given.
struct Scaled {
  Settings& settings;
  double times;
  bool any = false;

  void operator()(config::Member<double> member) {
    if (!(settings.*member)) return;
    *(settings.*member) *= times;
    any = any || *(settings.*member) != 0.0;
  }
  void operator()(config::Member<Vector> member) {
    if (!(settings.*member)) return;
    *(settings.*member) = times * *(settings.*member);
    any = any || *(settings.*member) != Vector{};
  }
  // Of a cell, behind its lengths.
  void operator()(config::Member<std::vector<double>> member) {
    if (!(settings.*member)) return;
    for (std::size_t i = 3; i < (settings.*member)->size(); ++i) {
      (*(settings.*member))[i] *= times;
      any = true;
    }
  }
  void operator()(const config::NumbersOrWord& value) { (*this)(value.numbers); }
  template <class T>
  void operator()(const T&) {}
};

bool scale_angles(Settings& settings, double times, const config::Option* only = nullptr) {
  Scaled scaled{settings, times};
  for (const config::Option& option : config::option_table()) {
    if (is_angle(option) && (only == nullptr || only == &option)) {
      std::visit(scaled, option.binding);
    }
  }
  return scaled.any;
}

void add_radians(Changes& changes, const Scene& scene) {
  const auto scaled = [&](const std::string& name, const std::string& what,
                          const config::Option* only) {
    Settings given = scene.settings;
    if (!scale_angles(given, 1.0, only)) return;
    for (const TypedNumber& radians : other_radians()) {
      changes.settings(fmt::format("{} by {}", name, radians.text),
                       fmt::format("turns {} from degrees into radians by {}", what, radians.text),
                       [times = radians.value, only](Settings s) {
                         scale_angles(s, times, only);
                         return s;
                       });
    }
  };
  scaled("angles", "all angles", nullptr);
  for (const config::Option& option : config::option_table()) {
    if (!is_angle(option) || option.spellings.empty()) continue;
    const std::string& flag = option.spellings.front().flag;
    scaled(flag.substr(1), flag, &option);
  }
  const auto& angles = scene.plan.crystal.phi_rad;
  if (std::ranges::all_of(angles, [](double phi) { return phi == 0.0; })) return;
  for (const TypedNumber& radians : other_radians()) {
    changes.plan(fmt::format("spindle by {}", radians.text),
                 fmt::format("turns spindle angles from degrees into radians by {}", radians.text),
                 [times = radians.value](plan::SamplingPlan& plan) {
                   for (double& phi : plan.crystal.phi_rad) phi *= times;
                   reorient(plan);
                 });
  }
}

// hc, where the wavelength is that of a photon energy: of a whole number of tenths of eV.
void add_energies(Changes& changes, const Scene& scene) {
  if (!scene.settings.wavelength_A) return;
  constexpr double kOwn = constants::kAngstromElectronVolt;
  const double tenths = 10.0 * kOwn / *scene.settings.wavelength_A;
  const double hundred_thousandths = 1e5 * *scene.settings.wavelength_A;
  const auto is_whole = [](double x) { return std::abs(x - std::round(x)) < 1e-8 * x; };
  if (!is_whole(tenths) || is_whole(hundred_thousandths)) return;
  std::vector<TypedNumber> values = audit::mistyped("12398.42");
  for (const char* other : {"12398.4198", "12398.41984", "12398.4193", "12398.4244", "12398.425",
                            "12398.43", "12398.5", "12399", "12400", "12398.4187"}) {
    values.push_back({other, std::strtod(other, nullptr)});
  }
  for (const TypedNumber& hc : values) {
    changes.settings(
        fmt::format("hc_{}", hc.text),
        fmt::format("takes {} for hc in A eV ({}), by which energies become wavelengths", hc.text,
                    kOwn),
        [times = hc.value / kOwn](Settings s) {
          *s.wavelength_A *= times;
          return s;
        });
  }
}

// of(own amplitude, Na·Nb·Nc, another value over the own one)
void add_lattice_constant(Changes& changes, const char* name, const char* what, const char* own,
                          double (*of)(double, double, double)) {
  for (const TypedNumber& other : audit::mistyped(own)) {
    if (other.value <= 0.0) continue;
    changes.formulas(
        fmt::format("{}_{}", name, other.text),
        fmt::format("takes {} for {}, {}", other.text, own, what),
        [of, times = other.value / std::strtod(own, nullptr)](ChangedFormulas& f) {
          f.lattice = [of, times, lattice = f.lattice](const LatticeAt& at) {
            const LatticeFactor factor = lattice(at);
            const auto& [na, nb, nc] = at.size.cells;
            return LatticeFactor{of(factor.amplitude, na * nb * nc, times), factor.along_axes};
          };
        });
  }
}

void add_shape_constants(Changes& changes, CrystalShape shape) {
  if (shape == CrystalShape::round) {
    add_lattice_constant(changes, "round_volume", "the volume ratio of a round crystal",
                         "0.723601254558268",
                         [](double own, double, double times) { return times * own; });
  }
  if (shape == CrystalShape::gauss || shape == CrystalShape::gauss_cells) {
    // exp(−x/0.63)
    add_lattice_constant(changes, "gauss_width", "the width of a Gaussian spot", "0.63",
                         [](double own, double cells, double times) {
                           return cells * std::pow(own / cells, 1.0 / times);
                         });
  }
}

// Of the photons that water scatters: w³·F²·N_A·1e6/M.
void add_water_constants(Changes& changes, const Scene& scene) {
  if (scene.plan.amorphous.water_m == 0.0) return;
  const auto scaled = [&](const std::string& name, const std::string& does, double times) {
    changes.plan("water_" + name, does,
                 [times](plan::SamplingPlan& plan) { plan.amorphous.water_m *= std::cbrt(times); });
  };
  struct Row {
    const char *name, *what, *own;
    double power;
    std::vector<const char*> editions;
  };
  for (const Row& row :
       {Row{"avogadro",
            "Avogadro's number",
            "6.02214179e23",
            1.0,
            {"6.02214076e23", "6.0221415e23", "6.0221367e23"}},
        Row{"molar_mass",
            "the molar mass of water",
            "18",
            -1.0,
            {"18.01528", "18.0153", "18.015", "18.01", "18.02"}},
        Row{"F", "F of a molecule of water", "2.57", 2.0, {"10", "3", "2.5", "2.6"}}}) {
    std::vector<TypedNumber> values = audit::mistyped(row.own);
    for (const char* other : row.editions) values.push_back({other, std::strtod(other, nullptr)});
    for (const TypedNumber& other : values) {
      if (other.value <= 0.0) continue;
      scaled(fmt::format("{}_{}", row.name, other.text),
             fmt::format("takes {} for {}, {}", other.text, row.own, row.what),
             std::pow(other.value / std::strtod(row.own, nullptr), row.power));
    }
    const double value = std::strtod(row.own, nullptr);
    scaled(fmt::format("{}_left_out", row.name),
           fmt::format("leaves {} out of what water scatters", row.what),
           std::pow(value, -row.power));
    scaled(fmt::format("{}_inverted", row.name),
           fmt::format("has {} on the other side of the fraction in what water scatters", row.what),
           std::pow(value, -2.0 * row.power));
  }
  const double size = scene.plan.amorphous.water_m;
  scaled("F_not_squared", "does not square F in what water scatters", 1.0 / constants::kWaterF);
  scaled("size_squared", "takes the square of the size for its cube in what water scatters",
         1.0 / size);
  scaled("size_not_cubed", "does not cube the size in what water scatters", 1.0 / (size * size));
  scaled("size_fourth_power", "multiplies by the size once more in what water scatters", size);
  for (const double tens : {1e-9, 1e-6, 1e-3, 1e3, 1e6, 1e9}) {
    scaled(fmt::format("times_{:.0e}", tens),
           fmt::format("has {:.0e} times of what water scatters (another unit)", tens), tens);
  }
}

}  // namespace

void add_constants(Changes& changes, const Scene& scene) {
  add_lattice_pis(changes);
  add_radians(changes, scene);
  add_energies(changes, scene);
  add_shape_constants(changes, scene.plan.crystal.shape);
  add_water_constants(changes, scene);
}

}  // namespace nanobragg::commands
