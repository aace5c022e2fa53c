// Reads an exposure from the dataset that holds it, and cuts it into modules.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/io/nxmx/detector.hpp"
#include "nanobragg/io/nxmx/nxmx.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

using nxmx::DetectorPart;
using nxmx::Fields;
using nxmx::ImageData;
using nxmx::Module;

// One image, with directions beyond two laid one below the other.
Image<double> read_whole(const Fields& fields, const ImageData& data, std::size_t exposure) {
  if (data.paths.empty()) fields.refuse("no images", "/");
  std::size_t first = 0;
  for (std::size_t i = 0; i < data.paths.size(); ++i) {
    if (data.images[i] == 0) {
      // How many it holds is not known, so neither are those behind it.
      const hdf5::Object object = fields.needed(data.paths[i]);
      if (object.kind != hdf5::Kind::numbers) fields.refuse("no numbers", data.paths[i]);
      continue;
    }
    if (exposure >= first + data.images[i]) {
      first += data.images[i];
      continue;
    }
    const std::vector<std::size_t> shape = fields.needed(data.paths[i]).shape;
    const std::size_t begin = shape.size() > 2 ? 1 : 0;
    std::size_t rows = 1;
    for (std::size_t d = begin; d + 1 < shape.size(); ++d) rows *= shape[d];
    std::optional<hdf5::Rows> one;
    if (begin == 1) one = hdf5::Rows{exposure - first, 1};
    return {ImageShape{rows, shape.back()}, fields.numbers(data.paths[i], one)};
  }
  throw Error(fmt::format("no exposure {} (the file has {})", exposure, data.count()),
              fields.where(data.paths.front()));
}

// Whether the modules are the image itself.
bool is_whole(const std::vector<Module>& modules, ImageShape image) {
  std::size_t row = 0;
  for (const Module& module : modules) {
    const std::size_t rank = module.origin.size();
    const bool follows = rank == 2 ? module.origin[0] == row : true;
    if (!follows || module.origin.back() != 0 || module.panel.shape.fast != image.fast)
      return false;
    row += module.panel.shape.slow;
  }
  return row == image.slow;
}

// The first row of a module in an image whose further directions are laid one below the other.
std::size_t first_row(const Module& module, const std::vector<std::size_t>& shape) {
  const std::size_t rank = module.origin.size();
  std::size_t row = 0;
  for (std::size_t d = 0; d + 1 < rank; ++d) {
    row = row * shape[shape.size() - rank + d] + module.origin[d];
  }
  return row;
}

void put(const Fields& fields, const DetectorPart& part, const Image<double>& whole,
         Image<double>& stack, std::size_t row) {
  for (const Module& module : part.modules) {
    const auto [slow, fast] = module.panel.shape;
    const std::size_t from = first_row(module, part.images.shape);
    const std::size_t column = module.origin.back();
    if (from + slow > whole.shape().slow || column + fast > whole.shape().fast) {
      fields.refuse("a module that is not within the images", part.path);
    }
    for (std::size_t s = 0; s < slow; ++s) {
      const auto begin = whole.pixels().begin() +
                         static_cast<std::ptrdiff_t>((from + s) * whole.shape().fast + column);
      std::copy_n(
          begin, fast,
          stack.pixels().begin() + static_cast<std::ptrdiff_t>((row + s) * stack.shape().fast));
    }
    row += slow;
  }
}

}  // namespace

Image<double> read_nxmx(const std::filesystem::path& path, std::size_t exposure,
                        ExternalFiles external) {
  const Fields fields(hdf5::open_tree(path, external), path.string(), exposure);
  const std::string entry = fields.first_of_class("/", "NXentry");
  const std::vector<std::string> instruments = fields.of_class(entry, "NXinstrument");
  if (instruments.empty()) {
    return read_whole(fields, nxmx::find_images(fields, entry, entry), exposure);
  }
  const auto parts = nxmx::read_detectors(fields, entry, instruments.front());
  std::vector<ImageShape> shapes;
  for (const DetectorPart& part : parts) {
    for (const Module& module : part.modules) shapes.push_back(module.panel.shape);
  }
  if (parts.size() == 1) {
    Image<double> whole = read_whole(fields, parts.front().images, exposure);
    if (is_whole(parts.front().modules, whole.shape())) return whole;
    const PanelStack stack = stack_of(shapes);
    Image<double> cut(stack.shape);
    put(fields, parts.front(), whole, cut, 0);
    return cut;
  }
  const PanelStack stack = stack_of(shapes);
  Image<double> all(stack.shape);
  std::size_t number = 0;
  for (const DetectorPart& part : parts) {
    put(fields, part, read_whole(fields, part.images, exposure), all, stack.first_row[number]);
    number += part.modules.size();
  }
  return all;
}

}  // namespace nanobragg::io
