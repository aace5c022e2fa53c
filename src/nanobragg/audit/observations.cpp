// Looks for a spindle step that shows the lattice of another one.
#include "nanobragg/audit/observations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "nanobragg/audit/chain.hpp"

namespace nanobragg::audit {
namespace {

const Entry* at_step(const Document& document, const char* key, std::size_t step) {
  return document.find(key, {0, step, {}});
}

std::size_t last_step(const Document& document) {
  std::size_t last = 0;
  for (const Entry& entry : document.entries) last = std::max(last, entry.at.phi_step.value_or(0));
  return last;
}

// Whether a number, as it is printed, is one of single precision; unset where it is too short to
// tell.
std::optional<bool> is_single(double x, double uncertainty) {
  constexpr double kPrinted = 5e-15;
  constexpr double kTells = 1e-9;
  if (std::abs(x) > static_cast<double>(std::numeric_limits<float>::max())) return std::nullopt;
  if (std::strtod(fmt::format("{:.7g}", x).c_str(), nullptr) == x) return std::nullopt;
  if (uncertainty > kTells * std::abs(x)) return std::nullopt;
  return std::abs(x - static_cast<double>(static_cast<float>(x))) <=
         uncertainty + kPrinted * std::abs(x);
}

}  // namespace

// The geometry is computed once, so that it shows nothing of the arithmetic of a pixel.
Arithmetic arithmetic_of(const Document& document) {
  constexpr std::size_t kEnough = 8;
  std::size_t singles = 0;
  std::size_t others = 0;
  for (const Entry& entry : document.entries) {
    const auto position = position_in_chain(entry.key);
    if (!position || chain()[*position].scope == Scope::once_before) continue;
    for (std::size_t i = 0; i < entry.numbers.size(); ++i) {
      const double uncertainty = i < entry.uncertainty.size() ? entry.uncertainty[i] : 0.0;
      const auto single = is_single(entry.numbers[i], uncertainty);
      if (single) ++(*single ? singles : others);
    }
  }
  // A program may have taken a constant or a last product in double precision.
  constexpr std::size_t kMany = 5;
  if (singles >= kEnough && singles >= kMany * others) return Arithmetic::single_precision;
  return others >= kEnough ? Arithmetic::double_precision : Arithmetic::unknown;
}

std::optional<std::size_t> step_reused_by_first(const Document& document) {
  const std::size_t last = last_step(document);
  if (last == 0) return std::nullopt;
  for (const char* key : {"phi.k_frac", "phi.F_latt"}) {
    const Entry* first = at_step(document, key, 0);
    const Entry* other = at_step(document, key, last);
    if (first == nullptr || other == nullptr || first->numbers != other->numbers) {
      return std::nullopt;
    }
    // A spindle axis that leaves k alone would make all steps alike.
    const Entry* before = at_step(document, key, last - 1);
    if (last > 1 && before != nullptr && before->numbers == other->numbers) return std::nullopt;
  }
  const Entry* first_angle = at_step(document, "phi.phi_deg", 0);
  const Entry* last_angle = at_step(document, "phi.phi_deg", last);
  if (first_angle == nullptr || last_angle == nullptr) return std::nullopt;
  if (first_angle->numbers == last_angle->numbers) return std::nullopt;
  return last;
}

std::optional<std::string> peculiarity(const Document& a, const Document& b) {
  const bool in_a = step_reused_by_first(a).has_value();
  const bool in_b = step_reused_by_first(b).has_value();
  if (in_a == in_b) return std::nullopt;
  return fmt::format("step 0 of {} reuses the last step's lattice", in_a ? a.name : b.name);
}

std::vector<std::string> observations(const Document& document) {
  std::vector<std::string> sentences;
  if (arithmetic_of(document) == Arithmetic::single_precision) {
    sentences.push_back(document.name +
                        ": computed in single precision (--dtype float32 allows for its rounding)");
  }
  if (const auto last = step_reused_by_first(document)) {
    sentences.push_back(fmt::format(
        "{}: step 0 reuses the last step's lattice (k_frac is {:.15g} at phi {:.6g} and at phi "
        "{:.6g} degrees, step {})",
        document.name, at_step(document, "phi.k_frac", 0)->numbers.front(),
        at_step(document, "phi.phi_deg", 0)->numbers.front(),
        at_step(document, "phi.phi_deg", *last)->numbers.front(), *last));
  }
  return sentences;
}

}  // namespace nanobragg::audit
