// Looks for names of columns, a cell and a space group in the comments before the first reflection.
#include "nanobragg/io/reflections/list_comments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>

#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

bool begins_with_one_of(const std::string& name, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return name.starts_with(word); });
}

bool names_index(const std::string& word, const char* letter) {
  const std::string name = upper_case(word);
  return name == letter || name == std::string("INDEX_") + letter ||
         name == std::string("_INDEX_") + letter || name == std::string("MILLER_") + letter;
}

// The letter of an index, 0 for another word.
char index_letter(const std::string& word) {
  for (const char* letter : {"H", "K", "L"}) {
    if (names_index(word, letter)) return *letter;
  }
  return 0;
}

bool names_amplitude(const std::string& word) {
  constexpr std::array<std::string_view, 8> kWords{"F",     "FP",    "FO",     "FOBS",
                                                   "F_OBS", "F-OBS", "F(OBS)", "FC"};
  return std::ranges::find(kWords, upper_case(word)) != kWords.end();
}

bool names_other(const std::string& word) {
  constexpr std::array<std::string_view, 7> kBegins{"SIG", "PHI",  "PHAS", "FOM",
                                                    "ESD", "FREE", "STD"};
  return begins_with_one_of(upper_case(word), kBegins);
}

// Three names of indices side by side: where the first stands, and whether they are h, k, l.
struct Indices {
  std::size_t at = 0;
  bool in_order = false;
};

std::optional<Indices> indices_in(std::span<const std::string> words) {
  for (std::size_t i = 0; i + 3 <= words.size(); ++i) {
    const std::string letters{index_letter(words[i]), index_letter(words[i + 1]),
                              index_letter(words[i + 2])};
    std::string sorted = letters;
    std::ranges::sort(sorted);
    if (sorted == "HKL") return Indices{i, letters == "HKL"};
  }
  return std::nullopt;
}

std::string doubt_of_columns(std::span<const std::string> words) {
  const auto indices = indices_in(words);
  if (!indices) return {};
  const bool value_first = indices->at > 0 && (names_amplitude(words[indices->at - 1]) ||
                                               names_intensity(words[indices->at - 1]));
  if (value_first || !indices->in_order) {
    return fmt::format("a comment calls the columns '{}' and they are taken as h k l F",
                       fmt::join(words, " "));
  }
  const std::size_t fourth = indices->at + 3;
  if (fourth >= words.size()) return {};
  const std::string& column = words[fourth];
  if (names_intensity(column)) {
    return fmt::format(
        "column 4 is called '{}' and is taken as the amplitude F, in P1 (the square root of an "
        "intensity is one)",
        column);
  }
  if (names_other(column)) {
    return fmt::format("column 4 is called '{}' and is taken as the amplitude F", column);
  }
  return {};
}

// "intensities", where nothing says that roots were taken.
std::string doubt_of_prose(std::span<const std::string> words) {
  constexpr std::array<std::string_view, 6> kSquares{"INTENSIT", "FSQ",      "F^2",
                                                     "F**2",     "F_SQUARE", "FSQUARE"};
  constexpr std::array<std::string_view, 3> kRoots{"AMPLITUDE", "SQRT", "ROOT"};
  bool says = false;
  for (const std::string& word : words) {
    const std::string name = upper_case(word);
    if (begins_with_one_of(name, kRoots)) return {};
    says = says || begins_with_one_of(name, kSquares);
  }
  if (!says) return {};
  return fmt::format(
      "a comment says '{}', and column 4 is taken as the amplitude F, in P1 (the square root of an "
      "intensity is one)",
      fmt::join(words, " "));
}

