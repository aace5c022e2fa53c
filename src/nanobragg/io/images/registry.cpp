// The table of image formats, with those that this build lacks.
#include "nanobragg/io/images/registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/geometry/imgcif_geometry.hpp"
#include "nanobragg/io/images/cbf.hpp"
#include "nanobragg/io/images/cbf_images.hpp"
#include "nanobragg/io/images/foreign_images.hpp"
#include "nanobragg/io/images/plain_images.hpp"
#include "nanobragg/io/images/png.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/io/images/sixteen_bit.hpp"
#include "nanobragg/io/images/smv_entries.hpp"
#include "nanobragg/io/images/tiff.hpp"
#include "nanobragg/io/images/tiff_images.hpp"
#include "nanobragg/io/images/typed_rows.hpp"
#include "nanobragg/io/truth/crystfel.hpp"
#include "nanobragg/io/truth/dials_experiments.hpp"
#include "nanobragg/io/truth/poni.hpp"
#ifdef NANOBRAGG_HDF5
#include "nanobragg/io/nxmx/geometry.hpp"
#include "nanobragg/io/nxmx/images.hpp"
#include "nanobragg/io/nxmx/nxmx.hpp"
#endif

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

void write_floats(const fs::path& path, const DetectorImage& image) {
  write_raw_float(path, image.photons);
}

constexpr std::string_view kTiff = "TIFF";
constexpr std::string_view kNxmx = "NXmx";

void write_tiff_image(const fs::path& path, const DetectorImage& image) {
  const ImageShape shape = image.counts.shape();
  const bool is_expected = image.description.values == PixelValues::photons;
  switch (image.description.type) {
    case PixelType::uint8:
      return write_tiff(path, shape, rows_of<std::uint8_t>(image.counts));
    case PixelType::float32:
      return is_expected
                 ? write_tiff<float>(path, shape, [&](std::size_t) { return image.photons; })
                 : write_tiff(path, shape, rows_of<float>(image.counts));
    default:
      return write_tiff(path, shape, rows_of_16_bit(image.counts, {}));
  }
}

void write_png_image(const fs::path& path, const DetectorImage& image) {
  write_png(path, to_16_bit(image.counts, {}).view());
}

void write_experiment_file(const fs::path& path, const DetectorImage& image) {
  write_experiment(path, {image.description.experiment, image.description.quirks});
}

using Extensions = std::vector<std::string_view>;

// A format of one exposure a file, which this build can write; most can be read back, too.
ImageFormat row(std::string_view name, Extensions extensions, std::string_view holds,
                decltype(ImageFormat::write) write, decltype(ImageFormat::open) open = nullptr,
                decltype(ImageFormat::begins) begins = nullptr) {
  return {
      name, std::move(extensions), holds, write, open, begins, nullptr, nullptr, nullptr, "", false,
      false};
}

// Opens files that lead to no others.
template <auto Open>
std::unique_ptr<ImageFile> alone(const fs::path& path, ExternalFiles /*external*/) {
  return Open(path);
}

ImageFormat of_several(ImageFormat format) {
  format.holds_several = true;
  return format;
}

ImageFormat description(std::string_view name, std::string_view extension, std::string_view holds,
                        decltype(ImageFormat::write) write) {
  ImageFormat format = row(name, {extension}, holds, write);
  format.describes_only = true;
  return format;
}

ImageFormat with_check(ImageFormat format, decltype(ImageFormat::check) check) {
  format.check = check;
  return format;
}

// The format's own signature (HDF5 File Format Specification, III.A).
bool is_hdf5(std::string_view start) { return start.starts_with("\x89HDF\r\n\x1a\n"); }

ImageFormat nxmx_row() {
  ImageFormat format = row(kNxmx, {".nxs", ".h5"}, "32-bit counts, or expected photons as floats",
                           nullptr, nullptr, is_hdf5);
  format.missing = "libhdf5-dev";
#ifdef NANOBRAGG_HDF5
  format.write = write_nxmx;
  format.open = open_nxmx_images;
  format.series = &nxmx_series();
  format.read_geometry = read_nxmx_geometry;
#endif
  return format;
}

