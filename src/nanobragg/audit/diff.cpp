// Pairs the entries of two traces, measures them, and follows dependencies to the origins.
#include "nanobragg/audit/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "nanobragg/base/error.hpp"

namespace nanobragg::audit {
namespace {

constexpr double kMinor = 1e-4;
constexpr double kDivergent = 1e-2;

// Where a row stands: lines of the same kind that alternate in a trace (all keys of step 0, then
// all of step 1) share the position of the first.
using Order = std::tuple<std::size_t, std::size_t, Occurrence, std::size_t, std::string_view>;

bool repeats(Scope scope) { return scope == Scope::spindle_step || scope == Scope::source; }

std::size_t group_of(std::size_t position) {
  const Scope scope = chain()[position].scope;
  if (!repeats(scope)) return position;
  while (position > 0 && chain()[position - 1].scope == scope) --position;
  return position;
}

Order order_of(const Entry& entry) {
  constexpr std::size_t kLast = std::numeric_limits<std::size_t>::max();
  const auto position = position_in_chain(entry.key);
  if (!position) return {kLast, 0, entry.at, 0, entry.key};
  const bool after = chain()[*position].scope == Scope::once_after;
  // The geometry comes before the first evaluation, the scaling after the last.
  const std::size_t evaluation = after ? kLast - 1 : entry.at.evaluation;
  return {evaluation, group_of(*position), entry.at, *position, entry.key};
}

struct Pair {
  const Entry* a = nullptr;
  const Entry* b = nullptr;
};

std::map<Order, Pair> paired(const Document& a, const Document& b) {
  std::map<Order, Pair> pairs;
  for (const Entry& entry : a.entries) pairs[order_of(entry)].a = &entry;
  for (const Entry& entry : b.entries) pairs[order_of(entry)].b = &entry;
  return pairs;
}

struct Distance {
  double absolute = 0.0;
  double relative = 0.0;
};

constexpr Distance kUnlike{std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::infinity()};

// Traces print what went wrong alike: not a number equals itself here.
bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// Lengths are taken of numbers scaled by the largest, so that no square overflows or vanishes.
Distance distance(std::span<const double> a, std::span<const double> b, double natural_scale) {
  double largest = 0.0;
  for (const auto numbers : {a, b}) {
    for (const double x : numbers) {
      if (!std::isfinite(x)) return std::ranges::equal(a, b, same) ? Distance{} : kUnlike;
      largest = std::max(largest, std::abs(x));
    }
  }
  if (largest == 0.0) return {};
  double aa = 0.0;
  double bb = 0.0;
  double difference = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] / largest;
    const double y = b[i] / largest;
    aa += x * x;
    bb += y * y;
    difference += (y - x) * (y - x);
  }
  const double length = std::sqrt(difference);
  const double scale = std::max({std::sqrt(aa), std::sqrt(bb), natural_scale / largest});
  return {length * largest, length / scale};
}

// How far two numbers may be apart and still be printed so.
double uncertainty(const Entry& a, const Entry& b, std::size_t i) {
  const auto of = [&](const Entry& entry) {
    return i < entry.uncertainty.size() ? entry.uncertainty[i] : 0.0;
  };
  // Rounding to the last digit is itself rounded.
  constexpr double kRounded = 1.0 + 1e-9;
  return kRounded * (of(a) + of(b));
}

bool within_digits(const Entry& a, const Entry& b) {
  if (a.words != b.words || a.numbers.size() != b.numbers.size()) return false;
  for (std::size_t i = 0; i < a.numbers.size(); ++i) {
    if (!(std::abs(a.numbers[i] - b.numbers[i]) <= uncertainty(a, b, i))) return false;
  }
  return true;
}

Distance measure(const Entry& a, const Entry& b, const ChainKey* key) {
  if (a.words != b.words || a.numbers.size() != b.numbers.size()) return kUnlike;
  if (key != nullptr && key->measure == Measure::words) return {};
  const double natural = key == nullptr ? 0.0 : key->natural_scale;
  if (a.words.empty()) return distance(a.numbers, b.numbers, natural);
  // Labelled numbers are of different kinds: each is compared with its own partner.
  Distance largest;
  for (std::size_t i = 0; i < a.numbers.size(); ++i) {
    const Distance one = distance({&a.numbers[i], 1}, {&b.numbers[i], 1}, natural);
    largest = {std::max(largest.absolute, one.absolute), std::max(largest.relative, one.relative)};
  }
  return largest;
}

Agreement classify(const Distance& distance, const ChainKey* key, const Tolerance& tolerance) {
  const bool exact = key != nullptr && key->measure == Measure::exact;
  if (exact) return distance.absolute == 0.0 ? Agreement::match : Agreement::critical;
  const bool lattice = key != nullptr && follows_lattice_factor(*key);
  if (distance.relative <= (lattice ? tolerance.lattice : tolerance.relative)) {
    return Agreement::match;
  }
  if (distance.relative < kMinor) return Agreement::minor;
  return distance.relative < kDivergent ? Agreement::divergent : Agreement::critical;
}

using Keys = std::set<std::string_view>;

Keys keys_of(const Document& document) {
  Keys keys;
  for (const Entry& entry : document.entries) keys.insert(entry.key);
  return keys;
}

