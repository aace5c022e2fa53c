// Reads files that other programs wrote: what is in a group, attributes, numbers and texts of any
// type.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/io/nxmx/hdf5.hpp"

namespace nanobragg::io::hdf5 {

// Full paths of what is in a group, in the order of their names; broken links are left out.
std::vector<std::string> children(const Handle& file, const std::string& group);

// The first child of a group with this NX_class.
std::optional<std::string> child_of_class(const Handle& file, const std::string& group,
                                          const std::string& nx_class);

// All numbers of a dataset, row by row; its extent, empty for a single number. Throws Error where
// there is none, where it is no number, and where there are more than any geometry needs.
struct Numbers {
  std::vector<double> values;
  Shape shape;
};
Numbers read_numbers(const Handle& file, const std::string& path);

// The first text of a dataset or of an attribute of an object. Nothing where there is none.
std::optional<std::string> find_text(const Handle& file, const std::string& path);
std::optional<std::string> find_attribute_text(const Handle& file, const std::string& path,
                                               const std::string& attribute);
// The numbers of an attribute; empty where there is none.
std::vector<double> attribute_numbers(const Handle& file, const std::string& path,
                                      const std::string& attribute);

}  // namespace nanobragg::io::hdf5
