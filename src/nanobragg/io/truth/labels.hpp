// What is true of each image of a series, as a row of numbers: labels for those who train networks.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/io/series/series_record.hpp"

namespace nanobragg::io {

struct LabelColumn {
  std::string name;
  std::string unit;  // empty: none
};

// The number of lattices, the reciprocal axes of the first as the crystal stands (Å⁻¹, laboratory),
// and every parameter that the experiment has, in the units of users.
std::vector<LabelColumn> label_columns(const ImageDescription& image);
std::vector<double> labels_of(const ImageDescription& image);

// A table with a line for each image: its number from 0, its file, and its labels.
std::string label_table(const SeriesRecord& record);

}  // namespace nanobragg::io
