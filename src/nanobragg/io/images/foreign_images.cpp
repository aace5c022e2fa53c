// Looks at the first bytes.
#include "nanobragg/io/images/foreign_images.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

using namespace std::string_view_literals;

struct Foreign {
  std::size_t at;
  std::string_view bytes;
  std::string_view what;
};

// The signatures that fabio and file(1) know these formats by.
constexpr std::array kForeign = {
    Foreign{0, "\xff\xd8\xff"sv, "a picture (JPEG)"},
    Foreign{0, "GIF8"sv, "a picture (GIF)"},
    Foreign{0, "ESPERANTO FORMAT"sv, "an Esperanto image (CrysAlis)"},
    Foreign{0, "OD SAPPHIRE"sv, "an image of Oxford Diffraction (CrysAlis)"},
    Foreign{0, "FORMAT :"sv, "an image of Bruker (SAXI)"},
    Foreign{0, "RAXIS"sv, "an image of R-AXIS"},
    Foreign{0, "R-AXIS"sv, "an image of R-AXIS"},
    Foreign{0, "\xd2\x04\0\0"sv, "an image of mar345"},
    Foreign{0, "\0\0\x04\xd2"sv, "an image of mar345"},
    Foreign{0, "%PDF"sv, "a PDF document"},
};

}  // namespace

void refuse_foreign_image(std::string_view start, const std::string& name) {
  if (start.starts_with("\x93NUMPY")) {
    throw Error("an array of NumPy (.npy)", name,
                "array.astype('float32').tofile('x.bin') writes raw floats, which are read");
  }
  for (const Foreign& one : kForeign) {
    if (start.size() >= one.at && start.substr(one.at).starts_with(one.bytes)) {
      throw Error(std::string(one.what), name,
                  "fabio or DIALS convert it: SMV, CBF, TIFF, PNG and NXmx are read");
    }
  }
  const auto says = [&](std::string_view word) { return start.find(word) != start.npos; };
  if (start.starts_with('{') && (says("HeaderID") || says("EDF_"))) {
    throw Error("an EDF image (ESRF)", name, "fabio converts it: SMV, CBF, TIFF and NXmx are read");
  }
}

}  // namespace nanobragg::io
