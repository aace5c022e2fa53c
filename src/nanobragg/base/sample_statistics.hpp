// Figures of a few numbers that are all in memory.
#pragma once

#include <span>
#include <vector>

namespace nanobragg {

// Of an even number of values the larger of the two in the middle; 0 of none.
double median(std::vector<double> values);

// Pearson's correlation of pairs; NaN of fewer than two, or where either does not vary.
double correlation(std::span<const double> x, std::span<const double> y);

}  // namespace nanobragg
