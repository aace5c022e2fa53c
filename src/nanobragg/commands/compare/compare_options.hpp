// What a user can choose about a comparison.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "nanobragg/base/image.hpp"
#include "nanobragg/compare/report.hpp"
#include "nanobragg/io/files/external_files.hpp"
#include "nanobragg/model/sampling.hpp"

namespace nanobragg::commands {

enum class ShapePolicy : std::uint8_t {
  must_agree,
  resample,  // the candidate is brought onto the reference's shape
};

// Whether two programs that differ are traced and audited in the pixel of the largest difference.
enum class PixelAudits : std::uint8_t { commands_alone, run };

enum class DifferenceFile : std::uint8_t { none, raw_float };

struct CompareOptions {
  std::filesystem::path folder;            // for the evidence
  std::optional<RegionOfInterest> region;  // unset: all pixels
  compare::Criteria criteria;              // when the images agree
  ShapePolicy shapes = ShapePolicy::must_agree;
  double png_percentile = 99.5;  // of the positive pixels: what is shown brightest
  DifferenceFile difference_file = DifferenceFile::none;
  std::optional<ImageShape> shape;    // of raw float images; unset: found out
  std::optional<std::string> frames;  // of files of several exposures, from 1; unset: all
  io::ExternalFiles external = io::ExternalFiles::beside;
  PixelAudits audits = PixelAudits::commands_alone;
};

inline CompareOptions with_folder(CompareOptions options, std::filesystem::path folder) {
  options.folder = std::move(folder);
  return options;
}

}  // namespace nanobragg::commands
