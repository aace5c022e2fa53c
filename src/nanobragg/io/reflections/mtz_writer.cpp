// Puts the columns into gemmi's table.
#include "nanobragg/io/reflections/mtz_writer.hpp"

#define GEMMI_WRITE_IMPLEMENTATION
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <gemmi/mtz.hpp>
#include <limits>
#include <memory>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::io {
namespace {

gemmi::UnitCell gemmi_cell(const CellParameters<double>& cell) {
  constexpr double deg = constants::kDegreesPerRadian;
  gemmi::UnitCell out;
  out.set(cell.a, cell.b, cell.c, cell.alpha * deg, cell.beta * deg, cell.gamma * deg);
  return out;
}

const gemmi::SpaceGroup* gemmi_group(const SpaceGroup& group) {
  const auto symbol = symbol_of_group(group.operations);
  const gemmi::SpaceGroup* const found = symbol ? gemmi::find_spacegroup_by_name(*symbol) : nullptr;
  if (found != nullptr) return found;
  throw Error(group.name + " as MTZ (its operations have no symbol in the International Tables)",
              "", "a .cif takes the operations");
}

// Numbers of a row that 4 bytes hold exactly.
void check_indices(const std::vector<MillerIndex>& indices) {
  constexpr std::int32_t kLargest = 1 << 24;
  for (const auto& [h, k, l] : indices) {
    for (const std::int32_t i : {h, k, l}) {
      if (std::abs(i) <= kLargest) continue;
      throw Error("a Miller index beyond 16777216 as MTZ (whose numbers have single precision)");
    }
  }
}

// What a list has of one kind, one number a reflection.
template <class Take>
std::vector<double> column_of(const ReflectionList& list, const Take& take) {
  std::vector<double> values;
  for (const ListedReflection& row : list.reflections) {
    const std::optional<double> value = take(row);
    values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return values;
}

using Half = std::optional<ListedAmplitude> ListedReflection::*;

// The list, or that of the same table without symmetry where the group has no symbol.
ReflectionList list_with_symbol(const AmplitudeData& data) {
  ReflectionList list = reflection_list(data);
  if (symbol_of_group(list.symmetry.group.operations)) return list;
  const StructureFactors& factors = *data.factors;
  AmplitudeData plain = data;
  plain.factors = std::make_shared<const StructureFactors>(
      StructureFactors::from_table(factors.box(), {factors.table().begin(), factors.table().end()},
                                   factors.default_amplitude()));
  plain.uncertainties.clear();
  for (AmplitudeUncertainty known : data.uncertainties) {
    for (const std::size_t position : factors.positions_like(factors.position(known.index))) {
      known.index = factors.box().index_at(position);
      plain.uncertainties.push_back(known);
    }
  }
  return reflection_list(plain);
}

void add_columns(MtzContent& content, const ReflectionList& list, Half half,
                 const std::string& suffix) {
  const bool is_pair = !suffix.empty();
  content.columns.push_back(
      {"F" + suffix, is_pair ? 'G' : 'F',
       column_of(list, [&](const ListedReflection& row) -> std::optional<double> {
         return row.*half ? std::optional((row.*half)->value) : std::nullopt;
       })});
  auto standard = column_of(list, [&](const ListedReflection& row) -> std::optional<double> {
    return row.*half ? (row.*half)->standard : std::nullopt;
  });
  if (std::ranges::all_of(standard, [](double s) { return std::isnan(s); })) return;
  content.columns.push_back({"SIGF" + suffix, is_pair ? 'L' : 'Q', std::move(standard)});
  auto observations = column_of(list, [&](const ListedReflection& row) -> std::optional<double> {
    const bool is_known = row.*half && (row.*half)->observations > 0;
    return is_known ? std::optional(static_cast<double>((row.*half)->observations)) : std::nullopt;
  });
  if (std::ranges::all_of(observations, [](double n) { return std::isnan(n); })) return;
  content.columns.push_back({"N" + suffix, 'I', std::move(observations)});
}

}  // namespace

std::string mtz_bytes(const MtzContent& content) {
  check_indices(content.indices);
  gemmi::Mtz mtz(true);
  mtz.title = "nanobragg";
  mtz.spacegroup = gemmi_group(content.group);
  mtz.set_cell_for_all(content.cell ? gemmi_cell(*content.cell) : gemmi::UnitCell());
  // 0 is how the format says that it is not known.
  mtz.add_dataset("data").wavelength = content.wavelength_A.value_or(0.0);
  for (const MtzColumn& column : content.columns) {
    mtz.add_column(column.label, column.type, -1, -1, false);
  }
  mtz.nreflections = static_cast<int>(content.indices.size());
  mtz.sort_order = {1, 2, 3, 0, 0};
  mtz.data.reserve(content.indices.size() * mtz.columns.size());
  for (std::size_t i = 0; i < content.indices.size(); ++i) {
    const auto& [h, k, l] = content.indices[i];
    for (const int index : {h, k, l}) mtz.data.push_back(static_cast<float>(index));
    for (const MtzColumn& column : content.columns) {
      mtz.data.push_back(static_cast<float>(column.values[i]));
    }
  }
  std::string bytes;
  mtz.write_to_string(bytes);
  return bytes;
}

std::string mtz_bytes(const AmplitudeData& data) {
  const ReflectionList list = list_with_symbol(data);
  MtzContent content{.group = list.symmetry.group,
                     .cell = data.cell,
                     .wavelength_A = data.wavelength_A,
                     .indices = {},
                     .columns = {}};
  for (const ListedReflection& row : list.reflections) content.indices.push_back(row.index);
  const bool apart = list.symmetry.mates == FriedelMates::apart;
  add_columns(content, list, &ListedReflection::plus, apart ? "(+)" : "");
  if (apart) add_columns(content, list, &ListedReflection::minus, "(-)");
  return mtz_bytes(content);
}

}  // namespace nanobragg::io
