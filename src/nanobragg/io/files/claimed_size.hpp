// The size that a file claims to have, held against the memory before any is taken.
#pragma once

#include <string>

#include "nanobragg/base/image.hpp"

namespace nanobragg::io {

// Throws Error, naming the file, for an image that does not fit into memory as the numbers that
// all formats are brought to, and for one without pixels.
void check_claimed_size(ImageShape shape, const std::string& name);

}  // namespace nanobragg::io
