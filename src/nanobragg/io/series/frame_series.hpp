// Files that take the exposures of a series one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::io {

enum class SeriesKind : std::uint8_t {
  rotation,  // one crystal, turned from one exposure to the next; one wavelength
  stills,    // each exposure its own orientation, wavelength and fluence
};

// What is known of a file of a series before its first exposure is made.
struct SeriesPlan {
  const ImageDescription& first;  // of the series
  std::size_t frames = 1;         // that the file is to hold
  // The settings that make the series, as text, and a digest of them and of what their files hold.
  // A file of another identity is refused.
  std::string settings = {};
  std::string identity = {};
  SeriesKind kind = SeriesKind::rotation;
  std::size_t before = 0;  // exposures of the series that stand in other files before this one
};

class FrameSeries {
 public:
  virtual ~FrameSeries() = default;
  // Exposures that are in the file already, from an earlier run that was interrupted.
  virtual std::size_t complete() const = 0;
  // Takes the next exposure. What was taken survives whatever comes.
  virtual void append(const DetectorImage& image) = 0;
  // Gives the file its final name, once all exposures are there.
  virtual void finish() = 0;
};

// The files of a series whose pixels stand in several.
struct DataFile {
  std::filesystem::path path;  // in the folder of the master
  std::size_t frames;
};

struct MasterContent {
  const SeriesPlan& plan;  // of the whole series
  const std::vector<DataFile>& data;
  const CountRows& blank;  // counts of an exposure without light: which pixels do not measure
  std::function<ImageDescription(std::size_t exposure)> description;
};

// How a format keeps many exposures. A file that is there already, of other settings, is an Error.
struct SeriesFormat {
  // One file of all.
  std::unique_ptr<FrameSeries> (*open)(const std::filesystem::path& path, const SeriesPlan& plan);
  // One of several, of pixels alone.
  std::unique_ptr<FrameSeries> (*open_data)(const std::filesystem::path& path,
                                            const SeriesPlan& plan);
  // How many exposures a file of the plan holds.
  std::size_t (*exposures_in)(const std::filesystem::path& path, const SeriesPlan& plan);
  // The file that says everything else, and leads to those of pixels.
  void (*write_master)(const std::filesystem::path& path, const MasterContent& content);
};

}  // namespace nanobragg::io
