// The formats of diffraction images, one row each.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/images/detector_image.hpp"
#include "nanobragg/io/images/observed_image.hpp"
#include "nanobragg/io/series/frame_series.hpp"

namespace nanobragg::io {

struct ImageFormat {
  std::string_view name;
  std::vector<std::string_view> extensions;  // with the dot, in small letters
  std::string_view holds;                    // for people
  // Writes one exposure, complete or not at all. Throws Error. Null: this build cannot.
  void (*write)(const std::filesystem::path& path, const DetectorImage& image);
  // The images of a file. Null: a file does not say their shape, or this build cannot.
  std::unique_ptr<ImageFile> (*open)(const std::filesystem::path& path, ExternalFiles external);
  // Whether a file that begins so is of this format. Null: nothing shows it.
  bool (*begins)(std::string_view start);
  // One file for many exposures. Null: one file for each.
  const SeriesFormat* series;
  // Throws Error where the format has no words for the detector. Null: it has them for all.
  void (*check)(const std::filesystem::path& path, const Experiment& experiment);
  // The experiment that a file of many programs describes, at one of its exposures from 0 on.
  // Null: by its text, or this build cannot.
  GeometryFile (*read_geometry)(const std::filesystem::path& path, std::size_t exposure,
                                ExternalFiles external);
  std::string_view missing;     // what to install for a format that this build lacks
  bool describes_only = false;  // what was measured how, without pixels
  bool holds_several = false;   // a file may hold several exposures
};

std::span<const ImageFormat> image_formats();

// The format that a file's name asks for by its end. Throws UsageError, listing what there is, for
// other ends, and saying what to install for a format that this build cannot write.
const ImageFormat& format_of(const std::filesystem::path& file);

// The same, of files to read, which may be compressed: x.cbf.gz is CBF. Null where there is none.
const ImageFormat* find_format(const std::filesystem::path& file);

// Throws UsageError where the format of a file to write cannot hold the type.
void check_type(const std::filesystem::path& file, PixelType type);

// The format that a file's first bytes show, behind compression too; null where they show none.
// Throws Error for a file that cannot be read.
const ImageFormat* format_by_content(const std::filesystem::path& file);

// Whether a file begins as a PGM picture does, which is read but not written as an image. Throws
// Error as above.
bool is_pgm_file(const std::filesystem::path& file);

// The settings that a series of this program keeps in its file. Nothing for other files.
std::optional<std::string> series_settings(const std::filesystem::path& file);

// Whether a file says how many pixels it has: raw floats do not. Throws as above.
bool is_self_describing(const std::filesystem::path& file);

inline constexpr std::string_view kRawFloats = "raw floats";

}  // namespace nanobragg::io
