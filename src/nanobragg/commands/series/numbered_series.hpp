// The images of a series in files of their own, with a note beside them.
#pragma once

#include <cstddef>
#include <string>

#include "nanobragg/commands/series/series.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/series/series_note.hpp"

namespace nanobragg::commands {

// Each file is complete once it is there. Files that are there already count where the note says
// that this series wrote them as they are.
class NumberedSeries {
 public:
  // Throws Error where the note is of another series.
  NumberedSeries(const SeriesRequest& request, const io::ImageFormat& format);

  const std::string& pattern() const { return pattern_; }
  // The name of image i, from 0.
  std::string name(std::size_t i) const;
  // Throws Error for a file that was changed since this series wrote it.
  bool has(std::size_t i) const;
  // Where a file of the name is there that is not noted, it must be this image; throws Error where
  // it is another.
  void write(std::size_t i, const io::DetectorImage& image);

 private:
  // Without the folder.
  std::string file_name(std::size_t i) const;
  std::string written(std::size_t i, const io::DetectorImage& image) const;
  std::string digest_of(std::size_t i, const io::DetectorImage& image) const;

  std::string pattern_;
  const io::ImageFormat& format_;
  io::SeriesNote note_;
};

}  // namespace nanobragg::commands
