// Gathers the numbers, and finds the lone factor.
#include "nanobragg/commands/audit/run_numbers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <set>

#include "nanobragg/audit/factors.hpp"
#include "nanobragg/audit/mistyped.hpp"
#include "nanobragg/base/constants.hpp"

namespace nanobragg::commands {
namespace {

using audit::Difference;
using audit::Document;
using audit::Entry;

// Scalars that the photons are proportional to, or the square of which they are.
constexpr std::array<std::string_view, 12> kFactors{
    "omega_pixel_sr", "F_latt",  "F_cell",           "I_before_scaling",
    "r_e_meters",     "r_e_sqr", "capture_fraction", "fluence_photons_per_m2",
    "steps",          "polar",   "omega_pixel",      "I_pixel_final"};

// The power of a factor in the photons.
double power_of(std::string_view key) {
  if (key == "F_latt" || key == "F_cell" || key == "r_e_meters") return 2.0;
  return key == "steps" ? -1.0 : 1.0;
}

struct LoneFactor {
  std::string key;
  double ratio = 1.0;  // of the trace to the simulation
  double uncertainty = 0.0;
};

double relative_uncertainty(const Entry& entry) {
  return entry.uncertainty.empty() ? 0.0 : std::abs(entry.uncertainty[0] / entry.numbers[0]);
}

// The factor that all divergences come from, with its ratio.
std::optional<LoneFactor> lone_factor(const Document& simulated, const Document& trace,
                                      const audit::Tolerance& tolerance) {
  const audit::SettledPair pair = audit::settle_carried_factors(simulated, trace);
  const audit::Comparison comparison = audit::compare(pair.a, pair.b, tolerance);
  std::optional<LoneFactor> lone;
  for (const Difference& row : comparison.rows) {
    if (row.cause != audit::Cause::origin) continue;
    // Of each spindle step and source, the same factor again.
    const bool is_lattice = row.key == "phi.F_latt" || row.key == "source.F_latt";
    const std::string key = is_lattice ? "F_latt" : row.key;
    const bool is_factor = std::ranges::find(kFactors, key) != kFactors.end();
    // The square of a constant that is printed beside it.
    const bool follows = lone && row.key == "r_e_sqr" && lone->key == "r_e_meters";
    if (follows) continue;
    if (!is_factor || !row.a || !row.b || (lone && lone->key != key)) return std::nullopt;
    const double ratio = row.b->numbers[0] / row.a->numbers[0];
    const double uncertainty = relative_uncertainty(*row.a) + relative_uncertainty(*row.b) + 1e-12;
    if (!lone) {
      lone = LoneFactor{key, ratio, uncertainty};
    } else if (std::abs(ratio / lone->ratio - 1.0) > 2.0 * uncertainty + 1e-10) {
      return std::nullopt;
    }
  }
  if (!lone) return lone;
  // The photons must follow from it alone.
  const auto report = audit::compare_factors(pair.a, pair.b);
  if (!report) return lone;
  const double expected = std::pow(lone->ratio, power_of(lone->key));
  constexpr double kClose = 1e-6;
  // Without photons nothing is seen of it.
  const bool is_dark = report->factors.front().a == 0.0;
  const bool follows =
      is_dark || std::abs(report->final_ratio / expected - 1.0) <= kClose + 4.0 * lone->uncertainty;
  if (!follows) return std::nullopt;
  return lone;
}

// A constant that the photons are proportional to, or the square of which they are.
struct Constant {
  const char *name, *digits;
  double power;  // in the photons
  std::vector<std::string_view> shown_by;
  std::vector<const char*> editions;
};

const std::vector<Constant>& constants_of_photons() {
  static const std::vector<Constant> list{
      {"r_e",
       "2.81794117756025e-15",
       2.0,
       {"r_e_meters", "I_pixel_final"},
       {"2.8179403205e-15", "2.8179403262e-15", "2.8179403227e-15", "2.8179403267e-15",
        "2.8179402894e-15", "2.817940325e-15", "2.81794092e-15"}},
      {"r_e squared", "7.94079248018965e-30", 1.0, {"r_e_sqr", "I_pixel_final"}, {"7.95e-30"}},
      {"the fluence of no flux", "1.25932015286227e+29", 1.0, {"fluence_photons_per_m2"}, {}}};
  return list;
}

// Constants that make the ratio where they are typed in otherwise. Where the trace shows the
// constant itself, which is computed from nothing, any other value is the cause.
std::vector<audit::Claim> constant_claims(const LoneFactor& lone) {
  std::vector<audit::Claim> claims;
  const auto claim = [&](const std::string& name, const std::string& does) {
    claims.push_back({audit::ChangeKind::ratio, name, does, {}});
  };
  // Few digits fit many slips.
  constexpr double kTells = 1e-2;
  const bool tells = lone.uncertainty < kTells * std::abs(lone.ratio - 1.0);
  for (const Constant& constant : constants_of_photons()) {
    if (!tells || std::ranges::find(constant.shown_by, lone.key) == constant.shown_by.end())
      continue;
    const bool is_shown = lone.key == constant.shown_by.front();
    std::vector<audit::TypedNumber> others = audit::mistyped(constant.digits);
    for (const char* edition : constant.editions) {
      others.push_back({edition, std::strtod(edition, nullptr)});
    }
    for (const audit::TypedNumber& other : others) {
      const double times = other.value / std::strtod(constant.digits, nullptr);
      const double ratio = std::pow(times, is_shown ? 1.0 : constant.power);
      // The digits above are those of the C program's printing.
      constexpr double kDigits = 1e-13;
      if (std::abs(ratio / lone.ratio - 1.0) > lone.uncertainty + kDigits) continue;
      claim(fmt::format("{}: {}", constant.name, other.text),
            fmt::format("takes {} for {} ({})", other.text, constant.name, constant.digits));
    }
  }
  const bool is_constant = lone.key == "r_e_meters" || lone.key == "r_e_sqr";
  if (is_constant && claims.empty()) {
    const double own = lone.key == "r_e_meters"
                           ? std::sqrt(constants::kClassicalElectronRadiusSquared)
                           : constants::kClassicalElectronRadiusSquared;
    claim(
        fmt::format("{}: another constant", lone.key),
        fmt::format("has {:.12g} for the constant {} ({:.12g})", own * lone.ratio, lone.key, own));
  }
  return claims;
}

std::string clause_of(const LoneFactor& lone, const audit::RatioFit& fit) {
  std::vector<std::string> parts;
  for (const audit::Power& p : fit) {
    const std::string value = p.name == "2" || p.name == "10" || p.name == "pi"
                                  ? std::string()
                                  : fmt::format(" ({:.6g})", p.value);
    if (p.name == "10") {
      parts.push_back(fmt::format("a unit or constant that is off by 1e{:g}", p.power));
    } else if (p.power < 0.0) {
      parts.push_back(
          fmt::format("{}{} left out, or dividing once more (power {:g})", p.name, value, p.power));
    } else {
      parts.push_back(fmt::format("{}{} multiplied once more, or missing as a divisor (power {:g})",
                                  p.name, value, p.power));
    }
  }
  return fmt::format("has {} {:.9g} times as large: {}", lone.key, lone.ratio,
                     fmt::join(parts, "; and "));
}

}  // namespace

std::vector<audit::NamedNumber> run_numbers(const BaseRun& base) {
  std::vector<audit::NamedNumber> numbers;
  const auto add = [&](std::string name, double value) {
    if (value > 0.0) numbers.push_back({std::move(name), value});
  };
  const config::Settings& s = base.job.origin.effective;
  const plan::SamplingPlan& plan = base.plan;
  const plan::CrystalSamples& crystal = plan.crystal;
  if (s.exposure_s) add("exposure/s", *s.exposure_s);
  if (s.beamsize_mm) add("beamsize/m", *s.beamsize_mm * 1e-3);
  if (s.flux) add("flux", *s.flux);
  add("fluence", plan.beam.fluence);
  add("r_e/m", std::sqrt(constants::kClassicalElectronRadiusSquared));
  add("steps", plan.steps);
  add("sub-pixels along an axis", plan.sampling.oversample);
  add("layers", plan.detector.layers.count);
  add("sources", static_cast<double>(plan.beam.sources.size()));
  add("spindle steps", static_cast<double>(crystal.phi_rad.size()));
  add("mosaic domains", static_cast<double>(crystal.domains.size()));
  const auto& [na, nb, nc] = crystal.cells;
  add("Na", na);
  if (nb != na) add("Nb", nb);
  if (nc != na && nc != nb) add("Nc", nc);
  add("Na*Nb*Nc", na * nb * nc);
  add("fudge", crystal.fudge);
  add("lambda/A", 1e10 * plan.beam.sources.front().wavelength_m);
  add("lambda/m", plan.beam.sources.front().wavelength_m);
  add("cell volume/A^3", crystal.lattice.volume);
  add("distance/m", std::abs(plan.detector.panels.front().distance.value()));
  add("close distance/m", std::abs(plan.detector.panels.front().close_distance.value()));
  add("pixel/m", plan.detector.panels.front().pixel_size.value());
  const auto of_trace = [&](const char* key, const char* name) {
    const Entry* entry = base.trace.first(key);
    if (entry != nullptr && entry->numbers.size() == 1) add(name, std::abs(entry->numbers[0]));
  };
  of_trace("polar", "polarisation");
  of_trace("obliquity_factor", "obliquity");
  of_trace("R_distance_meters", "R/m");
  of_trace("F_cell", "F_cell");
  of_trace("F_latt", "F_latt");
  of_trace("omega_pixel", "solid angle/sr");
  of_trace("capture_fraction", "captured fraction");
  of_trace("cos_2theta", "cos 2theta");
  return numbers;
}

std::vector<audit::Claim> ratio_claims(const Document& simulated, const Document& trace,
                                       const audit::Tolerance& tolerance, const BaseRun& base) {
  std::vector<audit::Claim> claims;
  const auto lone = lone_factor(simulated, trace, tolerance);
  if (!lone) return claims;
  if (lone->ratio < 0.0) {
    claims.push_back({audit::ChangeKind::ratio,
                      fmt::format("{}: opposite sign", lone->key),
                      fmt::format("has {} with the opposite sign", lone->key),
                      {}});
    // Of another size as well, that alone would not do.
    const bool is_sign_alone = std::abs(lone->ratio + 1.0) <= lone->uncertainty;
    return is_sign_alone ? claims : std::vector<audit::Claim>{};
  }
  claims = constant_claims(*lone);
  // What is off by itself is no power of itself, but where it is squared, rooted or left out.
  std::set<std::string> texts;
  for (const audit::RatioFit& fit :
       audit::ratio_fits(lone->ratio, lone->uncertainty, run_numbers(base))) {
    const std::string name = fmt::format("{}: {}", lone->key, audit::text_of(fit));
    if (!texts.insert(name).second) continue;
    claims.push_back({audit::ChangeKind::ratio, name, clause_of(*lone, fit), {}});
  }
  return claims;
}

}  // namespace nanobragg::commands
