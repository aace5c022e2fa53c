// The formats of diffraction images, one row each.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/detector_image.hpp"
#include "nanobragg/io/frame_series.hpp"
#include "nanobragg/io/geometry_file.hpp"

namespace nanobragg::io {

struct ImageFormat {
  std::string_view name;
  std::vector<std::string_view> extensions;  // with the dot, in small letters
  std::string_view holds;                    // for people
  // Writes one exposure, complete or not at all. Throws Error. Null: this build cannot.
  void (*write)(const std::filesystem::path& path, const DetectorImage& image);
  // Every pixel as a number. Null: a file does not say its shape, or this build cannot.
  Image<double> (*read)(const std::filesystem::path& path);
  // One file for many exposures. Null: each takes a file of its own.
  std::unique_ptr<FrameSeries> (*open_series)(const std::filesystem::path& path,
                                              const SeriesPlan& plan);
  // Throws Error where the format has no words for the detector. Null: it has them for all.
  void (*check)(const std::filesystem::path& path, const Experiment& experiment);
  // The experiment that a file of many programs describes, at one of its exposures from 0 on.
  // Null: by its text, or this build cannot.
  GeometryFile (*read_geometry)(const std::filesystem::path& path, std::size_t exposure,
                                ExternalFiles external);
  std::string_view missing;     // what to install for a format that this build lacks
  bool describes_only = false;  // what was measured how, without pixels
};

std::span<const ImageFormat> image_formats();

// The format that a file's name asks for by its end. Throws UsageError, listing what there is, for
// other ends, and saying what to install for a format that this build cannot write.
const ImageFormat& format_of(const std::filesystem::path& file);

// The same; null where there is none.
const ImageFormat* find_format(const std::filesystem::path& file);

}  // namespace nanobragg::io
