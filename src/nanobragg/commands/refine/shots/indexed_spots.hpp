// Spots of a shot: those of a reflection table, or those that the start predicts.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "nanobragg/io/geometry/dials_list.hpp"
#include "nanobragg/io/reflections/dials_table.hpp"
#include "nanobragg/kernel/analytic/reflection_table.hpp"
#include "nanobragg/refine/shots/spot_boxes.hpp"

namespace nanobragg::commands {

// The indexed spots of each experiment of a list, by its number. Throws Error for a table of other
// experiments, for one without indexed spots, and for spots on panels that are not there.
using SpotsOfExperiments = std::map<std::size_t, std::vector<refine::SpotPlace>>;
SpotsOfExperiments indexed_spots(const io::DialsTable& table, const io::DialsList& experiments,
                                 const std::string& file);

// A peak that stands for a small spot.
refine::SpotPlace place_of(const io::IndexedPeak& peak);
// A predicted reflection with the pixels that hold it.
refine::SpotPlace place_of(const kernel::analytic::PredictedReflection& reflection);

}  // namespace nanobragg::commands
