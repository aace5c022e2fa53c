// Takes the header's keys and the columns that it numbers.
#include "nanobragg/io/reflections/xds_reflections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/cell_in_degrees.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::io {
namespace {

constexpr const char* kMergeXds =
    "merge them: XSCALE with MERGE=TRUE, aimless, dials.merge or gemmi merge";

// What follows "KEY=" in a line, without spaces before it.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  for (std::size_t at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
    const bool starts = at == 0 || is_space(line[at - 1]) || line[at - 1] == '!';
    const std::size_t end = at + key.size();
    if (starts && end < line.size() && line[end] == '=') return skip_space(line.substr(end + 1));
  }
  return std::nullopt;
}

std::vector<double> numbers_of(std::string_view text) {
  std::vector<double> numbers;
  std::string_view rest = skip_space(text);
  while (const auto number = number_prefix(rest)) {
    numbers.push_back(number->value);
    rest = skip_space(rest.substr(number->length));
  }
  return numbers;
}

class XdsReader {
 public:
  XdsReader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {
    table_.file = name;
    table_.format = "XDS_ASCII";
  }

  ReflectionTable read() && {
    LineReader lines(bytes_);
    while (const auto line = lines.next()) {
      const std::string_view text = skip_space(line->text);
      if (text.starts_with("!END_OF_DATA")) return finish();
      if (text.starts_with('!')) {
        read_header(text);
      } else if (!text.empty()) {
        read_row(text, place(name_, line->number));
      }
    }
    throw Error("no !END_OF_DATA (is the file cut short?)", name_);
  }

 private:
  void read_header(std::string_view line) {
    if (value_of(line, "OUTPUT_FILE") && line.find("INTEGRATE") != std::string_view::npos) {
      throw Error("INTEGRATE.HKL of XDS (neither scaled nor merged)", name_,
                  "run CORRECT, then XSCALE with MERGE=TRUE");
    }
    if (const auto merge = value_of(line, "MERGE"); merge && merge->starts_with("FALSE")) {
      throw Error("a list of XDS with MERGE=FALSE (the data are not merged)", name_, kMergeXds);
    }
    const auto numbers = [&](std::string_view key) {
      const auto value = value_of(line, key);
      return value ? numbers_of(*value) : std::vector<double>{};
    };
    if (const auto group = numbers("SPACE_GROUP_NUMBER"); !group.empty()) group_ = group.front();
    if (const auto cell = numbers("UNIT_CELL_CONSTANTS"); cell.size() >= 6 && !table_.cell) {
      table_.cell = cell_in_degrees(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]);
    }
    // XSCALE names one for each of its inputs (ISET), 0 where it is not known.
    if (const auto lambda = numbers("X-RAY_WAVELENGTH"); !lambda.empty() && lambda.front() > 0.0) {
      wavelengths_.push_back(lambda.front());
    }
    const auto item = [&](std::string_view key, std::optional<std::size_t>& column) {
      const auto number = numbers(key);
      if (!number.empty() && number.front() >= 1.0) {
        column = static_cast<std::size_t>(number.front()) - 1;
      }
    };
    item("ITEM_H", h_);
    item("ITEM_K", k_);
    item("ITEM_L", l_);
    item("ITEM_IOBS", intensity_);
    item("ITEM_SIGMA(IOBS)", sigma_);
  }

  void read_row(std::string_view text, const std::string& where) {
    if (!h_ || !k_ || !l_ || !intensity_) {
      throw Error("the header does not number the columns H, K, L and IOBS (!ITEM_IOBS= …)", name_);
    }
    const std::vector<double> row = numbers_of(text);
    const std::size_t last = std::max({*h_, *k_, *l_, *intensity_, sigma_.value_or(0)});
    if (row.size() <= last) {
      throw expected_numbers(std::to_string(last + 1), row.size(), "", where);
    }
    if (sigma_ && row[*sigma_] < 0.0) {
      ++misfits_;
      return;
    }
    if (!std::isfinite(row[*intensity_])) throw Error("an intensity is not finite", where);
    add_index(table_, row[*h_], row[*k_], row[*l_]);
    values_.push_back(row[*intensity_]);
  }

  ReflectionTable finish() {
    if (!group_) throw Error("no space group (!SPACE_GROUP_NUMBER=)", name_);
    if (*group_ < 1.0) {
      throw Error(fmt::format("no space group (!SPACE_GROUP_NUMBER= {:g})", *group_), name_,
                  "write its number there, or run CORRECT with it");
    }
    const std::string number = fmt::format("{:g}", *group_);
    const auto operations = find_space_group(number, table_.cell);
    if (!operations) throw Error("unknown space group number " + number, name_);
    table_.operations = *operations;
    table_.space_group = name_of_group(*operations);
    check_merged(table_.indices, name_);
    ReflectionColumn column{.label = "IOBS",
                            .kind = ColumnKind::intensity,
                            .contents = "merged intensities",
                            .values = std::move(values_)};
    if (!wavelengths_.empty()) column.wavelength_A = wavelengths_.front();
    const auto differs = [&](double lambda) { return lambda != wavelengths_.front(); };
    if (const auto other = std::ranges::find_if(wavelengths_, differs);
        other != wavelengths_.end()) {
      column.wavelength_doubt = fmt::format("another of its X-RAY_WAVELENGTH is {:g} Å", *other);
    }
    table_.columns.push_back(std::move(column));
    if (misfits_ > 0) {
      table_.warnings.push_back(
          fmt::format("{}: reflections left out because their sigma is negative (misfits): {}",
                      name_, misfits_));
    }
    return std::move(table_);
  }

  std::string_view bytes_;
  const std::string& name_;
  ReflectionTable table_;
  std::vector<double> values_;
  std::vector<double> wavelengths_;
  std::optional<double> group_;
  std::optional<std::size_t> h_, k_, l_, intensity_, sigma_;
  std::size_t misfits_ = 0;
};

}  // namespace

bool is_xds_list(std::string_view bytes) {
  LineReader lines(bytes);
  while (const auto line = lines.next()) {
    const std::string_view text = skip_space(line->text);
    if (text.empty()) continue;
    if (!text.starts_with('!')) return false;
    if (value_of(text, "FORMAT") == std::nullopt) {
      // The key words of other lists of XDS.
      if (value_of(text, "OUTPUT_FILE") && text.find("INTEGRATE.HKL") != std::string_view::npos) {
        return true;
      }
      if (value_of(text, "NUMBER_OF_ITEMS_IN_EACH_DATA_RECORD") || value_of(text, "ITEM_H")) {
        return true;
      }
      continue;
    }
    if (value_of(text, "FORMAT")->starts_with("XDS_ASCII")) return true;
  }
  return false;
}

ReflectionTable parse_xds_list(std::string_view bytes, const std::string& name) {
  return XdsReader(bytes, name).read();
}

}  // namespace nanobragg::io
