// Names of CrystFEL's point groups as space groups without translations.
#include "nanobragg/io/reflections/crystfel_reflections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::io {
namespace {

constexpr std::string_view kHeading = "CrystFEL reflection list version ";

struct PointGroup {
  std::string_view name;
  const char* space_group;
};

// Unique axes lie along c where no suffix says otherwise (CrystFEL's symmetry.c and its manual,
// "man crystfel", Symmetry).
constexpr auto kPointGroups = std::to_array<PointGroup>({
    {"1", "P 1"},           {"-1", "P -1"},       {"2", "P 1 1 2"},     {"m", "P 1 1 m"},
    {"2/m", "P 1 1 2/m"},   {"222", "P 2 2 2"},   {"mm2", "P m m 2"},   {"mmm", "P m m m"},
    {"4", "P 4"},           {"-4", "P -4"},       {"4/m", "P 4/m"},     {"422", "P 4 2 2"},
    {"4mm", "P 4 m m"},     {"-42m", "P -4 2 m"}, {"-4m2", "P -4 m 2"}, {"4/mmm", "P 4/m m m"},
    {"3_R", "R 3:R"},       {"-3_R", "R -3:R"},   {"32_R", "R 3 2:R"},  {"3m_R", "R 3 m:R"},
    {"-3m_R", "R -3 m:R"},  {"3_H", "P 3"},       {"-3_H", "P -3"},     {"321_H", "P 3 2 1"},
    {"312_H", "P 3 1 2"},   {"3m1_H", "P 3 m 1"}, {"31m_H", "P 3 1 m"}, {"-3m1_H", "P -3 m 1"},
    {"-31m_H", "P -3 1 m"}, {"6", "P 6"},         {"-6", "P -6"},       {"6/m", "P 6/m"},
    {"622", "P 6 2 2"},     {"6mm", "P 6 m m"},   {"-6m2", "P -6 m 2"}, {"-62m", "P -6 2 m"},
    {"6/mmm", "P 6/m m m"}, {"23", "P 2 3"},      {"m-3", "P m -3"},    {"432", "P 4 3 2"},
    {"-43m", "P -4 3 m"},   {"m-3m", "P m -3 m"},
});

// The operation of a group whose unique axis lies along a (`turns` = 1) or b (2) instead of c: each
// axis takes the place of the next but so many.
SymmetryOperation turned(const SymmetryOperation& operation, std::size_t turns) {
  SymmetryOperation out;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      out.rotation[(i + turns) % 3][(j + turns) % 3] = operation.rotation[i][j];
    }
  }
  return out;
}

std::optional<std::vector<SymmetryOperation>> operations_of(std::string_view name) {
  constexpr std::string_view kSuffix = "_ua";
  std::size_t turns = 0;
  if (const std::size_t at = name.find(kSuffix); at != std::string_view::npos) {
    const std::string_view axis = name.substr(at + kSuffix.size());
    if (axis != "a" && axis != "b" && axis != "c") return std::nullopt;
    // From c, one turn leads to a and two to b.
    turns = axis == "a" ? 1 : axis == "b" ? 2 : 0;
    name = name.substr(0, at);
  }
  const auto group = std::ranges::find(kPointGroups, name, &PointGroup::name);
  if (group == kPointGroups.end()) return std::nullopt;
  auto operations = find_space_group(group->space_group, std::nullopt).value();
  std::ranges::transform(operations, operations.begin(),
                         [&](const SymmetryOperation& o) { return turned(o, turns); });
  return operations;
}

void read_row(ReflectionTable& table, std::vector<double>& values, const TextLine& line) {
  std::array<double, 4> row{};
  std::string_view rest = skip_space(line.text);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto number = number_prefix(rest);
    if (!number) throw expected_numbers("4", i, rest, place(table.file, line.number));
    row[i] = number->value;
    rest = skip_space(rest.substr(number->length));
  }
  if (!std::isfinite(row[3])) {
    throw Error("an intensity is not finite", place(table.file, line.number));
  }
  add_index(table, row[0], row[1], row[2]);
  values.push_back(row[3]);
}

}  // namespace

bool is_crystfel_list(std::string_view bytes) { return skip_space(bytes).starts_with(kHeading); }

ReflectionTable parse_crystfel_list(std::string_view bytes, const std::string& name) {
  ReflectionTable table;
  table.file = name;
  table.format = "CrystFEL";
  std::vector<double> values;
  std::optional<std::string> symmetry;
  bool in_rows = false;
  bool has_ended = false;
  LineReader lines(bytes);
  while (const auto line = lines.next()) {
    const std::string_view text = trim(line->text);
    if (text.empty()) continue;
    if (text.starts_with(kHeading)) {
      const std::string_view version = text.substr(kHeading.size());
      if (version == "2.0") continue;
      throw Error(fmt::format("version {} of CrystFEL's lists (2.0 is read)", version), name);
    }
    constexpr std::string_view kSymmetry = "Symmetry:";
    if (text.starts_with("End of reflections")) {
      has_ended = true;
      break;
    }
    if (in_rows) {
      read_row(table, values, *line);
    } else if (text.starts_with(kSymmetry)) {
      symmetry = trim(text.substr(kSymmetry.size()));
    } else {
      // The names of the columns: h k l I phase sigma(I) nmeas.
      in_rows = text.starts_with("h ");
    }
  }
  if (!has_ended) throw Error("no 'End of reflections' (is the file cut short?)", name);
  if (!symmetry) throw Error("no line 'Symmetry:'", name, "write one, for example Symmetry: 4/mmm");
  const auto operations = operations_of(*symmetry);
  if (!operations) {
    throw Error(fmt::format("unknown symmetry '{}'", *symmetry), name,
                "point groups of CrystFEL are known, for example 4/mmm, 2/m_uab, -3m1_H");
  }
  table.operations = *operations;
  table.space_group = "point group " + *symmetry;
  check_merged(table.indices, name);
  table.columns.push_back({.label = "I",
                           .kind = ColumnKind::intensity,
                           .contents = "merged intensities",
                           .values = std::move(values)});
  return table;
}

}  // namespace nanobragg::io
