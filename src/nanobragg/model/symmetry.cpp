// Fills a table of amplitudes from the asymmetric part of a list.
#include "nanobragg/model/symmetry.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "nanobragg/base/error.hpp"

namespace nanobragg {
namespace {

constexpr int kTranslationUnits = 24;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

MillerIndex mate_of(const MillerIndex& h) { return {-h.h, -h.k, -h.l}; }

// Operations with different rotations; centring and the rest of a translation move no reflection.
std::vector<SymmetryOperation> distinct_rotations(std::span<const SymmetryOperation> operations) {
  std::vector<SymmetryOperation> distinct;
  for (const SymmetryOperation& operation : operations) {
    const auto is_same = [&](const SymmetryOperation& other) {
      return other.rotation == operation.rotation;
    };
    if (std::ranges::none_of(distinct, is_same)) distinct.push_back(operation);
  }
  return distinct;
}

// The smallest box around all images, the same on both sides of the origin.
MillerBox box_around(std::span<const MergedReflection> reflections,
                     std::span<const SymmetryOperation> rotations) {
  MillerIndex largest;
  for (const MergedReflection& reflection : reflections) {
    for (const SymmetryOperation& rotation : rotations) {
      const MillerIndex image = image_of(reflection.index, rotation);
      largest = {std::max(largest.h, std::abs(image.h)), std::max(largest.k, std::abs(image.k)),
                 std::max(largest.l, std::abs(image.l))};
    }
  }
  return {mate_of(largest), largest};
}

class Table {
 public:
  explicit Table(const MillerBox& box)
      : box_(box), values_(box.size_h() * box.size_k() * box.size_l(), kUnknown) {}

  // An unknown value replaces nothing.
  void set(const MillerIndex& i, double value) {
    if (std::isnan(value)) return;
    const auto h = static_cast<std::size_t>(i.h - box_.min.h);
    const auto k = static_cast<std::size_t>(i.k - box_.min.k);
    const auto l = static_cast<std::size_t>(i.l - box_.min.l);
    values_[(h * box_.size_k() + k) * box_.size_l() + l] = value;
  }

  // Calls f(index, value) for each place of the table.
  template <class F>
  void for_each(const F& f) {
    auto value = values_.begin();
    for (std::int32_t h = box_.min.h; h <= box_.max.h; ++h) {
      for (std::int32_t k = box_.min.k; k <= box_.max.k; ++k) {
        for (std::int32_t l = box_.min.l; l <= box_.max.l; ++l) f(MillerIndex{h, k, l}, *value++);
      }
    }
  }

  std::vector<double> release() && { return std::move(values_); }

 private:
  MillerBox box_;
  std::vector<double> values_;
};

// Whether the rows are the whole of reciprocal space rather than half of it: some Friedel pair
// stands in two rows of its own, and nothing else relates rows.
bool is_whole_sphere(std::span<const MergedReflection> reflections,
                     std::span<const SymmetryOperation> rotations) {
  const auto names_mate = [](const MergedReflection& r) { return !std::isnan(r.mate); };
  if (rotations.size() > 1 || std::ranges::any_of(reflections, names_mate)) return false;
  const auto key = [](const MillerIndex& i) { return std::tuple(i.h, i.k, i.l); };
  std::vector<MillerIndex> named;
  for (const MergedReflection& r : reflections) named.push_back(r.index);
  std::ranges::sort(named, {}, key);
  return std::ranges::any_of(named, [&](const MillerIndex& i) {
    return i != MillerIndex{} && std::ranges::binary_search(named, key(mate_of(i)), {}, key);
  });
}

ExpandedAmplitudes as_listed(std::span<const MergedReflection> reflections,
                             double default_amplitude) {
  std::vector<Reflection> rows;
  for (const MergedReflection& r : reflections) rows.push_back({r.index, r.amplitude});
  return {.structure_factors = StructureFactors::from_reflections(rows, default_amplitude),
          .reflections = rows.size()};
}

// From the weakest evidence to the strongest, so that the strongest stays.
void fill(Table& table, std::span<const MergedReflection> reflections,
          std::span<const SymmetryOperation> rotations) {
  const auto for_each_image = [&](const auto& f) {
    for (const MergedReflection& reflection : reflections) {
      for (const SymmetryOperation& rotation : rotations) {
        const MillerIndex image = image_of(reflection.index, rotation);
        f(reflection, image, mate_of(image));
      }
    }
  };
  for_each_image([&](const MergedReflection& r, const MillerIndex& plus, const MillerIndex& minus) {
    table.set(minus, r.amplitude);
    table.set(plus, r.mate);
  });
  for_each_image([&](const MergedReflection& r, const MillerIndex& plus, const MillerIndex& minus) {
    table.set(plus, r.amplitude);
    table.set(minus, r.mate);
  });
  for (const MergedReflection& r : reflections) {
    table.set(mate_of(r.index), r.mate);
  }
  for (const MergedReflection& r : reflections) {
    table.set(r.index, r.amplitude);
  }
}

}  // namespace

MillerIndex image_of(const MillerIndex& h, const SymmetryOperation& operation) {
  const auto& r = operation.rotation;
  const auto component = [&](std::size_t i) {
    return h.h * r[0][i] + h.k * r[1][i] + h.l * r[2][i];
  };
  return {component(0), component(1), component(2)};
}

bool is_absent(const MillerIndex& h, std::span<const SymmetryOperation> operations) {
  return std::ranges::any_of(operations, [&](const SymmetryOperation& operation) {
    const auto& t = operation.translation;
    const std::int64_t phase =
        std::int64_t{h.h} * t[0] + std::int64_t{h.k} * t[1] + std::int64_t{h.l} * t[2];
    return phase % kTranslationUnits != 0 && image_of(h, operation) == h;
  });
}

ExpandedAmplitudes expand_to_p1(std::span<const MergedReflection> reflections,
                                std::span<const SymmetryOperation> operations,
                                double default_amplitude) {
  if (reflections.empty()) throw Error("no reflections");
  const std::vector<SymmetryOperation> rotations = distinct_rotations(operations);
  if (is_whole_sphere(reflections, rotations)) return as_listed(reflections, default_amplitude);
  const MillerBox box = box_around(reflections, rotations);
  check_fits_in_memory(box);
  Table table(box);
  fill(table, reflections, rotations);

  std::size_t known = 0;
  table.for_each([&](const MillerIndex& index, double& value) {
    if (!std::isnan(value)) ++known;
    if (is_absent(index, operations)) {
      value = 0.0;
    } else if (std::isnan(value)) {
      value = default_amplitude;
    }
  });
  const auto is_given_absence = [&](const MergedReflection& r) {
    const bool is_zero = !(std::abs(r.amplitude) > 0.0) && !(std::abs(r.mate) > 0.0);
    return !is_zero && is_absent(r.index, operations);
  };
  const auto given = std::ranges::count_if(reflections, is_given_absence);
  return {StructureFactors::from_table(box, std::move(table).release(), default_amplitude), known,
          static_cast<std::size_t>(given)};
}

}  // namespace nanobragg
