// A reflection table of DIALS that is written table by table, and is never in memory as a whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "nanobragg/io/files/spill_file.hpp"
#include "nanobragg/io/reflections/dials_table.hpp"

namespace nanobragg::io {

// Its columns wait on the disk, in the folder of the file, which appears when it is complete.
class DialsTableFile {
 public:
  explicit DialsTableFile(std::filesystem::path path) : path_(std::move(path)) {}

  // The rows of a table behind those that are there, as those of the experiment `id`. All tables
  // have the same columns.
  void add(DialsTable table, int id, const std::string& identifier);
  // Throws Error where it cannot be written. Nothing may be added afterwards.
  void commit();

 private:
  struct Column {
    std::string type;
    std::unique_ptr<SpillFile> bytes;
  };
  std::filesystem::path path_;
  std::map<int, std::string> identifiers_;
  std::map<std::string, Column> columns_;
  std::size_t rows_ = 0;
};

}  // namespace nanobragg::io
