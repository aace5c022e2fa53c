// Goes through all indices and keeps the first of each set.
#include "support/symmetric_amplitudes.hpp"

#include <cmath>
#include <set>
#include <tuple>

#include "nanobragg/io/reflections/space_group.hpp"
#include "nanobragg/random/counter.hpp"

namespace nanobragg::test {

SpaceGroup space_group(const std::string& name) {
  return {name, io::find_space_group(name, std::nullopt).value()};
}

std::vector<MergedReflection> merged_list(const SpaceGroup& group, int size, FriedelMates mates,
                                          std::uint64_t seed) {
  std::vector<MergedReflection> list;
  std::set<std::tuple<int, int, int>> seen;
  std::uint64_t counter = 0;
  const auto draw = [&] {
    return std::round(1000.0 + 20'000.0 * uniform_at(seed, counter++)) / 100.0;
  };
  for (int h = size; h >= -size; --h) {
    for (int k = size; k >= -size; --k) {
      for (int l = size; l >= -size; --l) {
        if (seen.contains({h, k, l}) || is_absent({h, k, l}, group.operations)) continue;
        bool is_centric = false;
        for (const SymmetryOperation& operation : group.operations) {
          const MillerIndex i = image_of({h, k, l}, operation);
          seen.insert({i.h, i.k, i.l});
          seen.insert({-i.h, -i.k, -i.l});
          is_centric = is_centric || i == MillerIndex{-h, -k, -l};
        }
        if (seen.size() % 7 == 0) continue;
        MergedReflection row{.index = {h, k, l}, .amplitude = draw()};
        if (mates == FriedelMates::apart) row.mate = is_centric ? row.amplitude : draw();
        list.push_back(row);
      }
    }
  }
  return list;
}

StructureFactors symmetric_amplitudes(const std::string& group, int size, FriedelMates mates,
                                      double default_amplitude) {
  const SpaceGroup operations = space_group(group);
  return expand_to_p1(merged_list(operations, size, mates, 17), operations, default_amplitude)
      .structure_factors;
}

StructureFactors without_symmetry(const StructureFactors& factors) {
  return StructureFactors::from_table(
      factors.box(), {factors.table().begin(), factors.table().end()}, factors.default_amplitude());
}

}  // namespace nanobragg::test
