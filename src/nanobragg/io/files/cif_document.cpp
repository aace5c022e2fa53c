// Counts words before gemmi keeps each as a string.
#include "nanobragg/io/files/cif_document.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <gemmi/cif.hpp>

#include "nanobragg/base/memory.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool in_word = false;
  for (const char c : text) {
    const bool is_letter = !is_space(c);
    words += is_letter && !in_word ? 1 : 0;
    in_word = is_letter;
  }
  return words;
}

}  // namespace

gemmi::cif::Document parse_cif(std::string_view text, const std::string& name) {
  const std::size_t words = count_words(text);
  // A list that grows is copied to one of twice its size; long words stand outside their strings.
  constexpr double kCopies = 3.0;
  const double bytes = kCopies * sizeof(std::string) * static_cast<double>(words) +
                       2.0 * static_cast<double>(text.size());
  check_fits_in_memory(bytes, fmt::format("{}: a CIF of {} words", name, words),
                       "leave out what is not needed of it");
  return gemmi::cif::read_memory(text.data(), text.size(), name.c_str());
}

}  // namespace nanobragg::io
