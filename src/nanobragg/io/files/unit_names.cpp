// Tables of names, and the few ways to spell a name.
#include "nanobragg/io/files/unit_names.hpp"

#include <array>
#include <span>
#include <string>

#include "nanobragg/base/constants.hpp"

namespace nanobragg::io {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

// As they are written, with their capitals.
constexpr auto kLengths = std::to_array<Unit>({{"m", 1.0},
                                               {"cm", 1e-2},
                                               {"mm", 1e-3},
                                               {"um", 1e-6},
                                               {"\u00b5m", 1e-6},
                                               {"\u03bcm", 1e-6},
                                               {"nm", 1e-9},
                                               {"pm", 1e-12},
                                               {"A", 1e-10},
                                               {"\u00c5", 1e-10},
                                               {"\u212b", 1e-10},
                                               {"\xc5", 1e-10},
                                               {"\xb5m", 1e-6},
                                               {"Ang", 1e-10}});
constexpr auto kAngles =
    std::to_array<Unit>({{"\u00b0", 1.0 / constants::kDegreesPerRadian}, {"mrad", 1e-3}});
constexpr auto kEnergies =
    std::to_array<Unit>({{"eV", 1.0}, {"keV", 1e3}, {"KeV", 1e3}, {"MeV", 1e6}, {"kev", 1e3}});
// CODATA 2018: an electron volt is 1.602176634e-19 J.
constexpr double kElectronVoltsInJoule = 1.0 / 1.602176634e-19;

// In small letters, without the s of more than one.
constexpr auto kLengthWords = std::to_array<Unit>({{"metre", 1.0},
                                                   {"meter", 1.0},
                                                   {"centimetre", 1e-2},
                                                   {"centimeter", 1e-2},
                                                   {"millimetre", 1e-3},
                                                   {"millimeter", 1e-3},
                                                   {"micrometre", 1e-6},
                                                   {"micrometer", 1e-6},
                                                   {"micron", 1e-6},
                                                   {"nanometre", 1e-9},
                                                   {"nanometer", 1e-9},
                                                   {"picometre", 1e-12},
                                                   {"picometer", 1e-12},
                                                   {"angstrom", 1e-10},
                                                   {"\u00e5ngstr\u00f6m", 1e-10}});
constexpr auto kAngleWords = std::to_array<Unit>({{"deg", 1.0 / constants::kDegreesPerRadian},
                                                  {"degree", 1.0 / constants::kDegreesPerRadian},
                                                  {"rad", 1.0},
                                                  {"radian", 1.0},
                                                  {"milliradian", 1e-3}});
constexpr auto kEnergyWords = std::to_array<Unit>({{"ev", 1.0},
                                                   {"electronvolt", 1.0},
                                                   {"electron volt", 1.0},
                                                   {"electron-volt", 1.0},
                                                   {"kiloelectronvolt", 1e3},
                                                   {"j", kElectronVoltsInJoule},
                                                   {"joule", kElectronVoltsInJoule}});

std::optional<double> find(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

std::string_view without_space(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower_singular(std::string_view text) {
  std::string word(text);
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  constexpr std::size_t kShortest = 4;  // "degs", not "ms"
  if (word.size() >= kShortest && word.back() == 's') word.pop_back();
  return word;
}

std::optional<double> either(std::span<const Unit> symbols, std::span<const Unit> words,
                             std::string_view unit) {
  unit = without_space(unit);
  if (const auto factor = find(symbols, unit)) return factor;
  return find(words, lower_singular(unit));
}

}  // namespace

std::optional<double> metres_of(std::string_view unit) {
  return either(kLengths, kLengthWords, unit);
}

std::optional<double> radians_of(std::string_view unit) {
  return either(kAngles, kAngleWords, unit);
}

std::optional<double> electron_volts_of(std::string_view unit) {
  return either(kEnergies, kEnergyWords, unit);
}

std::optional<double> per_metre_of(std::string_view unit) {
  unit = without_space(unit);
  if (unit.starts_with("1/")) {
    unit.remove_prefix(2);
  } else {
    bool is_power = false;
    for (const std::string_view power : {"^-1", "**-1", "-1", "\u207b\u00b9"}) {
      if (is_power || !unit.ends_with(power)) continue;
      unit.remove_suffix(power.size());
      is_power = true;
    }
    if (!is_power) return std::nullopt;
  }
  const auto metres = metres_of(unit);
  if (!metres) return std::nullopt;
  return 1.0 / *metres;
}

}  // namespace nanobragg::io
