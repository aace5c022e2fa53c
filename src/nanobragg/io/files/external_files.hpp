// Which other files a file may lead to.
#pragma once

#include <cstdint>

namespace nanobragg::io {

// A file of HDF5 can hold links to others, and datasets whose numbers stand in others.
enum class ExternalFiles : std::uint8_t {
  beside,    // those in its folder and below it
  anywhere,  // all
};

}  // namespace nanobragg::io
