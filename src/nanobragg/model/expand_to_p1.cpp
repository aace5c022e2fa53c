// Fills a table of amplitudes from the asymmetric part of a list.
#include "nanobragg/model/expand_to_p1.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/model/equivalents.hpp"

namespace nanobragg {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

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
  explicit Table(const MillerBox& box) : box_(box), values_(box.size(), kUnknown) {}

  // An unknown value replaces nothing.
  void set(const MillerIndex& i, double value) {
    if (!std::isnan(value)) values_[box_.position(i)] = value;
  }
  std::vector<double> release() && { return std::move(values_); }

 private:
  MillerBox box_;
  std::vector<double> values_;
};

bool names_mate(const MergedReflection& r) { return !std::isnan(r.mate); }

// Whether a list keeps Friedel mates apart: it has a column for each, or rows that are mates of
// each other and not equal by a rotation.
FriedelMates mates_in(std::span<const MergedReflection> reflections,
                      std::span<const SymmetryOperation> rotations) {
  if (std::ranges::any_of(reflections, names_mate)) return FriedelMates::apart;
  std::vector<MillerIndex> named;
  for (const MergedReflection& r : reflections) named.push_back(r.index);
  std::ranges::sort(named);
  const auto has_mate = [&](const MillerIndex& i) {
    bool equal = false;
    bool found = false;
    for (const SymmetryOperation& rotation : rotations) {
      const MillerIndex mate = mate_of(image_of(i, rotation));
      equal = equal || mate == i;
      found = found || std::ranges::binary_search(named, mate);
    }
    return found && !equal;
  };
  return std::ranges::any_of(named, has_mate) ? FriedelMates::apart : FriedelMates::equal;
}

// Whether the rows are the whole of reciprocal space rather than half of it: some Friedel pair
// stands in two rows, and nothing else relates rows.
bool is_whole_sphere(std::span<const MergedReflection> reflections,
                     std::span<const SymmetryOperation> rotations, FriedelMates mates) {
  return rotations.size() == 1 && mates == FriedelMates::apart &&
         std::ranges::none_of(reflections, names_mate);
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

ExpandedAmplitudes expand_to_p1(std::span<const MergedReflection> reflections,
                                const SpaceGroup& group, double default_amplitude) {
  if (reflections.empty()) throw Error("no reflections");
  const auto& operations = group.operations;
  const std::vector<SymmetryOperation> rotations = distinct_rotations(operations);
  const FriedelMates mates = mates_in(reflections, rotations);
  if (is_whole_sphere(reflections, rotations, mates)) {
    return as_listed(reflections, default_amplitude);
  }
  const MillerBox box = box_around(reflections, rotations);
  check_fits_in_memory(box);
  Table filled(box);
  fill(filled, reflections, rotations);

  std::vector<double> table = std::move(filled).release();
  const auto known = table.size() - static_cast<std::size_t>(std::ranges::count_if(
                                        table, [](double value) { return std::isnan(value); }));
  std::vector<bool> absent(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    absent[i] = is_absent(box.index_at(i), operations);
    if (absent[i]) table[i] = kUnknown;
  }
  auto equivalents =
      std::make_shared<const Equivalents>(box, AmplitudeSymmetry{group, mates}, table);
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (std::isnan(table[i])) table[i] = absent[i] ? 0.0 : default_amplitude;
  }
  const auto is_given_absence = [&](const MergedReflection& r) {
    const bool is_zero = !(std::abs(r.amplitude) > 0.0) && !(std::abs(r.mate) > 0.0);
    return !is_zero && is_absent(r.index, operations);
  };
  const auto given = std::ranges::count_if(reflections, is_given_absence);
  const std::size_t contradictions = equivalents->contradictions();
  return {StructureFactors::from_table(box, std::move(table), default_amplitude,
                                       std::move(equivalents)),
          known, static_cast<std::size_t>(given), contradictions};
}

}  // namespace nanobragg
