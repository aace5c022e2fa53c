// Finds the images of every detector, and cuts exposures into modules.
#include "nanobragg/io/nxmx/images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/claimed_size.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/nxmx/detector.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

using nxmx::Area;
using nxmx::Fields;
using nxmx::ImageData;

using Shape = std::vector<std::size_t>;

constexpr std::string_view kFormat = "NXmx";

// A rectangle in the array of an exposure that is a panel.
struct Module {
  std::size_t first;  // pixel in the flat array
  ImageShape shape;
};

// What one detector recorded.
struct Part {
  std::string path;
  ImageData images;
  Shape element;  // of one exposure
  std::vector<Module> modules;
  ValidityRules rules;
};

// The smallest positive number of a dataset that may have one for each threshold.
std::optional<double> limit(const Fields& fields, const std::string& path) {
  if (!fields.has_numbers(path)) return std::nullopt;
  std::optional<double> least;
  for (const double value : fields.numbers(path)) {
    if (value > 0.0 && std::isfinite(value)) least = std::min(least.value_or(value), value);
  }
  return least;
}

ValidityRules limits(const Fields& fields, const std::string& detector) {
  ValidityRules rules;
  // These are the largest numbers that are good.
  for (const char* name :
       {"/saturation_value", "/count_cutoff", "/countrate_correction_count_cutoff",
        "/detectorSpecific/countrate_correction_count_cutoff"}) {
    if (const auto most = limit(fields, detector + name)) {
      const double beyond = std::nextafter(*most, std::numeric_limits<double>::infinity());
      rules.overloaded_from = std::min(rules.overloaded_from.value_or(beyond), beyond);
    }
  }
  rules.least = limit(fields, detector + "/underload_value");
  return rules;
}

// What whole numbers of a type ("uint32", "int16") are reserved for no measurement.
std::vector<double> reserved_numbers(const std::string& type) {
  const std::size_t digits = type.find_first_of("0123456789");
  if (digits == std::string::npos || type.find("int") == std::string::npos) return {};
  const int bits = std::stoi(type.substr(digits));
  if (type.starts_with('u')) return {std::ldexp(1.0, bits) - 1.0};
  return {-1.0, -2.0, std::ldexp(1.0, bits - 1) - 1.0};
}

Module module_of(const Fields& fields, const std::string& path, const Part& part) {
  const Area area = nxmx::area_of(fields, path, part.images);
  const std::size_t rank = part.element.size();
  // Directions of an image alone, whether or not that of the exposures is named, too.
  Shape origin = area.origin;
  origin.insert(origin.begin(), rank > origin.size() ? rank - origin.size() : 0, 0);
  origin.erase(origin.begin(), origin.end() - static_cast<std::ptrdiff_t>(rank));
  Module module{0, {area.size[area.size.size() - 2], area.size.back()}};
  if (module.shape.size() == 0) fields.refuse("a module without pixels", path);
  for (std::size_t d = 0; d < rank; ++d) {
    if (origin[d] >= part.element[d]) fields.refuse("a module that is not within the images", path);
    module.first = module.first * part.element[d] + origin[d];
  }
  return module;
}

// A field of the file that changes nothing where it has this value.
struct NeutralNumber {
  const char* name;
  double value;
};

// Whether readings are as they stand: NXdata has factors and offsets, and says in no definition in
// which order they hold.
void check_not_scaled(const Fields& fields, const std::string& path) {
  const std::string group = path.substr(0, path.rfind('/'));
  for (const std::string& of : {path + "_", group + "/data_", group + "/"}) {
    for (const NeutralNumber& number : {NeutralNumber{"scaling_factor", 1.0}, {"offset", 0.0}}) {
      const std::string field = of + number.name;
      if (!fields.has_numbers(field)) continue;
      const auto values = fields.numbers(field);
      if (std::ranges::all_of(values, [&](double x) { return x == number.value; })) continue;
      fields.refuse(fmt::format("the numbers of {} are scaled by it", path), field,
                    "write the images as counts, without it");
    }
  }
}

Part read_part(const Fields& fields, const std::string& entry, const std::string& detector) {
  Part part{detector, nxmx::find_images(fields, entry, detector), {}, {}, {}};
  if (part.images.paths.empty()) fields.refuse("no images", detector);
  if (!part.images.obstacle.empty()) {
    throw Error(part.images.obstacle, fields.where(detector));
  }
  for (const std::string& path : part.images.paths) {
    check_not_scaled(fields, path);
    const Shape shape = fields.needed(path).shape;
    const Shape element(shape.begin() + (shape.size() > 2 ? 1 : 0), shape.end());
    if (!part.element.empty() && element != part.element)
      fields.refuse("images of another size", path);
    part.element = element;
  }
  for (const std::string& module : nxmx::modules_of(fields, detector)) {
    part.modules.push_back(module_of(fields, module, part));
  }
  if (part.modules.empty()) {
    std::size_t rows = 1;
    for (std::size_t d = 0; d + 1 < part.element.size(); ++d) rows *= part.element[d];
    part.modules.push_back({0, {rows, part.element.back()}});
  }
  part.rules = limits(fields, detector);
  return part;
}

