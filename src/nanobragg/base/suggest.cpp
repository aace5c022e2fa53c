// Nearest names by edit distance.
#include "nanobragg/base/suggest.hpp"

#include <algorithm>
#include <vector>

namespace nanobragg {
namespace {

std::string_view without_dashes(std::string_view name) {
  name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
  return name;
}

// What a cut word may have been the beginning of; one or two letters begin too many.
std::optional<std::string> shortest_with_prefix(std::string_view prefix,
                                                std::span<const std::string> candidates) {
  constexpr std::size_t kFewestLetters = 3;
  std::optional<std::string> best;
  if (prefix.size() < kFewestLetters) return best;
  for (const std::string& candidate : candidates) {
    const bool fits = without_dashes(candidate).starts_with(prefix);
    if (fits && (!best || candidate.size() < best->size())) best = candidate;
  }
  return best;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the table of distances between prefixes: of a's first i − 1, i and i + 1 letters.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    next[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = last[j] + (a[i] == b[j] ? 0 : 1);
      next[j + 1] = std::min({replaced, last[j + 1] + 1, next[j] + 1});
      const bool swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
      if (swapped) next[j + 1] = std::min(next[j + 1], before[j - 1] + 1);
    }
    std::swap(before, last);
    std::swap(last, next);
  }
  return last[b.size()];
}

std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates) {
  name = without_dashes(name);
  const std::size_t limit = (name.size() + 1) / 3;
  std::optional<std::string> best;
  std::size_t best_distance = limit + 1;
  for (const std::string& candidate : candidates) {
    const std::string_view other = without_dashes(candidate);
    // The lengths alone may rule a candidate out, which keeps very long names cheap.
    if (std::max(name.size(), other.size()) - std::min(name.size(), other.size()) > limit) continue;
    const std::size_t distance = edit_distance(name, other);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return best ? best : shortest_with_prefix(name, candidates);
}

}  // namespace nanobragg
