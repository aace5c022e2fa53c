// Reflection lists: no text may crash a reader, and where lines and groups must agree, they do.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/reflections/hkl_text.hpp"

namespace {

using namespace nanobragg;

std::optional<io::HklText> try_parse(std::string_view text, io::HklLayout layout) {
  try {
    return io::parse_hkl_text(text, "fuzz", layout);
  } catch (const Error&) {
    return std::nullopt;
  }
}

void require(bool holds) {
  if (!holds) std::abort();
}

// Fills the table where that is quick; larger ones only show how much memory there is.
void fill_table(const io::HklText& text) {
  constexpr double kMostCells = 1e6;
  const double cells = static_cast<double>(text.box.size_h()) *
                       static_cast<double>(text.box.size_k()) *
                       static_cast<double>(text.box.size_l());
  for (const Reflection& reflection : text.reflections) {
    require(text.box.contains(reflection.index));
  }
  if (cells > kMostCells) return;
  const auto factors = StructureFactors::from_reflections(text.reflections, text.box, -1.0);
  if (!text.reflections.empty()) {
    const Reflection& last = text.reflections.back();
    require(factors.at(last.index) == last.amplitude);
  }
}

void require_same(const io::HklText& lines, const io::HklText& groups) {
  require(lines.reflections.size() == groups.reflections.size());
  for (std::size_t i = 0; i < lines.reflections.size(); ++i) {
    require(lines.reflections[i].index == groups.reflections[i].index);
    require(lines.reflections[i].amplitude == groups.reflections[i].amplitude);
  }
  require(lines.box.min == groups.box.min && lines.box.max == groups.box.max);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lines = try_parse(text, io::HklLayout::lines);
  if (lines) fill_table(*lines);
  for (const auto layout : {io::HklLayout::groups_of_four, io::HklLayout::groups_of_columns,
                            io::HklLayout::groups_of_integers}) {
    const auto groups = try_parse(text, layout);
    if (groups) fill_table(*groups);
    const bool may_have_further_text = layout == io::HklLayout::groups_of_columns;
    if (!lines || lines->has_fractional_indices) continue;
    if (lines->has_further_text && !may_have_further_text) continue;
    require(groups.has_value());
    require_same(*lines, *groups);
  }
  return 0;
}
