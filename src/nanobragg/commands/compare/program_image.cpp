// Finds the file, then a shape that explains its size.
#include "nanobragg/commands/compare/program_image.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/folder.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/io/images/smv.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

std::string float_file_in(const fs::path& folder) {
  const std::vector<std::string> names = io::names_in(folder);
  for (const std::string name : {kFloatImage, "floatimage.bin"}) {
    if (std::find(names.begin(), names.end(), name) != names.end()) return name;
  }
  throw Error(fmt::format("the program wrote no float image (no {} in its folder, which holds {})",
                          kFloatImage,
                          names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "))));
}

// The shapes that headers of images in the folder state; what cannot be read states none.
std::vector<ImageShape> shapes_of_images_in(const fs::path& folder) {
  std::vector<ImageShape> shapes;
  for (const std::string& name : io::names_in(folder)) {
    if (fs::path(name).extension() != ".img") continue;
    try {
      shapes.push_back(io::SmvHeader::parse(io::read_file(folder / name), name).shape());
    } catch (const Error&) {
      continue;
    }
  }
  return shapes;
}

bool fits(ImageShape shape, std::size_t bytes) {
  return shape.size() > 0 && bytes / sizeof(float) / shape.fast == shape.slow &&
         bytes == shape.size() * sizeof(float);
}

}  // namespace

Image<float> read_program_image(const fs::path& folder, const std::vector<ImageShape>& shapes) {
  const std::string name = float_file_in(folder);
  const std::string bytes = io::read_file(folder / name);
  std::vector<ImageShape> possible = shapes;
  const std::vector<ImageShape> written = shapes_of_images_in(folder);
  possible.insert(possible.end(), written.begin(), written.end());
  for (const ImageShape shape : possible) {
    if (fits(shape, bytes.size())) return io::parse_raw_float(bytes, name, shape);
  }
  if (possible.empty()) {
    throw Error(fmt::format("the shape of {} is not known ({} bytes)", name, bytes.size()), "",
                "give it with --shape SLOW FAST");
  }
  throw Error(
      fmt::format("{} has the wrong size ({} bytes, but {} x {} pixels, fast x slow, need "
                  "{})",
                  name, bytes.size(), possible.front().fast, possible.front().slow,
                  possible.front().size() * sizeof(float)));
}

}  // namespace nanobragg::commands