std::vector<ImageFormat> make_table() {
  return {
      row(kRawFloats, {".bin"}, "expected photons, 4-byte floats", write_floats),
      with_check(row("SMV", {".img", ".smv"}, "16-bit counts + pedestal", write_smv_image,
                     alone<open_smv_images>, is_smv_text),
                 check_smv_image),
      with_check(
          row("CBF", {".cbf"}, "32-bit counts", write_cbf, alone<open_cbf_images>, is_imgcif),
          check_cbf),
      of_several(row(kTiff, {".tif", ".tiff"}, "16-bit counts", write_tiff_image,
                     alone<open_tiff_images>, is_tiff)),
      row("PNG", {".png"}, "16-bit counts", write_png_image, alone<open_png_images>, is_png),
      of_several(nxmx_row()),
      description("DIALS experiments", ".expt", "beam, detector, spindle and crystal", write_expt),
      description("CrystFEL geometry", ".geom", "the detector, of images in NXmx files",
                  write_geom),
      with_check(description("pyFAI calibration", ".poni", "the detector of one panel", write_poni),
                 check_poni),
      description("nanobragg experiment", kExperimentExtension,
                  "the whole experiment, for -experiment_file", write_experiment_file),
      description("CrystFEL cell", ".cell", "the unit cell", write_cell),
  };
}

}  // namespace

std::span<const ImageFormat> image_formats() {
  static const std::vector<ImageFormat> table = make_table();
  return table;
}

const ImageFormat* find_format(const fs::path& file) {
  std::string extension = uncompressed_name(file).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const ImageFormat& format : image_formats()) {
    if (std::ranges::find(format.extensions, extension) != format.extensions.end()) return &format;
  }
  return nullptr;
}

void check_type(const fs::path& file, PixelType type) {
  const ImageFormat& format = format_of(file);
  if (type == PixelType::standard || format.name == kNxmx || format.name == kTiff) return;
  throw UsageError(fmt::format("cannot write '{}' as {} ({} holds {})", file.string(),
                               name_of(type), format.name, format.holds),
                   "", "write .nxs, .h5 or .tif");
}

namespace {

// Enough bytes to know any format by; throws Error for a file that cannot be read.
std::string signature_of(const fs::path& file) {
  constexpr std::size_t kEnough = 4096;
  std::string start = beginning_of(file, kEnough);
  // Reading all of it says why there is nothing.
  return start.empty() ? read_input(file).substr(0, kEnough) : start;
}

}  // namespace

const ImageFormat* format_by_content(const fs::path& file) {
  const std::string start = signature_of(file);
  refuse_foreign_image(start, file.string());
  for (const ImageFormat& format : image_formats()) {
    if (format.begins != nullptr && format.begins(start)) return &format;
  }
  return nullptr;
}

std::optional<std::string> series_settings(const fs::path& file) {
#ifdef NANOBRAGG_HDF5
  const ImageFormat* const format = format_by_content(file);
  if (format != nullptr && format->name == kNxmx) return nxmx_settings(file);
#endif
  static_cast<void>(file);
  return std::nullopt;
}

bool is_pgm_file(const fs::path& file) { return is_pgm(signature_of(file)); }

bool is_self_describing(const fs::path& file) {
  return format_by_content(file) != nullptr || is_pgm_file(file);
}

const ImageFormat& format_of(const fs::path& file) {
  if (uncompressed_name(file) != file) {
    throw UsageError(fmt::format("cannot write '{}' (no output is compressed)", file.string()), "",
                     fmt::format("write '{}'", uncompressed_name(file).string()));
  }
  const ImageFormat* const format = find_format(file);
  if (!format) {
    std::vector<std::string_view> known;
    for (const ImageFormat& row : image_formats()) {
      known.insert(known.end(), row.extensions.begin(), row.extensions.end());
    }
    throw UsageError(
        fmt::format("no image format for '{}' (the end of the name chooses it)", file.string()), "",
        fmt::format("known are {}", fmt::join(known, ", ")));
  }
  if (!format->write) {
    throw UsageError(
        fmt::format("cannot write '{}' (this build has no {})", file.string(), format->name), "",
        fmt::format("build with the package {}", format->missing));
  }
  return *format;
}

}  // namespace nanobragg::io
