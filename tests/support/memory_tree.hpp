// What a file of HDF5 could hold, from a text in JSON.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "nanobragg/io/nxmx/hdf5_tree.hpp"

namespace nanobragg::test {

// Groups are objects; "@name" is an attribute, "=" the value of a dataset, a text or numbers in
// lists of lists, and "type" beside it the name of its type:
//   {"entry": {"@NX_class": "NXentry", "x": {"=": [1, 2], "@units": "mm"}}}
class MemoryTree : public io::hdf5::Tree {
 public:
  // Throws Error for what is no such text.
  explicit MemoryTree(std::string_view json);

  std::optional<io::hdf5::Object> look(const std::string& path) const override;
  std::vector<double> numbers(const std::string& path,
                              std::optional<io::hdf5::Rows> rows) const override;

 private:
  struct Entry {
    io::hdf5::Object object;
    std::vector<double> numbers;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace nanobragg::test
