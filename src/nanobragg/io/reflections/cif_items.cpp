// Looks items up in gemmi's document.
#include "nanobragg/io/reflections/cif_items.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <gemmi/cifdoc.hpp>
#include <gemmi/numb.hpp>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

namespace cif = gemmi::cif;

std::array<std::string, 2> tags_of(const CifItem& item) {
  const std::string category = item.category;
  return {category + "." + item.name, category + "_" + item.name};
}

std::vector<std::string> values_in(cif::Block& block, const CifItem& item) {
  std::vector<std::string> values;
  for (const std::string& tag : tags_of(item)) {
    for (const std::string& value : block.find_values(tag)) {
      if (!cif::is_null(value)) values.push_back(cif::as_string(value));
    }
    if (!values.empty()) break;
  }
  return values;
}

}  // namespace

const cif::Loop* find_loop(cif::Block& block, const CifItem& item) {
  for (const std::string& tag : tags_of(item)) {
    if (const cif::Loop* loop = block.find_loop(tag).get_loop()) return loop;
  }
  return nullptr;
}

std::optional<std::size_t> find_column(const cif::Loop& loop, const CifItem& item) {
  for (const std::string& tag : tags_of(item)) {
    if (const int found = loop.find_tag(tag); found >= 0) return static_cast<std::size_t>(found);
  }
  return std::nullopt;
}

std::vector<std::string> find_values(cif::Document& document, cif::Block& block,
                                     const CifItem& item) {
  std::vector<std::string> values = values_in(block, item);
  for (cif::Block& other : document.blocks) {
    if (values.empty()) values = values_in(other, item);
  }
  return values;
}

std::optional<std::string> find_value(cif::Document& document, cif::Block& block,
                                      const CifItem& item) {
  const auto values = find_values(document, block, item);
  return values.empty() ? std::nullopt : std::optional(values.front());
}

double cif_number(const std::string& word, const std::string& tag, const std::string& where) {
  if (cif::is_null(word)) return std::numeric_limits<double>::quiet_NaN();
  const double value = cif::as_number(word);
  if (!std::isfinite(value)) {
    throw Error(fmt::format("{} of {} is not a number", quoted_word(word), tag), where);
  }
  return value;
}

}  // namespace nanobragg::io
