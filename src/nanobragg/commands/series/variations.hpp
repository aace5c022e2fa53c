// Numbers of an experiment that scatter from still to still.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/model/experiment.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "nanobragg/random/distribution.hpp"

namespace nanobragg::commands {

// A parameter of the table that refinement has, too, and how it is drawn in users' units.
struct Variation {
  plan::ParameterId parameter;
  Distribution distribution;
};

// Of words as "distance=offset:0.5"; the name of a group stands for each of its parameters, which
// are drawn one by one. Throws UsageError for words that are none, for parameters that the
// experiment has not, and for factors on 0.
std::vector<Variation> parse_variations(std::span<const std::string> words,
                                        const Experiment& experiment);

// The experiment with numbers drawn for exposure `number`: each from a stream of its own, so that
// one changes nothing of the others. Throws Error, naming the exposure, where they make none.
Experiment varied(const Experiment& experiment, std::span<const Variation> variations,
                  std::uint64_t seed, std::size_t number);

// A warning where the detector of the images differs, of which most files say one thing; else empty.
std::string warning_of(std::span<const Variation> variations);

// How many lattices stills have: from the first to the second, each number as likely.
using LatticeCounts = std::pair<std::size_t, std::size_t>;
// Of "3" or "1-4". Throws UsageError.
LatticeCounts parse_lattice_counts(const std::string& text);

// So many lattices of equal shares, the first as the crystal stands, the others turned at random.
std::vector<LatticePart> random_lattices(const LatticeCounts& counts, std::uint64_t seed,
                                         std::size_t number);

}  // namespace nanobragg::commands
