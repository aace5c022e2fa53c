// A picture with its colour scale and caption, as markup that needs nothing else.
#pragma once

#include <string>

#include "nanobragg/report/preview.hpp"

namespace nanobragg::report {

// A bar in the colours of a palette.
std::string colour_scale(const Palette& palette);

struct Figure {
  std::string title;
  const std::string& png;   // the bytes of the file
  std::string scale;        // markup of the colour scale
  std::string left, right;  // what its ends stand for
  std::string caption;      // markup
};

std::string figure(const Figure& f);

}  // namespace nanobragg::report
