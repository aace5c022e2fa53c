// The text of a CBF file: the categories of its CIF, as rows of words.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gemmi::cif {
struct Document;
}

namespace nanobragg::io {

// Some columns of a category in one row.
class ImgcifRow {
 public:
  ImgcifRow(std::vector<std::optional<std::string>> words, std::string where)
      : words_(std::move(words)), where_(std::move(where)) {}

  // A word without its quotes; nothing where the column is missing or holds '.' or '?'.
  const std::optional<std::string>& word(std::size_t column) const { return words_.at(column); }
  // The same; empty where there is nothing.
  std::string text(std::size_t column) const { return word(column).value_or(""); }
  // A number with or without its uncertainty. Throws Error for a word that is not a number.
  std::optional<double> number(std::size_t column) const;

 private:
  std::vector<std::optional<std::string>> words_;
  std::string where_;
};

// The block of a file that has axes, without its binary sections.
class ImgcifText {
 public:
  // Throws Error for what is not CIF.
  ImgcifText(std::string_view bytes, const std::string& name);
  ~ImgcifText();
  ImgcifText(const ImgcifText&) = delete;
  ImgcifText& operator=(const ImgcifText&) = delete;

  // Whether any block has a category _axis; without it there are no rows.
  bool has_axes() const { return axes_block_.has_value(); }
  // Columns of a category ("_axis."), written as a loop or as single values. Those that begin with
  // '?' may be missing, which the first may not; no rows where another is.
  std::vector<ImgcifRow> rows(const std::string& prefix,
                              const std::vector<std::string>& columns) const;

 private:
  std::string name_;
  std::unique_ptr<gemmi::cif::Document> document_;
  std::optional<std::size_t> axes_block_;
};

}  // namespace nanobragg::io
