// Reads a spectrum line by line.
#include "nanobragg/io/lists/spectrum_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <utility>

#include "nanobragg/base/units.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

// 100 eV are 124 Å: neither is met with crystals.
constexpr double kLeastEnergy_eV = 100.0;

constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

// All numbers of a line, or no more than `most`.
std::vector<double> numbers_of(std::string_view text, std::size_t most, const std::string& where) {
  std::vector<double> numbers;
  const auto skip = [](std::string_view rest) {
    rest = skip_space(rest);
    return rest.starts_with(',') ? skip_space(rest.substr(1)) : rest;
  };
  const std::string expected = most == kAnyNumber ? "numbers" : std::to_string(most);
  for (auto rest = skip_space(text); !rest.empty(); rest = skip(rest)) {
    const auto number = number_prefix(rest);
    if (!number || numbers.size() == most) {
      throw expected_numbers(expected, numbers.size(), rest, where);
    }
    numbers.push_back(number->value);
    rest.remove_prefix(number->length);
  }
  return numbers;
}

bool is_heading(std::string_view text) {
  const char first = text.front();
  const bool is_letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  return is_letter && !number_prefix(text);
}

// Runs of letters, in small ones.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  return words;
}

// Throws Error where a heading, or a comment as short as one, names another unit than the one that
// the first column is read in.
void check_unit(std::string_view heading, double first, const std::string& where) {
  constexpr std::size_t kMostWords = 6;
  const std::vector<std::string> words = words_of(heading);
  if (words.size() > kMostWords) return;
  const auto says = [&](std::string_view word) {
    return std::ranges::find(words, word) != words.end();
  };
  const auto refuse = [&](std::string_view unit) {
    return Error(fmt::format("'{}' says {}, and {:g} would be read as {}", trim(heading), unit,
                             first, first < kLeastEnergy_eV ? "Å" : "eV"),
                 where, "wavelengths are read in Å (below 100), energies in eV");
  };
  for (const char* unit : {"keV", "nm", "pm"}) {
    if (says(words_of(unit).front())) throw refuse(unit);
  }
  if (says("ev") && first < kLeastEnergy_eV) throw refuse("eV");
  const bool is_length = says("angstrom") || says("wavelength") || says("lambda");
  if (is_length && !says("ev") && !says("energy") && first >= kLeastEnergy_eV) {
    throw refuse("a wavelength");
  }
}

struct Row {
  double wavelength_m;
  std::vector<double> weights;
};

Row row_of(const std::vector<double>& numbers, const std::string& where) {
  const double first = numbers[0];
  if (!(first > 0.0) || !std::isfinite(first)) {
    throw Error("neither a wavelength nor an energy (it must be above 0)", where);
  }
  const Angstrom wavelength =
      first < kLeastEnergy_eV ? Angstrom(first) : to_wavelength(ElectronVolt(first));
  Row row{to_metre(wavelength).value(), {numbers.begin() + 1, numbers.end()}};
  for (const double weight : row.weights) {
    if (!(weight >= 0.0) || !std::isfinite(weight)) throw Error("negative weight", where);
  }
  return row;
}

// Rows of as many weights each: `weights`, or as many as the first has.
std::vector<Row> read_rows(std::string_view text, const std::string& name, std::size_t weights) {
  std::vector<Row> rows;
  LineReader lines(text);
  bool first = true;
  std::vector<std::string_view> headings;
  while (const auto line = lines.next()) {
    const std::size_t end = std::min(line->text.find_first_of("#;!"), line->text.size());
    const std::string_view content = trim(line->text.substr(0, end));
    if (rows.empty() && end < line->text.size()) headings.push_back(line->text.substr(end + 1));
    if (content.empty()) continue;
    const bool heading = std::exchange(first, false) && is_heading(content);
    if (heading) {
      headings.push_back(content);
      continue;
    }
    const std::string where = place(name, line->number);
    const std::size_t most = weights == kAnyNumber ? kAnyNumber : weights + 1;
    const auto numbers = numbers_of(content, most, where);
    const std::size_t needed = most == kAnyNumber ? std::size_t{2} : most;
    if (numbers.size() < needed) {
      throw expected_numbers(std::to_string(needed), numbers.size(), {}, where);
    }
    weights = numbers.size() - 1;
    if (rows.empty()) {
      for (const std::string_view one : headings) check_unit(one, numbers[0], where);
    }
    rows.push_back(row_of(numbers, where));
  }
  return rows;
}

}  // namespace

double mean_wavelength_m(std::span<const SpectrumPoint> spectrum) {
  double sum = 0.0;
  double weights = 0.0;
  for (const SpectrumPoint& point : spectrum) {
    sum += point.weight * point.wavelength_m;
    weights += point.weight;
  }
  return sum / weights;
}

std::vector<SpectrumPoint> parse_spectrum(std::string_view text, const std::string& name) {
  std::vector<SpectrumPoint> points;
  for (const Row& row : read_rows(text, name, 1)) {
    if (row.weights[0] > 0.0) points.push_back({row.wavelength_m, row.weights[0]});
  }
  if (points.empty()) throw Error("a spectrum without weight", name);
  return points;
}

std::vector<SpectrumPoint> read_spectrum(const std::filesystem::path& path) {
  return parse_spectrum(read_input(path), path.string());
}

std::vector<std::vector<SpectrumPoint>> parse_spectra(std::string_view text,
                                                      const std::string& name) {
  const std::vector<Row> rows = read_rows(text, name, kAnyNumber);
  if (rows.empty()) throw Error("no spectra", name);
  std::vector<std::vector<SpectrumPoint>> spectra(rows.front().weights.size());
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    double sum = 0.0;
    for (const Row& row : rows) {
      spectra[i].push_back({row.wavelength_m, row.weights[i]});
      sum += row.weights[i];
    }
    if (!(sum > 0.0)) throw Error(fmt::format("spectrum {} is without weight", i + 1), name);
  }
  return spectra;
}

std::vector<std::vector<SpectrumPoint>> read_spectra(const std::filesystem::path& path) {
  return parse_spectra(read_input(path), path.string());
}

}  // namespace nanobragg::io
