// Finds the columns, and reads them line by line.
#include "nanobragg/io/lists/radial_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

using Words = std::vector<std::string_view>;

struct ArgumentName {
  std::string_view name;
  RadialArgument argument;
};
// Without capitals.
constexpr auto kArguments = std::to_array<ArgumentName>({
    {"d_a", RadialArgument::spacing_A},
    {"d", RadialArgument::spacing_A},
    {"resolution_a", RadialArgument::spacing_A},
    {"resolution", RadialArgument::spacing_A},
    {"inverse_d_per_a", RadialArgument::inverse_d_per_A},
    {"1/d", RadialArgument::inverse_d_per_A},
    {"stol_per_a", RadialArgument::stol_per_A},
    {"stol", RadialArgument::stol_per_A},
    {"q_per_a", RadialArgument::q_per_A},
    {"q_a^-1", RadialArgument::q_per_A},
    {"q", RadialArgument::q_per_A},
    {"q_per_nm", RadialArgument::q_per_nm},
    {"q_nm^-1", RadialArgument::q_per_nm},
    {"two_theta_deg", RadialArgument::two_theta_deg},
    {"2th_deg", RadialArgument::two_theta_deg},
    {"2theta_deg", RadialArgument::two_theta_deg},
    {"2th_rad", RadialArgument::two_theta_rad},
    {"radius_mm", RadialArgument::radius_mm},
    {"r_mm", RadialArgument::radius_mm},
    {"radius_px", RadialArgument::radius_px},
    {"radius_pixels", RadialArgument::radius_px},
    {"r_px", RadialArgument::radius_px},
});
constexpr auto kPhotons =
    std::to_array<std::string_view>({"photons", "counts", "photons_per_pixel", "counts_per_pixel",
                                     "photons/pixel", "counts/pixel", "i", "intensity", "mean"});

std::string small_letters(std::string_view word) {
  std::string out(word);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

Words words_of(std::string_view text) {
  constexpr std::string_view kApart = " \t\r,";
  Words words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kApart);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kApart), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

// The columns that are read.
struct Columns {
  std::size_t argument_column = 0, photons_column = 0;
  RadialArgument argument = RadialArgument::spacing_A;
};

std::optional<Columns> columns_of(const Words& words) {
  Columns columns;
  bool has_argument = false, has_photons = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word = small_letters(words[i]);
    const auto row = std::ranges::find(kArguments, word, &ArgumentName::name);
    if (row != kArguments.end() && !has_argument) {
      columns.argument = row->argument;
      columns.argument_column = i;
      has_argument = true;
    }
    if (std::ranges::find(kPhotons, word) != kPhotons.end() && !has_photons) {
      columns.photons_column = i;
      has_photons = true;
    }
  }
  return has_argument && has_photons ? std::optional(columns) : std::nullopt;
}

bool is_number(std::string_view word) {
  const auto number = number_prefix(word);
  return number && number->length == word.size();
}

Error no_columns(const std::string& where) {
  return Error("no line above the numbers names their columns", where,
               "such as '# Q_per_A photons': d_A, inverse_d_per_A, stol_per_A, Q_per_A, q_nm^-1, "
               "two_theta_deg, radius_mm or radius_px, and photons or counts");
}

// The table while it is read.
class TableReader {
 public:
  explicit TableReader(const std::string& name) : name_(name) {}

  void take(const TextLine& line) {
    const std::string where = place(name_, line.number);
    const std::string_view content = trim(line.text);
    const bool is_comment = content.find_first_of("#;!") == 0;
    const Words words = words_of(is_comment ? content.substr(1) : content);
    if (words.empty()) return;
    if (!is_comment && is_number(words.front())) return take_row(words, where);
    if (const auto columns = columns_of(words)) {
      headers_.emplace_back(*columns, words.size());
    } else if (!is_comment && width_ > 0) {
      throw Error(fmt::format("{} among the numbers", quoted_word(words.front())), where);
    }
  }

  RadialTable table() && {
    if (width_ == 0) throw Error("no numbers", name_);
    if (at_.size() < 2) throw Error("a profile of one row (two are needed)", name_);
    return {columns_.argument, std::move(at_), std::move(photons_)};
  }

 private:
  void take_row(const Words& words, const std::string& where) {
    if (width_ == 0) choose(words.size(), where);
    if (words.size() != width_) {
      throw Error(fmt::format("{} columns where {} are named", words.size(), width_), where);
    }
    const double at = number(words[columns_.argument_column], where);
    const double photons = number(words[columns_.photons_column], where);
    check_order(at, where);
    at_.push_back(at);
    photons_.push_back(photons);
  }
  // By the last line that can name the columns of these rows.
  void choose(std::size_t width, const std::string& where) {
    for (const auto& [columns, words] : headers_) {
      if (words != width) continue;
      columns_ = columns;
      width_ = width;
    }
    if (width_ == 0) throw no_columns(where);
  }
  static double number(std::string_view word, const std::string& where) {
    if (!is_number(word)) throw Error(fmt::format("{} is not a number", quoted_word(word)), where);
    const double value = number_prefix(word)->value;
    if (!std::isfinite(value)) throw Error("a number that is not finite", where);
    return value;
  }
  void check_order(double at, const std::string& where) const {
    const bool is_spacing = columns_.argument == RadialArgument::spacing_A;
    if (at < 0.0 || (is_spacing && at == 0.0)) {
      throw Error(fmt::format("impossible place {:g} of a row", at), where);
    }
    if (at_.empty()) return;
    const bool rises = at_.size() < 2 ? at > at_[0] : at_[1] > at_[0];
    if (rises ? at > at_.back() : at < at_.back()) return;
    throw Error(
        fmt::format("{:g} after {:g} (rows must rise, or fall, all of them)", at, at_.back()),
        where);
  }

  const std::string& name_;
  std::vector<std::pair<Columns, std::size_t>> headers_;  // with their number of words
  Columns columns_;
  std::size_t width_ = 0;  // of the rows; 0: none was read
  std::vector<double> at_, photons_;
};

}  // namespace

RadialTable parse_radial_table(std::string_view text, const std::string& name) {
  TableReader reader(name);
  LineReader lines(text);
  while (const auto line = lines.next()) reader.take(*line);
  return std::move(reader).table();
}

RadialTable read_radial_table(const std::filesystem::path& path) {
  return parse_radial_table(read_input(path), path.string());
}

}  // namespace nanobragg::io
