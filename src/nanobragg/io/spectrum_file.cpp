// Reads a spectrum line by line.
#include "nanobragg/io/spectrum_file.hpp"

#include <cmath>
#include <utility>

#include "nanobragg/base/units.hpp"
#include "nanobragg/io/file.hpp"
#include "nanobragg/io/text.hpp"

namespace nanobragg::io {
namespace {

// 100 eV are 124 Å: neither is met with crystals.
constexpr double kLeastEnergy_eV = 100.0;

std::vector<double> numbers_of(std::string_view text, const std::string& where) {
  std::vector<double> numbers;
  const auto skip = [](std::string_view rest) {
    rest = skip_space(rest);
    return rest.starts_with(',') ? skip_space(rest.substr(1)) : rest;
  };
  for (auto rest = skip_space(text); !rest.empty(); rest = skip(rest)) {
    const auto number = number_prefix(rest);
    if (!number || numbers.size() == 2) throw expected_numbers("2", numbers.size(), rest, where);
    numbers.push_back(number->value);
    rest.remove_prefix(number->length);
  }
  if (numbers.size() != 2) throw expected_numbers("2", numbers.size(), {}, where);
  return numbers;
}

bool is_heading(std::string_view text) {
  const char first = text.front();
  return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
}

}  // namespace

std::vector<SpectrumPoint> parse_spectrum(std::string_view text, const std::string& name) {
  std::vector<SpectrumPoint> points;
  LineReader lines(text);
  bool first = true;
  while (const auto line = lines.next()) {
    const std::string_view content = trim(line->text.substr(0, line->text.find_first_of("#;!")));
    if (content.empty()) continue;
    const bool heading = std::exchange(first, false) && is_heading(content);
    if (heading) continue;
    const std::string where = place(name, line->number);
    const auto numbers = numbers_of(content, where);
    const double weight = numbers[1];
    if (!(numbers[0] > 0.0) || !std::isfinite(numbers[0])) {
      throw Error("neither a wavelength nor an energy (it must be above 0)", where);
    }
    if (!(weight >= 0.0) || !std::isfinite(weight)) throw Error("negative weight", where);
    if (weight == 0.0) continue;
    const Angstrom wavelength = numbers[0] < kLeastEnergy_eV
                                    ? Angstrom(numbers[0])
                                    : to_wavelength(ElectronVolt(numbers[0]));
    points.push_back({to_metre(wavelength).value(), weight});
  }
  if (points.empty()) throw Error("a spectrum without weight", name);
  return points;
}

std::vector<SpectrumPoint> read_spectrum(const std::filesystem::path& path) {
  return parse_spectrum(read_file(path), path.string());
}

}  // namespace nanobragg::io
