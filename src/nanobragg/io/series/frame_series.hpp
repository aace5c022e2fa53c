// One file that takes the exposures of a series one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "nanobragg/io/images/detector_image.hpp"

namespace nanobragg::io {

enum class SeriesKind : std::uint8_t {
  rotation,  // one crystal, turned from one exposure to the next; one wavelength
  stills,    // each exposure its own orientation, wavelength and fluence
};

// What is known of a series before its first exposure is made.
struct SeriesPlan {
  const ImageDescription& first;
  std::size_t frames = 1;
  // The settings that make the series, as text, and a digest of them and of what their files hold.
  // A file of another identity is refused.
  std::string settings = {};
  std::string identity = {};
  SeriesKind kind = SeriesKind::rotation;
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

}  // namespace nanobragg::io
