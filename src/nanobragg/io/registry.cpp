// The table of image formats; the only place that knows which of them this build lacks.
#include "nanobragg/io/registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/cbf.hpp"
#include "nanobragg/io/crystfel.hpp"
#include "nanobragg/io/dials_experiments.hpp"
#include "nanobragg/io/png.hpp"
#include "nanobragg/io/raw_float.hpp"
#include "nanobragg/io/sixteen_bit.hpp"
#include "nanobragg/io/smv_entries.hpp"
#include "nanobragg/io/tiff.hpp"
#ifdef NANOBRAGG_HDF5
#include "nanobragg/io/nxmx/geometry.hpp"
#include "nanobragg/io/nxmx/nxmx.hpp"
#endif

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

template <class T>
Image<double> as_double(const Image<T>& image) {
  Image<double> result(image.shape());
  std::copy(image.pixels().begin(), image.pixels().end(), result.pixels().begin());
  return result;
}

void write_floats(const fs::path& path, const DetectorImage& image) {
  write_raw_float(path, image.photons);
}

void write_tiff_image(const fs::path& path, const DetectorImage& image) {
  write_tiff(path, image.counts.shape(), rows_of_16_bit(image.counts, 0.0));
}

void write_png_image(const fs::path& path, const DetectorImage& image) {
  write_png(path, to_16_bit(image.counts, 0.0).view());
}

using Extensions = std::vector<std::string_view>;

// A format of one exposure a file, which this build can write; most can be read back, too.
ImageFormat row(std::string_view name, Extensions extensions, std::string_view holds,
                decltype(ImageFormat::write) write, decltype(ImageFormat::read) read = nullptr) {
  return {name, std::move(extensions), holds, write, read, nullptr, nullptr, nullptr, "", false};
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

ImageFormat nxmx_row() {
  ImageFormat format =
      row("NXmx", {".nxs", ".h5"}, "32-bit counts, or expected photons as floats", nullptr);
  format.missing = "libhdf5-dev";
#ifdef NANOBRAGG_HDF5
  format.write = write_nxmx;
  format.read = [](const fs::path& path) { return read_nxmx(path, 0); };
  format.open_series = open_nxmx_series;
  format.read_geometry = read_nxmx_geometry;
#endif
  return format;
}

std::vector<ImageFormat> make_table() {
  return {
      row("raw floats", {".bin"}, "expected photons, 4-byte floats", write_floats),
      with_check(row("SMV", {".img", ".smv"}, "16-bit counts + pedestal", write_smv_image,
                     [](const fs::path& path) { return as_double(read_smv(path).pixels); }),
                 check_smv_image),
      with_check(row("CBF", {".cbf"}, "32-bit counts", write_cbf,
                     [](const fs::path& path) { return as_double(read_cbf(path)); }),
                 check_cbf),
      row("TIFF", {".tif", ".tiff"}, "16-bit counts", write_tiff_image,
          [](const fs::path& path) { return as_double(read_tiff(path)); }),
      row("PNG", {".png"}, "16-bit counts", write_png_image,
          [](const fs::path& path) { return as_double(read_png(path)); }),
      nxmx_row(),
      description("DIALS experiments", ".expt", "beam, detector, spindle and crystal", write_expt),
      description("CrystFEL geometry", ".geom", "the detector, of images in NXmx files",
                  write_geom),
      description("CrystFEL cell", ".cell", "the unit cell", write_cell),
  };
}

}  // namespace

std::span<const ImageFormat> image_formats() {
  static const std::vector<ImageFormat> table = make_table();
  return table;
}

const ImageFormat* find_format(const fs::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const ImageFormat& format : image_formats()) {
    if (std::ranges::find(format.extensions, extension) != format.extensions.end()) return &format;
  }
  return nullptr;
}

const ImageFormat& format_of(const fs::path& file) {
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
