// What a file says of wavelengths in words: "0.9795", "0.9795, 0.9184", "0.97-1.03".
#pragma once

#include <string>
#include <vector>

namespace nanobragg::io {

struct WavelengthWords {
  std::vector<double> angstrom;
  std::string
      doubt;  // why no wavelength can be taken from the words, as of a range; empty: one can
};

// Words of a file (a missing value says nothing), without its name in the doubt.
WavelengthWords read_wavelength_words(std::string words);

}  // namespace nanobragg::io
