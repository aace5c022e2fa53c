// Reads MTZ files with gemmi, after counting that its header states no more than there is.
#include "nanobragg/io/reflections/mtz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <gemmi/mtz.hpp>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/cell_in_degrees.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::io {
namespace {

constexpr std::size_t kRecord = 80;
constexpr std::size_t kWord = 4;

// The whole numbers after a record's keyword.
std::vector<std::int64_t> numbers_of(std::string_view record) {
  std::vector<std::int64_t> numbers;
  std::string_view rest = record.substr(std::min(record.find(' '), record.size()));
  while (const auto number = integer_prefix(skip_space(rest))) {
    numbers.push_back(number->value);
    rest = skip_space(rest).substr(number->length);
  }
  return numbers;
}

// gemmi takes the counts of the header as they are; these are checked before it gets them.
class HeaderCheck {
 public:
  HeaderCheck(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  void run(std::int64_t header_offset) {
    const auto words = static_cast<std::int64_t>(bytes_.size() / kWord);
    if (header_offset <= static_cast<std::int64_t>(kRecord / kWord) || header_offset > words) {
      throw Error("the header of the MTZ file lies outside it (cut short?)", name_);
    }
    std::size_t position = kWord * static_cast<std::size_t>(header_offset - 1);
    for (std::size_t number = 1; position + kRecord <= bytes_.size(); ++number) {
      const std::string_view record = bytes_.substr(position, kRecord);
      if (record.starts_with("END")) {
        if (!has_counts_) throw Error("the header of the MTZ file has no NCOL record", name_);
        return;
      }
      check_record(record, fmt::format("{}: header record {} '{}'", name_, number, trim(record)));
      position += kRecord;
    }
    throw Error("the header of the MTZ file has no end (cut short?)", name_);
  }

 private:
  void check_record(std::string_view record, const std::string& where) {
    const std::vector<std::int64_t> numbers = numbers_of(record);
    const auto number = [&](std::size_t i) { return i < numbers.size() ? numbers[i] : 0; };
    if (record.starts_with("NCOL")) {
      has_counts_ = true;
      check_counts(number(0), number(1), number(2), where);
    }
    // No group in any setting has more operations than F m -3 m.
    constexpr std::int64_t kMostOperations = 192;
    constexpr std::int64_t kMostDatasets = 100'000;
    check_range(record.starts_with("SYMI") ? number(0) : 0, kMostOperations, where);
    check_range(record.starts_with("NDIF") ? number(0) : 0, kMostDatasets, where);
  }

  static void check_range(std::int64_t count, std::int64_t most, const std::string& where) {
    if (count < 0 || count > most) throw Error(fmt::format("impossible count {}", count), where);
  }

  void check_counts(std::int64_t columns, std::int64_t reflections, std::int64_t batches,
                    const std::string& where) const {
    if (batches != 0) {
      throw Error(fmt::format("{} batches (the data are not merged)", batches), where, kMergeFirst);
    }
    constexpr std::int64_t kMostColumns = 10'000;
    check_range(columns, kMostColumns, where);
    const auto room = static_cast<std::int64_t>((bytes_.size() - kRecord) / kWord);
    if (reflections < 1 || columns < 4 || reflections > room / columns) {
      throw Error(fmt::format("{} reflections of {} columns (the file holds {} numbers)",
                              reflections, columns, room),
                  where);
    }
  }

  std::string_view bytes_;
  const std::string& name_;
  bool has_counts_ = false;
};

double shortest_decimal(float value) {
  if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  double result = 0.0;
  std::from_chars(text.data(), written.ptr, result);
  return result;
}

struct TypeInfo {
  char type;
  ColumnKind kind;
  const char* contents;
};

constexpr TypeInfo kTypes[] = {
    {'F', ColumnKind::amplitude, "amplitudes"},
    {'G', ColumnKind::mate_amplitude, "amplitudes of F(+) or F(-)"},
    {'J', ColumnKind::intensity, "intensities"},
    {'K', ColumnKind::mate_intensity, "intensities of I(+) or I(-)"},
    {'P', ColumnKind::other, "phases"},
    {'Q', ColumnKind::other, "standard deviations"},
    {'L', ColumnKind::other, "standard deviations"},
    {'M', ColumnKind::other, "standard deviations"},
    {'D', ColumnKind::other, "anomalous differences"},
    {'E', ColumnKind::other, "normalised amplitudes"},
    {'W', ColumnKind::other, "weights"},
    {'A', ColumnKind::other, "phase probability coefficients"},
    {'I', ColumnKind::other, "integers"},
    {'Y', ColumnKind::other, "symmetry numbers of unmerged data"},
};

TypeInfo info_of(char type) {
  const auto found = std::ranges::find(kTypes, type, &TypeInfo::type);
  return found == std::end(kTypes) ? TypeInfo{type, ColumnKind::other, "other numbers"} : *found;
}

std::optional<CellParameters<double>> cell_of(const gemmi::UnitCell& cell) {
  if (!(cell.a > 0.0) || !cell.is_crystal()) return std::nullopt;
  return cell_in_degrees(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma);
}

// The CELL record, which DCELL of the data sets has replaced.
std::optional<CellParameters<double>> cell_of(const gemmi::Mtz& mtz) {
  auto cell = cell_of(mtz.cell);
  for (const gemmi::Mtz::Dataset& dataset : mtz.datasets) {
    if (!cell) cell = cell_of(dataset.cell);
  }
  return cell;
}

// The operations in the file count, the name only where it has none.
std::vector<SymmetryOperation> operations_of(const gemmi::Mtz& mtz, const ReflectionTable& table) {
  std::vector<std::string> triplets;
  for (const gemmi::Op& op : mtz.symops) triplets.push_back(op.triplet());
  if (!triplets.empty()) return operations_of_triplets(triplets, table.file);
  if (auto found = find_space_group(mtz.spacegroup_name, table.cell)) return *found;
  throw Error("unknown space group '" + mtz.spacegroup_name + "' (and no operations in the file)",
              table.file);
}

// Where H, K and L stand: by their names, or else the first three columns of type H.
std::array<std::size_t, 3> index_columns(const gemmi::Mtz& mtz, const std::string& name) {
  std::vector<const gemmi::Mtz::Column*> found;
  for (const gemmi::Mtz::Column& column : mtz.columns) {
    if (column.type == 'H') found.push_back(&column);
  }
  if (found.size() < 3) {
    throw Error(
        fmt::format("{} columns of Miller indices (three of type H are needed)", found.size()),
        name);
  }
  std::array<std::size_t, 3> places{found[0]->idx, found[1]->idx, found[2]->idx};
  constexpr std::array kNames{"H", "K", "L"};
  std::array<std::size_t, 3> named{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto column = std::ranges::find(found, kNames[i], &gemmi::Mtz::Column::label);
    if (column == found.end()) return places;
    named[i] = (*column)->idx;
  }
  return named;
}

ReflectionColumn column_of(const gemmi::Mtz& mtz, const gemmi::Mtz::Column& column) {
  const auto same_label = std::ranges::count(mtz.columns, column.label, &gemmi::Mtz::Column::label);
  const gemmi::Mtz::Dataset& dataset = mtz.dataset(column.dataset_id);
  const TypeInfo info = info_of(column.type);
  ReflectionColumn out;
  out.label = same_label > 1 ? dataset.dataset_name + "/" + column.label : column.label;
  out.set = dataset.dataset_name;
  out.kind = info.kind;
  out.contents = fmt::format("{}, type {}", info.contents, column.type);
  if (dataset.wavelength > 0.0) out.wavelength_A = dataset.wavelength;
  out.cell = cell_of(dataset.cell);
  out.values.reserve(static_cast<std::size_t>(mtz.nreflections));
  for (std::size_t i = column.idx; i < mtz.data.size(); i += mtz.columns.size()) {
    const float value = mtz.data[i];
    const bool missing = !std::isnan(mtz.valm) && value == mtz.valm;
    out.values.push_back(missing ? std::numeric_limits<double>::quiet_NaN()
                                 : shortest_decimal(value));
  }
  return out;
}

ReflectionTable table_of(const gemmi::Mtz& mtz, const std::string& name) {
  ReflectionTable table;
  table.file = name;
  table.format = "MTZ";
  table.space_group = mtz.spacegroup_name;
  table.cell = cell_of(mtz);
  table.operations = operations_of(mtz, table);
  const auto [h, k, l] = index_columns(mtz, name);
  for (std::size_t i = 0; i < mtz.data.size(); i += mtz.columns.size()) {
    add_index(table, mtz.data[i + h], mtz.data[i + k], mtz.data[i + l]);
  }
  if (mtz.column_with_label("M/ISYM") != nullptr) {
    throw Error("column 'M/ISYM' (the data are not merged)", name, kMergeFirst);
  }
  for (const gemmi::Mtz::Column& column : mtz.columns) {
    if (column.type != 'H') table.columns.push_back(column_of(mtz, column));
  }
  check_merged(table.indices, name);
  return table;
}

}  // namespace

bool is_mtz(std::string_view bytes) { return bytes.starts_with("MTZ "); }

ReflectionTable parse_mtz(std::string_view bytes, const std::string& name) {
  try {
    gemmi::Mtz mtz;
    gemmi::MemoryStream stream(bytes.data(), bytes.size());
    mtz.read_first_bytes(stream);
    HeaderCheck(bytes, name).run(mtz.header_offset);
    mtz.read_main_headers(stream);
    mtz.setup_spacegroup();
    if (mtz.datasets.empty()) mtz.datasets.push_back({0, "", "", "", mtz.cell, 0.0});
    mtz.read_raw_data(stream);
    return table_of(mtz, name);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(std::string("cannot be read as MTZ (") + error.what() + ")", name);
  }
}

}  // namespace nanobragg::io
