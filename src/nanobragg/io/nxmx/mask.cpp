// Cuts a mask into modules.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>

#include "nanobragg/io/files/claimed_size.hpp"
#include "nanobragg/io/nxmx/detector.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io::nxmx {
namespace {

// A mask of the exposure, and its size without the direction of exposures.
struct Bits {
  std::string path;
  std::vector<double> values;
  std::vector<std::size_t> shape;
};

// A mask has as many directions as an image, or one more: that of the exposures.
std::optional<Bits> bits_of(const Fields& fields, const DetectorPart& part) {
  const auto path = mask_path(fields, part.path);
  if (!path) return std::nullopt;
  const auto object = fields.look(*path);
  if (!object->obstacle.empty()) {
    fields.warn(fmt::format("{} cannot be read ({}): no pixel is masked", *path, object->obstacle));
    return std::nullopt;
  }
  Bits bits{*path, {}, object->shape};
  const std::size_t rank = part.modules.front().origin.size();
  if (bits.shape.size() == rank) {
    bits.values = fields.numbers(*path);
    return bits;
  }
  const bool is_each = bits.shape.size() == rank + 1;
  if (!is_each) {
    fields.refuse(fmt::format("a mask of {} ({} directions, an image has {})",
                              fmt::join(bits.shape, " × "), bits.shape.size(), rank),
                  *path);
  }
  const std::size_t row = fields.row_of_exposure(bits.shape.front(), *path);
  bits.values = fields.numbers(*path, hdf5::Rows{row, 1});
  bits.shape.erase(bits.shape.begin());
  return bits;
}

// Where a module begins in the mask.
std::size_t begin_of(const Bits& bits, const Module& module) {
  std::size_t begin = 0;
  for (std::size_t d = 0; d < module.origin.size(); ++d) {
    begin = begin * bits.shape[d] + module.origin[d];
  }
  return begin;
}

void check_within(const Fields& fields, const Bits& bits, const Module& module) {
  const std::size_t row = bits.shape.back();
  const std::size_t rows = bits.shape[bits.shape.size() - 2];
  const auto& [slow_pixels, fast_pixels] = module.panel.shape;
  if (module.origin.back() + fast_pixels > row ||
      module.origin[module.origin.size() - 2] + slow_pixels > rows ||
      begin_of(bits, module) + (slow_pixels - 1) * row + fast_pixels > bits.values.size()) {
    fields.refuse(fmt::format("a mask of {}, which is smaller than the modules",
                              fmt::join(bits.shape, " × ")),
                  bits.path);
  }
}

// Copies the pixels of a module into rows of the mask; true where some of them are masked.
bool cut_out(const Bits& bits, const Module& module, std::size_t first_row,
             Image<std::uint16_t>& mask) {
  const std::size_t begin = begin_of(bits, module);
  const std::size_t row = bits.shape.back();
  const auto& [slow_pixels, fast_pixels] = module.panel.shape;
  bool any = false;
  for (std::size_t slow = 0; slow < slow_pixels; ++slow) {
    for (std::size_t fast = 0; fast < fast_pixels; ++fast) {
      const bool sees = !sees_nothing(bits.values[begin + slow * row + fast]);
      mask.view()[{first_row + slow, fast}] = sees ? 1 : 0;
      any = any || !sees;
    }
  }
  return any;
}

}  // namespace

std::optional<std::string> mask_path(const Fields& fields, const std::string& detector) {
  for (const char* name : {"/pixel_mask", "/detectorSpecific/pixel_mask"}) {
    const auto object = fields.look(detector + name);
    if (object && object->count() > 0) return detector + name;
  }
  return std::nullopt;
}

bool sees_nothing(double bits) {
  constexpr std::uint32_t kReasons = 0xffff;
  return !(bits >= 0.0) || (static_cast<std::uint64_t>(bits) & kReasons) != 0;
}

std::shared_ptr<const Image<std::uint16_t>> read_mask(const Fields& fields,
                                                      const std::vector<DetectorPart>& parts) {
  std::vector<ImageShape> shapes;
  for (const DetectorPart& part : parts) {
    for (const Module& module : part.modules) shapes.push_back(module.panel.shape);
  }
  const PanelStack stack = stack_of(shapes);
  std::shared_ptr<Image<std::uint16_t>> mask;
  bool any = false;
  std::size_t number = 0;
  for (const DetectorPart& part : parts) {
    const auto bits = bits_of(fields, part);
    for (const Module& module : part.modules) {
      const std::size_t first_row = stack.first_row[number++];
      if (!bits) continue;
      check_within(fields, *bits, module);
      if (!mask) {
        check_described_mask(checked_stack(shapes, fields.where(part.path)).shape,
                             fields.where(part.path));
        mask = std::make_shared<Image<std::uint16_t>>(stack.shape);
        for (std::uint16_t& pixel : mask->pixels()) pixel = 1;
      }
      any = cut_out(*bits, module, first_row, *mask) || any;
    }
  }
  return any ? mask : nullptr;
}

}  // namespace nanobragg::io::nxmx
