// All faults, and some of them in pairs.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {

std::vector<Fault> seeded_faults() {
  return joined({scaling_faults(), place_faults(), beam_faults(), orientation_faults(),
                 lattice_faults(), constant_faults(), mosaic_faults(), ported_places_and_beams(),
                 ported_crystals_and_sums(), further_faults()});
}

std::vector<Fault> seeded_pairs() {
  const auto both = [](const std::vector<Fault>& from, std::size_t i,
                       const std::vector<Fault>& with, std::size_t j) {
    Fault pair = from[i];
    pair.name += " and " + with[j].name;
    pair.changes.insert(pair.changes.end(), with[j].changes.begin(), with[j].changes.end());
    std::vector<std::string> accepted;
    for (std::string first : pair.accepted) {
      for (const std::string& second : with[j].accepted) {
        if (first.ends_with('*')) first.pop_back();
        accepted.push_back(first + " + " + second);
        accepted.push_back(second + " + " + first);
      }
    }
    pair.accepted = accepted;
    return pair;
  };
  const auto ends = scaling_faults();
  const auto turns = orientation_faults();
  const auto rays = beam_faults();
  const auto shapes = lattice_faults();
  const auto where = place_faults();
  return {both(turns, 4, rays, 3),  both(turns, 1, shapes, 11), both(where, 3, ends, 5),
          both(rays, 4, ends, 1),   both(where, 4, rays, 5),    both(turns, 8, ends, 9),
          both(shapes, 0, ends, 9), both(turns, 10, ends, 0)};
}

}  // namespace nanobragg::test
