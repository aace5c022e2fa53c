// Items of a CIF by their names, in mmCIF's writing (_cell.length_a) and core CIF's
// (_cell_length_a).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gemmi::cif {
struct Document;
struct Block;
struct Loop;
}  // namespace gemmi::cif

namespace nanobragg::io {

struct CifItem {
  const char* category;  // "_cell"
  const char* name;      // "length_a"
};

// The loop of a block in which such an item is a column; null where there is none.
const gemmi::cif::Loop* find_loop(gemmi::cif::Block& block, const CifItem& item);

// The column of an item in a loop.
std::optional<std::size_t> find_column(const gemmi::cif::Loop& loop, const CifItem& item);

// The values of an item, one of a pair or those of a loop, "?" and "." left out; of the first
// block that has any, `block` before the others.
std::vector<std::string> find_values(gemmi::cif::Document& document, gemmi::cif::Block& block,
                                     const CifItem& item);

// The first of them.
std::optional<std::string> find_value(gemmi::cif::Document& document, gemmi::cif::Block& block,
                                      const CifItem& item);

// A word as a number, without the uncertainty behind it; not a number for "?" and ".". Throws Error
// for another word.
double cif_number(const std::string& word, const std::string& tag, const std::string& where);

}  // namespace nanobragg::io
