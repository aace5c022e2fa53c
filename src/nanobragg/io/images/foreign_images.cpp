// Looks at the first bytes.
#include "nanobragg/io/images/foreign_images.hpp"

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {

void refuse_foreign_image(std::string_view start, const std::string& name) {
  if (start.starts_with("\x93NUMPY")) {
    throw Error("an array of NumPy (.npy)", name,
                "array.astype('float32').tofile('x.bin') writes raw floats, which are read");
  }
  const auto says = [&](std::string_view word) { return start.find(word) != start.npos; };
  if (start.starts_with('{') && (says("HeaderID") || says("EDF_"))) {
    throw Error("an EDF image (ESRF)", name, "fabio converts it: SMV, CBF, TIFF and NXmx are read");
  }
}

}  // namespace nanobragg::io