// Rows of a spindle step that one trace lacks diverge where `in_both` has their key.
Difference difference_of(const Pair& pair, const Keys& in_both, const Tolerance& tolerance) {
  const Entry& any = pair.a != nullptr ? *pair.a : *pair.b;
  const auto position = position_in_chain(any.key);
  const ChainKey* key = position ? &chain()[*position] : nullptr;
  Difference row{any.key, any.at, {}, {}, {}, 0.0, 0.0, Agreement::missing, Cause::none, false};
  if (key != nullptr) row.stage = key->stage;
  if (pair.a != nullptr) row.a = *pair.a;
  if (pair.b != nullptr) row.b = *pair.b;
  if (!row.a || !row.b) {
    row.diverges = any.at.phi_step && in_both.contains(any.key);
    return row;
  }
  const Distance d = measure(*row.a, *row.b, key);
  row.absolute = d.absolute;
  row.relative = d.relative;
  const bool is_exact = key != nullptr && key->measure == Measure::exact;
  const bool is_rounded = !is_exact && within_digits(*row.a, *row.b);
  row.agreement = is_rounded ? Agreement::match : classify(d, key, tolerance);
  row.diverges = row.agreement != Agreement::match;
  return row;
}

// Whether a divergence at `from` can have reached a row at `to`.
bool reaches(const Difference& from, const Difference& to) {
  const auto position = position_in_chain(to.key);
  if (position && chain()[*position].scope == Scope::once_after) return true;
  const auto from_position = position_in_chain(from.key);
  const bool from_geometry = from_position && chain()[*from_position].scope == Scope::once_before;
  if (!from_geometry && from.at.evaluation != to.at.evaluation) return false;
  // What is printed once an evaluation belongs to the first spindle step.
  return !from.at.phi_step || *from.at.phi_step == to.at.phi_step.value_or(0);
}

// Whether one of these, which are in the order of evaluations, can have reached a row.
bool any_reaches(const std::vector<const Difference*>& earlier, const Difference& to) {
  if (earlier.empty()) return false;
  // What comes once, or reaches everything, stands in front; of the rest, one evaluation matters.
  if (reaches(*earlier.front(), to)) return true;
  for (auto from = earlier.rbegin(); from != earlier.rend(); ++from) {
    if ((*from)->at.evaluation < to.at.evaluation) return false;
    if (reaches(**from, to)) return true;
  }
  return false;
}

// A divergence is inherited where a key that it is computed from diverges, however far back.
void find_origins(std::vector<Difference>& rows) {
  std::map<std::string_view, std::vector<const Difference*>> diverging;
  for (Difference& row : rows) {
    if (!row.diverges) continue;
    row.cause = Cause::origin;
    if (const auto position = position_in_chain(row.key)) {
      const auto parents = parents_of(chain()[*position]);
      const bool inherits = std::ranges::any_of(
          parents, [&](std::string_view parent) { return any_reaches(diverging[parent], row); });
      if (inherits) row.cause = Cause::inherited;
    }
    diverging[row.key].push_back(&row);
  }
}

void check_comparable(const Document& a, const Document& b) {
  if (a.pixel && b.pixel && *a.pixel != *b.pixel) {
    throw Error(
        fmt::format("traces of two pixels (slow {} fast {} in {}, slow {} fast {} in {})",
                    a.pixel->slow, a.pixel->fast, a.name, b.pixel->slow, b.pixel->fast, b.name),
        "", "trace the same pixel with both programs");
  }
}

}  // namespace

Tolerance same_for_all(double relative) { return {relative, relative}; }

std::string_view name_of(Agreement agreement) {
  switch (agreement) {
    case Agreement::match:
      return "MATCH";
    case Agreement::minor:
      return "MINOR";
    case Agreement::divergent:
      return "DIVERGENT";
    case Agreement::critical:
      return "CRITICAL";
    case Agreement::missing:
      return "MISSING";
  }
  return {};
}

std::size_t Comparison::count(Agreement agreement) const {
  return static_cast<std::size_t>(std::ranges::count(rows, agreement, &Difference::agreement));
}

std::size_t Comparison::num_divergent() const {
  return static_cast<std::size_t>(std::ranges::count(rows, true, &Difference::diverges));
}

std::size_t Comparison::num_compared() const { return rows.size() - count(Agreement::missing); }

Comparison compare(const Document& a, const Document& b, const Tolerance& tolerance) {
  check_comparable(a, b);
  Comparison result{a.name, b.name, tolerance, {}, {}};
  const Keys in_a = keys_of(a);
  Keys in_both = keys_of(b);
  std::erase_if(in_both, [&](std::string_view key) { return !in_a.contains(key); });
  for (const auto& [order, pair] : paired(a, b)) {
    result.rows.push_back(difference_of(pair, in_both, tolerance));
  }
  if (result.num_compared() == 0) {
    throw Error(fmt::format("{} and {} have no key in common", a.name, b.name));
  }
  find_origins(result.rows);
  const auto first = std::ranges::find(result.rows, true, &Difference::diverges);
  if (first != result.rows.end()) {
    result.first_divergence = static_cast<std::size_t>(first - result.rows.begin());
  }
  return result;
}

std::vector<double> component_differences(const Difference& difference) {
  std::vector<double> components;
  if (!difference.a || !difference.b) return components;
  const auto& a = difference.a->numbers;
  const auto& b = difference.b->numbers;
  for (std::size_t i = 0; i < a.size() && a.size() == b.size(); ++i) {
    components.push_back(std::abs(b[i] - a[i]));
  }
  return components;
}

}  // namespace nanobragg::audit