// Of "cell 50 50 50 90 90 90" and "unit cell: …", where another one counts.
std::string doubt_of_cell(std::string_view comment, std::span<const double> cell) {
  const std::size_t at = upper_case(comment).find("CELL");
  if (at == std::string::npos) return {};
  std::vector<double> stated;
  std::size_t end = comment.find_first_of("0123456789", at);
  while (end < comment.size()) {
    const auto number = number_prefix(comment.substr(end));
    if (!number) break;
    stated.push_back(number->value);
    end = std::min(comment.find_first_not_of(" \t,;=", end + number->length), comment.size());
  }
  constexpr std::size_t kCell = 6;
  if (stated.size() < kCell) return {};
  stated.resize(kCell);
  const auto agrees = [](double a, double b) { return std::abs(a - b) <= 0.01 * std::abs(a); };
  if (std::ranges::equal(stated, cell, agrees)) return {};
  return fmt::format("a comment says that the cell is {:g}, which is not used",
                     fmt::join(stated, " "));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a text begins with a symbol or a number of a group other than P1: "P43212", "PNMA", "96".
bool begins_with_group(std::string_view text) {
  if (text.size() < 2 || !is_digit(text[1])) {
    const bool is_symbol = text.size() > 2 &&
                           std::string_view("PABCFIR").find(text[0]) != std::string_view::npos &&
                           text.find_first_not_of("MNABCD0123456789", 1) == std::string_view::npos;
    const bool is_number = text.size() == 1 && is_digit(text[0]) && text != "1";
    return is_symbol || is_number;
  }
  const bool is_p1 = text.starts_with("P1") && (text.size() == 2 || !is_digit(text[2]));
  return !is_p1 && std::string_view("PABCFIRH123456789").find(text[0]) != std::string_view::npos;
}

// Of "space group P43212", "SPACEGROUP: 96", "symmetry = P 21".
std::string doubt_of_symmetry(std::string_view comment) {
  const std::string upper = upper_case(comment);
  for (const std::string_view key : {"SPACE GROUP", "SPACEGROUP", "SPACE_GROUP", "SYMMETRY"}) {
    const std::size_t at = upper.find(key);
    if (at == std::string::npos) continue;
    std::string group;
    for (const char c : upper.substr(at + key.size())) {
      if (c == ',' || c == ';' || c == '(') break;
      if (std::isalnum(static_cast<unsigned char>(c)) != 0) group += c;
    }
    constexpr std::string_view kNumber = "NUMBER";
    if (group.starts_with(kNumber)) group.erase(0, kNumber.size());
    if (!begins_with_group(group)) return {};
    return fmt::format("a comment says '{}', and the list is taken as all of P1", comment);
  }
  return {};
}

}  // namespace

std::string upper_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

std::vector<std::string> words_of_list(std::string_view line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    const bool separates = is_space(c) || c == ',' || c == ';' || c == '"';
    if (!separates) words.back() += c;
    if (separates && !words.back().empty()) words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool is_list_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with('!');
}

bool names_indices(std::span<const std::string> words) {
  return words.size() >= 3 && names_index(words[0], "H") && names_index(words[1], "K") &&
         names_index(words[2], "L");
}

bool names_intensity(const std::string& word) {
  const std::string name = upper_case(word);
  constexpr std::array<std::string_view, 5> kWords{"I", "I_OBS", "IMEAN", "I_MEAN", "I-OBS"};
  constexpr std::array<std::string_view, 10> kBegins{"I(", "IOBS", "INTENS",   "FSQ", "FOSQ",
                                                     "F2", "FO2",  "F_SQUARE", "F^2", "F**2"};
  const auto contains = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  const bool is_square = name.starts_with('F') && (contains("^2") || contains("**2"));
  return is_square || std::ranges::find(kWords, name) != kWords.end() ||
         begins_with_one_of(name, kBegins);
}

std::vector<std::string> doubts_of_comments(std::string_view text, const std::string& name,
                                            std::span<const double> cell) {
  std::vector<std::string> doubts;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    std::string_view comment = trim(line->text);
    if (comment.empty()) continue;
    if (!is_list_comment(comment)) break;
    while (is_list_comment(comment)) comment.remove_prefix(1);
    comment = trim(comment);
    std::vector<std::string> words = words_of_list(comment);
    // The three in one word.
    const auto hkl = std::ranges::find(words, "HKL", upper_case);
    if (hkl != words.end()) {
      words.insert(words.erase(hkl), {"h", "k", "l"});
    }
    std::string columns = doubt_of_columns(words);
    if (columns.empty()) columns = doubt_of_prose(words);
    for (const std::string& doubt :
         {columns, doubt_of_cell(comment, cell), doubt_of_symmetry(comment)}) {
      if (!doubt.empty()) doubts.push_back(place(name, line->number) + ": " + doubt);
    }
  }
  return doubts;
}

}  // namespace nanobragg::io
