// Reflection tables of DIALS (.refl): MessagePack of columns, each a type and the bytes of its
// numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::io {

// The name that DIALS has for numbers of a type, and how many stand in a row.
template <class Row>
struct DialsType;
template <>
struct DialsType<std::array<std::int32_t, 1>> {
  static constexpr const char* name = "int";
};
template <>
struct DialsType<std::array<std::uint64_t, 1>> {
  static constexpr const char* name = "std::size_t";
};
template <>
struct DialsType<std::array<double, 1>> {
  static constexpr const char* name = "double";
};
template <>
struct DialsType<std::array<double, 3>> {
  static constexpr const char* name = "vec3<double>";
};

inline constexpr const char* kMillerColumn = "cctbx::miller::index<>";
inline constexpr const char* kBoxColumn = "int6";

// Columns by name, all of as many rows. Numbers are in this machine's order of bytes, which is that
// of DIALS on all machines that it runs on.
class DialsTable {
 public:
  explicit DialsTable(std::size_t rows) : rows_(rows) {}

  std::size_t rows() const { return rows_; }
  bool has(const std::string& name) const { return columns_.contains(name); }
  // Identifiers of experiments, by the numbers in the column "id".
  std::map<int, std::string> identifiers;

  // A row is an array of numbers; `type` where one of these types has several names.
  template <class Row>
  void set(const std::string& name, const std::vector<Row>& numbers,
           const char* type = DialsType<Row>::name) {
    set_bytes(name, type,
              {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Row)});
  }
  // Throws Error for a column that is not there or is of another type.
  template <class Row>
  std::vector<Row> get(const std::string& name, const char* type = DialsType<Row>::name) const {
    std::vector<Row> out(rows_);
    const std::string_view bytes = get_bytes(name, type, sizeof(Row));
    if (!bytes.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
    return out;
  }

  struct Column {
    std::string type;
    std::string bytes;
  };
  const std::map<std::string, Column>& columns() const { return columns_; }

  std::string packed() const;
  // `file` is for messages. Columns of other types (shoeboxes) are kept as they are. Throws Error.
  static DialsTable parsed(std::string_view bytes, const std::string& file);

 private:
  void set_bytes(const std::string& name, const char* type, std::string_view bytes);
  std::string_view get_bytes(const std::string& name, const char* type, std::size_t row) const;

  std::size_t rows_;
  std::string file_;
  std::map<std::string, Column> columns_;
};

// Miller indices and boxes have types of their own.
using MillerRow = std::array<std::int32_t, 3>;
using BoxRow = std::array<std::int32_t, 6>;  // first and last + 1 along fast, slow and images

// What a packed table consists of: the head, then for each column, in the order of their names, a
// head and the bytes. Throws Error for a column that is longer than MessagePack has them.
std::string table_head(const std::map<int, std::string>& identifiers, std::size_t rows,
                       std::size_t columns);
std::string column_head(const std::string& name, const std::string& type, std::size_t rows,
                        std::size_t size);

// Bits of the column "flags".
inline constexpr std::uint64_t kPredictedFlag = 1, kObservedFlag = 2, kIndexedFlag = 4,
                               kUsedInRefinementFlag = 8;

}  // namespace nanobragg::io
