// Tables as text, JSON and CSV.
#include "nanobragg/refine/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "nanobragg/plan/variables.hpp"

namespace nanobragg::refine {
namespace {

using Json = nlohmann::ordered_json;

const plan::Parameter& row_of(const RefinedParameter& p) { return plan::info(p.parameter.ids[0]); }

std::string_view word_of(Stage stage) {
  return stage == Stage::softened ? "softened" : "asked_for";
}

std::string strong_correlations(const Result& result) {
  constexpr double kStrong = 0.9;
  std::string text;
  const Correlations& c = result.correlations;
  for (std::size_t i = 0; i < c.names.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!(std::abs(c.at(i, j)) >= kStrong)) continue;
      text += fmt::format("  {} and {}: {:+.3f}\n", c.names[j], c.names[i], c.at(i, j));
    }
  }
  return text.empty() ? text : "strong correlations\n" + text;
}

// fmt counts code units, not what is seen.
std::string padded(const std::string& text, std::size_t width) {
  const auto seen = static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  return text + std::string(width > seen ? width - seen : 0, ' ');
}

Json number_or_null(const std::optional<double>& internal, const plan::Parameter& row) {
  return internal ? Json(*internal * row.per_internal) : Json();
}

std::string amplitude_rows(const Result& result) {
  if (result.amplitudes.size() > kMostListed) {
    return fmt::format("{} amplitudes\n", result.amplitudes.size());
  }
  std::string text;
  for (const RefinedAmplitude& f : result.amplitudes) {
    text += padded(plan::name_of(f.index), 34) + padded("electrons", 14) +
            padded(fmt::format("{:.8g}", f.start), 16) + with_uncertainty(f.value, f.uncertainty) +
            "\n";
  }
  return text;
}

}  // namespace

std::string_view word_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::converged:
      return "converged";
    case Outcome::out_of_iterations:
      return "out_of_iterations";
    case Outcome::interrupted:
      return "interrupted";
    case Outcome::diverged:
      break;
  }
  return "diverged";
}

std::string with_uncertainty(double value, double uncertainty) {
  if (!(uncertainty > 0.0) || !std::isfinite(uncertainty)) return fmt::format("{:.6g}", value);
  // Two digits of the uncertainty.
  const int digits = 1 - static_cast<int>(std::floor(std::log10(uncertainty)));
  if ((digits > 12 || digits < 0) && value != 0.0) {
    const double power = std::floor(std::log10(std::abs(value)));
    const double unit = std::pow(10.0, power);
    if (uncertainty < std::abs(value) && unit != 1.0) {
      return fmt::format("{}e{:+03.0f}", with_uncertainty(value / unit, uncertainty / unit), power);
    }
    return fmt::format("{:.5g} ± {:.2g}", value, uncertainty);
  }
  return fmt::format("{:.{}f}({:.0f})", value, digits, uncertainty * std::pow(10.0, digits));
}

std::string outcome_sentence(const Result& result) {
  switch (result.outcome) {
    case Outcome::converged:
      return fmt::format("converged after {} iterations: {}", result.history.size(), result.why);
    case Outcome::out_of_iterations:
      return fmt::format("stopped after {} iterations: {}", result.history.size(), result.why);
    case Outcome::interrupted:
      return "stopped at the best state so far: " + result.why;
    case Outcome::diverged:
      break;
  }
  return fmt::format("diverged after {} iterations ({}): what follows is the best state",
                     result.history.size(), result.why);
}

std::string parameter_table(const Result& result) {
  std::string text;
  if (!result.parameters.empty() || !result.amplitudes.empty()) {
    text += padded("parameter", 34) + padded("unit", 14) + padded("start", 16) + "refined\n";
  }
  for (const RefinedParameter& p : result.parameters) {
    const plan::Parameter& row = row_of(p);
    text += padded(p.parameter.name, 34) + padded(std::string(row.unit), 14) +
            padded(fmt::format("{:.8g}", p.parameter.start * row.per_internal), 16) +
            with_uncertainty(p.value * row.per_internal,
                             p.uncertainty.value_or(0.0) * row.per_internal) +
            (p.held       ? "  held at a bound"
             : p.at_bound ? "  at a bound"
                          : "") +
            (p.is_determined() ? "" : "  not determined") + "\n";
  }
  text += amplitude_rows(result);
  text += strong_correlations(result);
  const std::string& undetermined = result.correlations.undetermined;
  if (!undetermined.empty()) text += "at the end, " + undetermined + "\n";
  for (const std::string& doubt : result.after.doubts) text += doubt + "\n";
  return text + fmt::format("{} pixels, reduced χ² {:.4g} before, {:.4g} after\n", result.pixels,
                            result.before.reduced_chi_squared, result.after.reduced_chi_squared);
}

std::string result_json(const Result& result) {
  Json out{{"outcome", word_of(result.outcome)},
           {"why", result.why},
           {"crystal_system", name_of(result.system)},
           {"pixels", result.pixels}};
  for (const auto& [name, fit] : {std::pair{"before", &result.before}, {"after", &result.after}}) {
    out[name] = {{"loss", fit->loss}, {"reduced_chi_squared", fit->reduced_chi_squared}};
  }
  out["background_photons"] = result.backgrounds;
  out["doubts"] = result.after.doubts;
  out["parameters"] = Json::array();
  for (const RefinedParameter& p : result.parameters) {
    const plan::Parameter& row = row_of(p);
    out["parameters"].push_back({{"name", p.parameter.name},
                                 {"unit", row.unit},
                                 {"start", p.parameter.start * row.per_internal},
                                 {"value", p.value * row.per_internal},
                                 {"standard_uncertainty", number_or_null(p.uncertainty, row)},
                                 {"at_bound", p.at_bound},
                                 {"held", p.held}});
  }
  Json rows = Json::array();
  const auto& [names, values, undetermined] = result.correlations;
  out["undetermined"] = undetermined;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto row = values.begin() + static_cast<std::ptrdiff_t>(i * names.size());
    rows.push_back(std::vector<double>(row, row + static_cast<std::ptrdiff_t>(names.size())));
  }
  out["correlations"] = {{"names", names}, {"rows", rows}};
  out["amplitudes"] = Json::array();
  for (const RefinedAmplitude& f : result.amplitudes) {
    out["amplitudes"].push_back({{"hkl", {f.index.h, f.index.k, f.index.l}},
                                 {"start", f.start},
                                 {"value", f.value},
                                 {"standard_uncertainty", f.uncertainty}});
  }
  out["history"] = Json::array();
  for (const Step& step : result.history) {
    out["history"].push_back({{"stage", word_of(step.stage)},
                              {"iteration", step.iteration},
                              {"loss", step.loss},
                              {"gradient", step.gradient},
                              {"step", step.step},
                              {"seconds", step.seconds}});
  }
  return out.dump(1) + "\n";
}

std::string history_csv(const Result& result) {
  std::string text = "stage,iteration,loss,gradient,step,seconds\n";
  for (const Step& s : result.history) {
    text += fmt::format("{},{},{},{},{},{:.3f}\n", word_of(s.stage), s.iteration, s.loss,
                        s.gradient, s.step, s.seconds);
  }
  return text;
}

}  // namespace nanobragg::refine
