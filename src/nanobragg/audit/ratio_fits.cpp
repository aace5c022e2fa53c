// Searches products in the order of their complexity, by logarithms.
#include "nanobragg/audit/ratio_fits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace nanobragg::audit {
namespace {

struct Candidate {
  Power power;
  double log = 0.0;
  int complexity = 0;
};

constexpr std::array kPowers{std::pair{1.0, 1},  std::pair{-1.0, 1}, std::pair{2.0, 2},
                             std::pair{-2.0, 2}, std::pair{0.5, 3},  std::pair{-0.5, 3},
                             std::pair{3.0, 3},  std::pair{-3.0, 3}};

std::vector<Candidate> candidates_of(std::span<const NamedNumber> numbers) {
  std::vector<Candidate> candidates;
  const auto add = [&](const std::string& name, double value, double power, int complexity) {
    candidates.push_back({{name, value, power}, power * std::log(value), complexity});
  };
  const auto add_number = [&](const std::string& name, double value) {
    const double log = std::log(value);
    // A number of 1 shows nowhere.
    if (!std::isfinite(log) || std::abs(log) < 1e-12) return;
    for (const auto& [power, complexity] : kPowers) add(name, value, power, complexity);
  };
  for (const NamedNumber& number : numbers) add_number(number.name, number.value);
  add_number("2", 2.0);
  add_number("pi", std::numbers::pi);
  constexpr int kMostTens = 20;
  for (int n = -kMostTens; n <= kMostTens; ++n) {
    if (n != 0) add("10", 10.0, n, 1);
  }
  return candidates;
}

// Those of one name twice are one power.
bool goes_with(const Candidate& a, const Candidate& b) { return a.power.name < b.power.name; }

}  // namespace

std::vector<RatioFit> ratio_fits(double ratio, double uncertainty,
                                 std::span<const NamedNumber> numbers) {
  std::vector<RatioFit> fits;
  constexpr double kRounding = 1e-12;
  const double allowed = std::max(uncertainty, kRounding);
  if (!(ratio > 0.0) || std::abs(ratio - 1.0) <= allowed) return fits;
  const double wanted = std::log(ratio);
  const std::vector<Candidate> candidates = candidates_of(numbers);
  std::vector<std::pair<int, RatioFit>> found;
  const auto keep = [&](RatioFit fit, int complexity) {
    found.emplace_back(complexity, std::move(fit));
  };
  const auto in_order = [&] {
    std::ranges::stable_sort(found, {}, &std::pair<int, RatioFit>::first);
    for (auto& [complexity, fit] : found) fits.push_back(std::move(fit));
    return fits;
  };
  for (const Candidate& one : candidates) {
    if (std::abs(one.log - wanted) <= allowed) keep({one.power}, one.complexity);
  }
  // Among the thousands of products, one fits few digits by chance.
  constexpr double kTells = 1e-8;
  if (!found.empty() || allowed > kTells) return in_order();
  for (const Candidate& one : candidates) {
    for (const Candidate& other : candidates) {
      if (!goes_with(one, other)) continue;
      if (std::abs(one.log + other.log - wanted) > allowed) continue;
      keep({one.power, other.power}, one.complexity + other.complexity);
    }
  }
  return in_order();
}

std::string text_of(const RatioFit& fit) {
  std::string text;
  for (const Power& power : fit) {
    if (!text.empty()) text += " * ";
    text += power.power == 1.0 ? power.name : fmt::format("{}^{:g}", power.name, power.power);
  }
  return text;
}

}  // namespace nanobragg::audit