class NxmxImages : public ImageFile {
 public:
  NxmxImages(const std::filesystem::path& path, ExternalFiles external)
      : fields_(hdf5::open_tree(path, external), path.string(), 0) {
    const std::string entry = fields_.first_of_class("/", "NXentry");
    std::vector<std::string> detectors;
    for (const std::string& instrument : fields_.of_class(entry, "NXinstrument")) {
      if (detectors.empty() && !fields_.of_class(instrument, "NXdetector").empty()) {
        detectors = nxmx::detectors_of(fields_, instrument);
      }
    }
    if (detectors.empty()) detectors.push_back(entry);  // images alone
    std::vector<ImageShape> shapes;
    for (const std::string& detector : detectors) {
      parts_.push_back(read_part(fields_, entry, detector));
      for (const Module& module : parts_.back().modules) shapes.push_back(module.shape);
      if (parts_.back().images.count() != exposures()) {
        fields_.refuse("another number of images than the detector before", detector);
      }
    }
    stack_ = checked_stack(shapes, path.string());
  }

  std::size_t exposures() const override { return parts_.front().images.count(); }

  ObservedImage read(std::size_t exposure) const override {
    check_exposure(exposure, exposures(), fields_.where(parts_.front().images.paths.front()));
    // What the file holds is known before memory for what it claims is asked for.
    std::vector<Readings> readings;
    for (const Part& part : parts_) readings.push_back(readings_of(part, exposure));
    ObservedImage out{kFormat, Image<double>(stack_.shape), Image<Validity>(stack_.shape), {}, {}};
    std::ranges::fill(out.validity.pixels(), Validity::not_measured);
    std::size_t number = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      put(parts_[i], readings[i], number, out);
      number += parts_[i].modules.size();
    }
    return out;
  }

 private:
  // One image of a detector.
  struct Readings {
    std::vector<double> values;
    std::vector<double> mask;  // empty where there is none
    ValidityRules rules;
  };

  // The mask of an exposure; empty where there is none.
  std::vector<double> mask(const Part& part, std::size_t exposure) const {
    const auto path = nxmx::mask_path(fields_, part.path);
    if (!path) return {};
    const hdf5::Object object = fields_.needed(*path);
    const bool is_each = object.shape.size() == part.element.size() + 1;
    const std::size_t count = is_each ? object.shape.front() : 1;
    const Shape own(object.shape.begin() + (is_each ? 1 : 0), object.shape.end());
    if (own != part.element || (count != 1 && count != exposures())) {
      fields_.refuse("a mask of another size than the images", *path);
    }
    if (!is_each) return fields_.numbers(*path);
    return fields_.numbers(*path, hdf5::Rows{count == 1 ? 0 : exposure, 1});
  }

  Readings readings_of(const Part& part, std::size_t exposure) const {
    std::size_t within = exposure;
    std::size_t i = 0;
    for (; within >= part.images.images[i]; ++i) within -= part.images.images[i];
    const std::string& path = part.images.paths[i];
    const hdf5::Object object = fields_.needed(path);
    Readings out{object.shape.size() > 2 ? fields_.numbers(path, hdf5::Rows{within, 1})
                                         : fields_.numbers(path),
                 mask(part, exposure), part.rules};
    out.rules.reserved = reserved_numbers(object.type);
    return out;
  }

  // Copies the modules of a detector, the first of which is panel `number`, into the stack.
  void put(const Part& part, const Readings& from_file, std::size_t number,
           ObservedImage& to) const {
    const auto& [values, bits, rules] = from_file;
    const std::size_t row = part.element.back();
    for (const Module& module : part.modules) {
      const std::size_t first_row = stack_.first_row[number++];
      for (std::size_t slow = 0; slow < module.shape.slow; ++slow) {
        for (std::size_t fast = 0; fast < module.shape.fast; ++fast) {
          const std::size_t from = module.first + slow * row + fast;
          const PixelIndex at{first_row + slow, fast};
          const bool is_masked = !bits.empty() && nxmx::sees_nothing(bits[from]);
          to.values[at] = values[from];
          to.validity[at] = is_masked ? Validity::not_measured : validity_of(values[from], rules);
        }
      }
    }
  }

  Fields fields_;
  std::vector<Part> parts_;
  PanelStack stack_;
};

}  // namespace

std::unique_ptr<ImageFile> open_nxmx_images(const std::filesystem::path& path,
                                            ExternalFiles external) {
  check_not_compressed(path, "HDF5");
  return std::make_unique<NxmxImages>(path, external);
}

}  // namespace nanobragg::io
