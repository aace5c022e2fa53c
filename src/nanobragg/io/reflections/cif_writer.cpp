// One line a reflection.
#include "nanobragg/io/reflections/cif_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::io {
namespace {

using Half = std::optional<ListedAmplitude> ListedReflection::*;

struct CifColumn {
  const char* tag;
  Half half;
  bool is_standard;  // the uncertainty, not the value

  std::optional<double> of(const ListedReflection& row) const {
    const auto& amplitude = row.*half;
    if (!amplitude) return std::nullopt;
    return is_standard ? amplitude->standard : amplitude->value;
  }
};

constexpr CifColumn kEqual[] = {{"F_meas", &ListedReflection::plus, false},
                                {"F_meas_sigma", &ListedReflection::plus, true}};
constexpr CifColumn kApart[] = {{"pdbx_F_plus", &ListedReflection::plus, false},
                                {"pdbx_F_plus_sigma", &ListedReflection::plus, true},
                                {"pdbx_F_minus", &ListedReflection::minus, false},
                                {"pdbx_F_minus_sigma", &ListedReflection::minus, true}};

// Those in which some reflection has a number.
std::vector<CifColumn> columns_of(const ReflectionList& list) {
  std::vector<CifColumn> columns;
  const auto add = [&](const CifColumn& column) {
    const bool says = std::ranges::any_of(
        list.reflections, [&](const ListedReflection& row) { return column.of(row).has_value(); });
    if (says || !column.is_standard) columns.push_back(column);
  };
  const bool apart = list.symmetry.mates == FriedelMates::apart;
  for (const CifColumn& column : kEqual) {
    if (!apart) add(column);
  }
  for (const CifColumn& column : kApart) {
    if (apart) add(column);
  }
  return columns;
}

// 15 digits, which give back what a file or a flag had.
std::string head_of(const AmplitudeData& data) {
  constexpr double deg = constants::kDegreesPerRadian;
  const auto& [a, b, c, alpha, beta, gamma] = data.cell;
  return fmt::format(
      "data_nanobragg\n_entry.id nanobragg\n_cell.length_a {:.15g}\n_cell.length_b {:.15g}\n"
      "_cell.length_c {:.15g}\n_cell.angle_alpha {:.15g}\n_cell.angle_beta {:.15g}\n"
      "_cell.angle_gamma {:.15g}\n_diffrn_radiation_wavelength.id 1\n"
      "_diffrn_radiation_wavelength.wavelength {:.15g}\n",
      a, b, c, alpha * deg, beta * deg, gamma * deg, data.wavelength_A);
}

std::string symmetry_of(const SpaceGroup& group) {
  std::string text;
  if (const auto symbol = symbol_of_group(group.operations)) {
    text = fmt::format("_symmetry.space_group_name_H-M '{}'\n", *symbol);
  }
  text += "loop_\n_space_group_symop.id\n_space_group_symop.operation_xyz\n";
  std::size_t number = 0;
  for (const SymmetryOperation& operation : group.operations) {
    text += fmt::format("{} '{}'\n", ++number, triplet_of(operation));
  }
  return text;
}

}  // namespace

std::string reflection_cif_text(const AmplitudeData& data) {
  const ReflectionList list = reflection_list(data);
  const std::vector<CifColumn> columns = columns_of(list);
  std::string text = head_of(data) + symmetry_of(list.symmetry.group) +
                     "loop_\n_refln.index_h\n_refln.index_k\n_refln.index_l\n";
  for (const CifColumn& column : columns) text += fmt::format("_refln.{}\n", column.tag);
  auto out = std::back_inserter(text);
  for (const ListedReflection& row : list.reflections) {
    fmt::format_to(out, "{} {} {}", row.index.h, row.index.k, row.index.l);
    for (const CifColumn& column : columns) {
      const auto value = column.of(row);
      value ? fmt::format_to(out, " {}", *value) : fmt::format_to(out, " ?");
    }
    text += '\n';
  }
  return text;
}

}  // namespace nanobragg::io
