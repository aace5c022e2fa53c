// Finds the column by its name.
#include "nanobragg/config/resolve/amplitude_sigmas.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "nanobragg/config/resolve/amplitude_column.hpp"

namespace nanobragg::config {
namespace {

// What the column may be called, by the usage of MTZ and of mmCIF.
std::vector<std::string> names_of_sigma(const std::string& label) {
  const std::size_t slash = label.find('/');
  const std::size_t first = slash == std::string::npos ? 0 : slash + 1;
  std::vector<std::string> out{label.substr(0, first) + "SIG" + label.substr(first),
                               label + "_sigma"};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kInside{
      std::pair<std::string_view, std::string_view>{"_meas_au", "_meas_sigma_au"},
      std::pair<std::string_view, std::string_view>{"_meas", "_sigma"}};
  for (const auto& [end, sigma] : kInside) {
    if (label.ends_with(end)) {
      out.push_back(label.substr(0, label.size() - end.size()) + std::string(sigma));
    }
  }
  return out;
}

const io::ReflectionColumn* sigma_of(const io::ReflectionTable& table,
                                     const io::ReflectionColumn& column) {
  for (const std::string& name : names_of_sigma(column.label)) {
    const auto at = std::ranges::find(table.columns, name, &io::ReflectionColumn::label);
    if (at != table.columns.end()) return &*at;
  }
  return nullptr;
}

bool is_intensity(const io::ReflectionColumn& column) {
  return column.kind == io::ColumnKind::intensity || column.kind == io::ColumnKind::mate_intensity;
}

}  // namespace

std::vector<RelativeSigma> amplitude_sigmas(const Settings& settings, const AmplitudeFile& file) {
  std::vector<RelativeSigma> out;
  if (!file.table) return out;
  const AmplitudeColumn chosen = choose_column(*file.table, settings.hkl_column);
  for (const io::ReflectionColumn* column : {chosen.column, chosen.mate}) {
    if (column == nullptr) continue;
    const io::ReflectionColumn* const sigmas = sigma_of(*file.table, *column);
    if (sigmas == nullptr) continue;
    const double power = is_intensity(*column) ? 0.5 : 1.0;
    for (std::size_t i = 0; i < file.table->indices.size(); ++i) {
      const double value = column->values[i], sigma = sigmas->values[i];
      if (!(value > 0.0) || !(sigma > 0.0) || !std::isfinite(sigma)) continue;
      const MillerIndex& index = file.table->indices[i];
      out.push_back({column == chosen.mate ? mate_of(index) : index, power * sigma / value});
    }
  }
  return out;
}

}  // namespace nanobragg::config
