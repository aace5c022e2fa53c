// I_pixel_final = r_e² · fluence · blocks · I / steps · capture · polarisation · solid angle ·
// transmission, taken apart.
#include "nanobragg/audit/factors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace nanobragg::audit {
namespace {

struct FactorRow {
  std::string_view key;
  std::string_view moved_by;  // the switch that moves it into the sum
};

constexpr auto kFactors = std::to_array<FactorRow>({
    {"I_before_scaling", ""},
    {"r_e_sqr", ""},
    {"fluence_photons_per_m2", ""},
    {"blocks", ""},
    {"steps", ""},
    {"capture_fraction", "oversample_thick"},
    {"polar", "oversample_polar"},
    {"omega_pixel", "oversample_omega"},
    {"transmission", ""},
});

constexpr std::string_view kIntensity = "I_before_scaling";

// Single-precision traces close to some 1e-7; a factor that is left out is far from 1.
constexpr double kClosed = 1e-5;

std::optional<double> number_of(const Document& document, std::string_view key) {
  const Entry* entry = document.find(key);
  if (entry == nullptr || entry->numbers.size() != 1) return std::nullopt;
  return entry->numbers.front();
}

// The product over I_pixel_final without one factor; NaN where a number is missing.
double closure(const Document& document, std::string_view left_out = {}) {
  const auto final = number_of(document, "I_pixel_final");
  if (!final || !number_of(document, kIntensity)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  double product = 1.0;
  for (const FactorRow& row : kFactors) {
    if (row.key != left_out) product *= factor_value(document, row.key);
  }
  return product == *final ? 1.0 : product / *final;
}

std::optional<double> log_share(double ratio, double final_ratio) {
  if (!(ratio > 0.0) || !(final_ratio > 0.0) || std::log(final_ratio) == 0.0) return std::nullopt;
  const double share = std::log(ratio) / std::log(final_ratio);
  if (!std::isfinite(share)) return std::nullopt;
  return share + 0.0;  // no negative zero
}

double ratio_of(double a, double b) {
  if (a == b) return 1.0;
  return a == 0.0 ? std::numeric_limits<double>::quiet_NaN() : b / a;
}

double log_distance(double a, double b) {
  const double ratio = b / a;
  return ratio > 0.0 ? std::abs(std::log(ratio)) : std::numeric_limits<double>::infinity();
}

// Takes the carried factor out of `document`, or says what is odd; nothing where nothing is.
std::optional<std::string> settle(Document& document, const Document& other) {
  const auto factor = left_out_factor(document);
  const auto theirs = number_of(other, kIntensity);
  if (!factor || !theirs || left_out_factor(other)) return std::nullopt;
  const auto ours = std::ranges::find(document.entries, kIntensity, &Entry::key);
  const double settled = ours->numbers.front() / factor_value(document, *factor);
  if (log_distance(settled, *theirs) >= log_distance(ours->numbers.front(), *theirs)) {
    return fmt::format("{}: I_pixel_final is the product of its factors without {}", document.name,
                       *factor);
  }
  ours->numbers.front() = settled;
  return fmt::format(
      "{}: I_before_scaling carries {} already (only without it its factors give I_pixel_final): "
      "{:.15g} is compared",
      document.name, *factor, settled);
}

// The factor with more than half of the logarithm of the final ratio.
std::optional<std::string> main_factor(const FactorReport& report) {
  for (const Factor& factor : report.factors) {
    if (factor.share.value_or(0.0) > 0.5) return factor.name;
  }
  return std::nullopt;
}

}  // namespace

SettledPair settle_carried_factors(const Document& a, const Document& b) {
  SettledPair pair{a, b, {}};
  if (auto note = settle(pair.a, b)) pair.notes.push_back(*std::move(note));
  if (auto note = settle(pair.b, a)) pair.notes.push_back(*std::move(note));
  return pair;
}

double factor_value(const Document& document, std::string_view name) {
  for (const FactorRow& row : kFactors) {
    if (row.key != name) continue;
    if (!row.moved_by.empty() && number_of(document, row.moved_by).value_or(0.0) != 0.0) return 1.0;
  }
  const double value = number_of(document, name).value_or(1.0);
  return name == "steps" ? 1.0 / value : value;
}

std::optional<std::string_view> left_out_factor(const Document& document) {
  const double all = closure(document);
  if (!std::isfinite(all) || std::abs(all - 1.0) <= kClosed) return std::nullopt;
  for (const FactorRow& row : kFactors) {
    if (row.key == kIntensity) continue;
    if (std::abs(closure(document, row.key) - 1.0) <= kClosed) return row.key;
  }
  return std::nullopt;
}

std::optional<std::string> contradiction(const Document& document) {
  double allowed = kClosed;
  for (const FactorRow& row : kFactors) {
    const Entry* entry = document.find(row.key);
    // A trace that lacks a factor says nothing of the product.
    const bool may_lack = row.key == "blocks" || row.key == "transmission";
    if (entry == nullptr && !may_lack) return std::nullopt;
    if (entry == nullptr || entry->uncertainty.empty()) continue;
    allowed += std::abs(entry->uncertainty.front() / entry->numbers.front());
  }
  constexpr std::array<std::string_view, 5> kBackgrounds{
      "halo_photons", "water_photons", "amorphous_photons", "measured_profile_photons",
      "measured_image_photons"};
  const bool has_background = std::ranges::any_of(
      kBackgrounds, [&](std::string_view key) { return document.first(key) != nullptr; });
  const double ratio = 1.0 / closure(document);
  if (has_background || !std::isfinite(ratio) || std::abs(ratio - 1.0) <= allowed) {
    return std::nullopt;
  }
  std::string how;
  constexpr std::array<std::pair<int, std::string_view>, 3> kTimes{
      std::pair{2, "twice"}, std::pair{0, "not at all"}, std::pair{-1, "as a divisor"}};
  for (const FactorRow& row : kFactors) {
    const double value = factor_value(document, row.key);
    for (const auto& [times, word] : kTimes) {
      const double fit = std::pow(value, times - 1);
      if (value == 1.0 || !(std::abs(fit / ratio - 1.0) <= allowed)) continue;
      how += fmt::format("{}{} {}", how.empty() ? ", as if it were multiplied by " : " or ",
                         row.key == "steps" ? "1/steps" : row.key, word);
    }
  }
  return fmt::format(
      "{}: I_pixel_final is {:.9g} times the product of the factors that it states{}",
      document.name, ratio, how);
}

std::optional<FactorReport> compare_factors(const Document& a, const Document& b) {
  const auto final_a = number_of(a, "I_pixel_final");
  const auto final_b = number_of(b, "I_pixel_final");
  if (!final_a || !final_b || !number_of(a, kIntensity) || !number_of(b, kIntensity)) {
    return std::nullopt;
  }
  FactorReport report;
  report.final_ratio = ratio_of(*final_a, *final_b);
  report.product_ratio = 1.0;
  for (const FactorRow& row : kFactors) {
    if (!number_of(a, row.key) || !number_of(b, row.key)) continue;
    Factor factor{std::string(row.key), factor_value(a, row.key), factor_value(b, row.key), 0, {}};
    factor.ratio = ratio_of(factor.a, factor.b);
    factor.share = log_share(factor.ratio, report.final_ratio);
    report.product_ratio *= factor.ratio;
    report.factors.push_back(std::move(factor));
  }
  report.closure_a = closure(a);
  report.closure_b = closure(b);
  report.explained_by = main_factor(report);
  return report;
}

}  // namespace nanobragg::audit
