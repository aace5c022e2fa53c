// The lines of CrystFEL's .geom files: "key = value" and "panel/key = value".
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/geometry/vec3.hpp"

namespace nanobragg::io {

// A value and where it stands.
struct CrystfelValue {
  std::string text;
  std::size_t line = 0;
};
using CrystfelValues = std::map<std::string, CrystfelValue, std::less<>>;

// A panel or a bad region: its own values over those that held when its first line came.
struct CrystfelSection {
  std::string name;
  CrystfelValues values;
};

// A file in its parts. Comments begin with ';', or with '#' at the start of a word.
class CrystfelText {
 public:
  // Throws Error for a line without '='.
  CrystfelText(std::string_view text, const std::string& name);

  // Values without a panel, the last of each key, wherever they stand.
  const CrystfelValues& globals() const { return globals_; }
  std::span<const CrystfelSection> panels() const { return panels_; }
  std::span<const CrystfelSection> bad_regions() const { return bad_regions_; }
  // What stands without a panel behind the last panel's first line, and holds for panels alone.
  std::vector<std::string> without_effect() const;
  // Keys that belong to the whole file and are given more than once, with different values.
  std::vector<std::string> repeated() const;

 private:
  void read(std::string_view line, std::size_t number);
  CrystfelSection& section(std::string_view name);

  const std::string& name_;
  CrystfelValues globals_;
  CrystfelValues unused_;
  std::vector<std::string> repeated_;
  std::vector<CrystfelSection> panels_, bad_regions_;
};

// Whether a key without a panel means the whole file rather than the panels below it.
bool is_of_whole_file(std::string_view key);

// A number with what stands behind it: "95.3 mm", "0.0953m".
struct NumberWithUnit {
  double number;
  std::string unit;
};

// The values of one section, with their lines in errors.
class CrystfelFields {
 public:
  // `section` is its name for messages: "panel p0".
  CrystfelFields(const CrystfelValues& values, std::string section, const std::string& file)
      : values_(values), section_(std::move(section)), file_(file) {}

  const std::string& section() const { return section_; }
  std::string where(std::string_view key) const;
  const CrystfelValue* find(std::string_view key) const;
  // Whether the value is a place in the data file: "/entry/instrument/distance".
  bool is_in_data(std::string_view key) const;

  // Each throws Error, with the line, for a value of another kind.
  std::optional<NumberWithUnit> with_unit(std::string_view key) const;
  std::optional<double> maybe(std::string_view key) const;   // without a unit
  double number(std::string_view key) const;                 // which must be there
  std::optional<double> metres(std::string_view key) const;  // m, or mm where it says so
  std::size_t index(std::string_view key) const;
  bool flag(std::string_view key) const;  // true, false, or a number; false where it is missing
  Vec3<double> direction(std::string_view key) const;  // "+0.5x -0.2y +z"

 private:
  const CrystfelValues& values_;
  std::string section_;
  const std::string& file_;
};

}  // namespace nanobragg::io
