// Reads attributes and datasets of any type as what a Tree holds of them.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/io/nxmx/hdf5.hpp"
#include "nanobragg/io/nxmx/hdf5_tree.hpp"

namespace nanobragg::io::hdf5 {

// What an open group, dataset or named type is, with its attributes. `path` is for messages.
// Throws Error where the file is damaged.
Object describe(const Handle& object, const std::string& path);

// See Tree::numbers.
std::vector<double> read_numbers(const Handle& dataset, const std::string& path,
                                 std::optional<Rows> rows);

}  // namespace nanobragg::io::hdf5
