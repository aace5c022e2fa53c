// Ranks the columns of a list of reflections by what they hold and how they are called.
#include "nanobragg/config/resolve/amplitude_column.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"

namespace nanobragg::config {
namespace {

using io::ColumnKind;
using io::ReflectionColumn;
using io::ReflectionTable;

bool holds_mate(const ReflectionColumn& column) {
  return column.kind == ColumnKind::mate_amplitude || column.kind == ColumnKind::mate_intensity;
}

bool holds_intensity(const ReflectionColumn& column) {
  return column.kind == ColumnKind::intensity || column.kind == ColumnKind::mate_intensity;
}

// How programs write the two halves of a pair.
struct PairWords {
  std::string_view plus, minus;
};
constexpr auto kPairs = std::to_array<PairWords>({{"(+)", "(-)"}, {"plus", "minus"}, {"+", "-"}});

std::optional<std::string> replaced(const std::string& label, std::string_view from,
                                    std::string_view to) {
  const std::size_t at = label.rfind(from);
  if (at == std::string::npos) return std::nullopt;
  return std::string(label).replace(at, from.size(), to);
}

const ReflectionColumn* find(const ReflectionTable& table, const std::string& label) {
  // A label that stands once may have its set before it all the same.
  const auto is_meant = [&](const ReflectionColumn& column) {
    return column.label == label || column.set + "/" + column.label == label;
  };
  const auto found = std::ranges::find_if(table.columns, is_meant);
  return found == table.columns.end() ? nullptr : &*found;
}

// The column with its mate, in the order plus, minus. A lone half stands for both.
AmplitudeColumn with_mate(const ReflectionTable& table, const ReflectionColumn& column) {
  if (!holds_mate(column)) return {&column};
  for (const auto& [plus, minus] : kPairs) {
    for (const auto& [from, to] : {std::pair(plus, minus), std::pair(minus, plus)}) {
      const auto label = replaced(column.label, from, to);
      const ReflectionColumn* other = label ? find(table, *label) : nullptr;
      if (other == nullptr || other->kind != column.kind) continue;
      return from == plus ? AmplitudeColumn{&column, other} : AmplitudeColumn{other, &column};
    }
  }
  return {&column};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// The smaller, the likelier it is meant; nothing where it holds no amplitude.
std::optional<int> rank(const ReflectionColumn& column) {
  if (column.kind == ColumnKind::other) return std::nullopt;
  const std::string& label = column.label;
  const std::string name = label.substr(label.rfind('/') + 1);
  constexpr int kMapCoefficients = 6;
  constexpr int kCalculated = 4;
  if (contains(name, "WT")) return kMapCoefficients;
  const bool is_model = name.starts_with("FC") || contains(name, "calc") ||
                        contains(name, "CALC") || contains(name, "model") ||
                        contains(name, "MODEL");
  if (is_model) return kCalculated + (holds_intensity(column) ? 1 : 0);
  return (holds_intensity(column) ? 2 : 0) + (holds_mate(column) ? 0 : 1);
}

std::string list_of_usable(const ReflectionTable& table) {
  std::string list;
  for (const ReflectionColumn& column : table.columns) {
    if (rank(column)) list += (list.empty() ? "" : ", ") + column.label;
  }
  return list;
}

[[noreturn]] void refuse_name(const ReflectionTable& table, const std::string& name) {
  const std::string usable = list_of_usable(table);
  const std::string hint =
      usable.empty() ? "none of its columns has amplitudes" : "one of " + usable;
  if (const ReflectionColumn* column = find(table, name)) {
    throw Error(fmt::format("column '{}' has no amplitudes ({})", name, column->contents),
                table.file, hint);
  }
  std::vector<std::string> labels;
  for (const ReflectionColumn& column : table.columns) {
    if (rank(column)) labels.push_back(column.label);
  }
  const auto close = nearest(name, labels);
  throw Error(fmt::format("no column '{}'", name), table.file,
              close ? fmt::format("did you mean '{}'? ({})", *close, hint) : hint);
}

}  // namespace

std::string AmplitudeColumn::description() const {
  const std::string labels = mate == nullptr ? column->label : column->label + ", " + mate->label;
  return fmt::format("{} ({})", labels, column->contents);
}

AmplitudeColumn choose_column(const ReflectionTable& table,
                              const std::optional<std::string>& name) {
  if (name) {
    const ReflectionColumn* column = find(table, *name);
    if (column == nullptr || !rank(*column)) refuse_name(table, *name);
    return with_mate(table, *column);
  }
  static constexpr int kUnusable = 99;
  const auto order = [](const ReflectionColumn& column) {
    return rank(column).value_or(kUnusable);
  };
  const auto best = std::ranges::min_element(table.columns, {}, order);
  if (best == table.columns.end() || !rank(*best)) {
    throw Error("no column of amplitudes or intensities", table.file);
  }
  return with_mate(table, *best);
}

ColumnAmplitudes amplitudes_of(const ReflectionTable& table, const AmplitudeColumn& choice) {
  ColumnAmplitudes out;
  const bool intensities = holds_intensity(*choice.column);
  const auto amplitude = [&](double value) {
    if (!intensities) return value;
    if (value < 0.0) ++out.negative_intensities;
    return value < 0.0 ? 0.0 : std::sqrt(value);
  };
  for (std::size_t i = 0; i < table.indices.size(); ++i) {
    MergedReflection reflection{.index = table.indices[i],
                                .amplitude = amplitude(choice.column->values[i])};
    if (choice.mate != nullptr) reflection.mate = amplitude(choice.mate->values[i]);
    if (std::isnan(reflection.amplitude) && std::isnan(reflection.mate)) continue;
    out.reflections.push_back(reflection);
  }
  if (out.reflections.empty()) {
    throw Error(fmt::format("column '{}' has no values", choice.column->label), table.file);
  }
  return out;
}

}  // namespace nanobragg::config
