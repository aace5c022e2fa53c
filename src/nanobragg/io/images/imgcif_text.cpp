// Cuts binary sections out, and unquotes.
#include "nanobragg/io/images/imgcif_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <gemmi/cifdoc.hpp>
#include <gemmi/numb.hpp>
#include <limits>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/cif_document.hpp"

namespace nanobragg::io {
namespace {

namespace cif = gemmi::cif;

// Everything but the binary sections, which a reader of text cannot parse.
std::string without_binary_sections(std::string_view bytes) {
  constexpr std::string_view kBegin = "--CIF-BINARY-FORMAT-SECTION--";
  constexpr std::string_view kEnd = "--CIF-BINARY-FORMAT-SECTION----";
  std::string text;
  while (true) {
    const std::size_t begin = bytes.find(kBegin);
    text += bytes.substr(0, begin);
    if (begin == std::string_view::npos) return text;
    const std::size_t end = bytes.find(kEnd, begin);
    if (end == std::string_view::npos) return text + "\n;\n";  // cut short after the header
    bytes.remove_prefix(end + kEnd.size());
  }
}

}  // namespace

std::optional<double> ImgcifRow::number(std::size_t column) const {
  if (!word(column)) return std::nullopt;
  const double value = cif::as_number(*word(column), std::numeric_limits<double>::quiet_NaN());
  if (!std::isfinite(value)) throw Error(fmt::format("'{}' (not a number)", *word(column)), where_);
  return value;
}

ImgcifText::ImgcifText(std::string_view bytes, const std::string& name) : name_(name) {
  const std::string text = without_binary_sections(bytes);
  try {
    document_ = std::make_unique<cif::Document>(parse_cif(text, name));
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(fmt::format("not CIF ({})", error.what()), name);
  }
  for (std::size_t i = 0; i < document_->blocks.size() && !axes_block_; ++i) {
    if (document_->blocks[i].find("_axis.", {"id"}).ok()) axes_block_ = i;
  }
}

ImgcifText::~ImgcifText() = default;

std::vector<ImgcifRow> ImgcifText::rows(const std::string& prefix,
                                        const std::vector<std::string>& columns) const {
  std::vector<ImgcifRow> out;
  if (!axes_block_) return out;
  for (const auto& row : document_->blocks[*axes_block_].find(prefix, columns)) {
    std::vector<std::optional<std::string>> words(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (row.has2(i)) words[i] = row.str(static_cast<int>(i));
    }
    out.emplace_back(std::move(words), name_ + ": " + prefix);
  }
  return out;
}

}  // namespace nanobragg::io
