// Spectra as text: an energy or a wavelength and a weight a line.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::io {

struct SpectrumPoint {
  double wavelength_m;
  double weight;  // relative to the others; not negative
};

// By weight.
double mean_wavelength_m(std::span<const SpectrumPoint> spectrum);

// Two numbers a line, apart by spaces or a comma: what is below 100 is a wavelength in Å, from 100
// on an energy in eV. Comments start with #, ; or !, and a first line of words is a heading.
// Points without weight are left out. Throws Error, naming the line, for anything else and for a
// spectrum without weight.
std::vector<SpectrumPoint> parse_spectrum(std::string_view text, const std::string& name);
std::vector<SpectrumPoint> read_spectrum(const std::filesystem::path& path);

// Spectra of many exposures over the same wavelengths: a line has a wavelength or an energy and a
// weight an exposure. Throws Error, naming the line, where lines differ in length, and for an
// exposure without weight.
std::vector<std::vector<SpectrumPoint>> parse_spectra(std::string_view text,
                                                      const std::string& name);
std::vector<std::vector<SpectrumPoint>> read_spectra(const std::filesystem::path& path);

}  // namespace nanobragg::io
