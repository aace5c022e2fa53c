// Puts columns one behind the other.
#include "nanobragg/io/reflections/dials_table_file.hpp"

#include <array>
#include <utility>
#include <vector>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/io/files/file.hpp"

namespace nanobragg::io {

void DialsTableFile::add(DialsTable table, int id, const std::string& identifier) {
  table.set("id", std::vector<std::array<std::int32_t, 1>>(table.rows(), {id}));
  const auto folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
  NANOBRAGG_EXPECTS(columns_.empty() || columns_.size() == table.columns().size());
  for (const auto& [name, column] : table.columns()) {
    Column& to = columns_[name];
    if (!to.bytes) to = {column.type, std::make_unique<SpillFile>(folder)};
    to.bytes->append(column.bytes);
  }
  rows_ += table.rows();
  identifiers_[id] = identifier;
}

void DialsTableFile::commit() {
  AtomicFile file(path_);
  file.write(table_head(identifiers_, rows_, columns_.size()));
  for (auto& [name, column] : columns_) {
    file.write(column_head(name, column.type, rows_, column.bytes->size()));
    column.bytes->copy_to(file);
    column.bytes.reset();
  }
  file.commit();
}

}  // namespace nanobragg::io
