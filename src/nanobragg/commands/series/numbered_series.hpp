// The images of a series in files of their own, with a note beside them.
#pragma once

#include <cstddef>
#include <string>

#include "nanobragg/commands/series/destination.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/series/series_note.hpp"

namespace nanobragg::commands {

// Each file is complete once it is there. Files that are there already count where the note says
// that this series wrote them as they are.
class NumberedSeries : public Destination {
 public:
  // Throws Error where the note is of another series.
  NumberedSeries(const SeriesRequest& request, const io::ImageFormat& format,
                 const std::string& writer);

  std::size_t pieces() const override { return images_; }
  distribute::Range exposures(std::size_t piece) const override { return {piece, piece + 1}; }
  // Throws Error for a file that was changed since this series wrote it.
  std::size_t begin(std::size_t piece) override;
  // Where a file of the name is there that is not noted, it must be this image; throws Error where
  // it is another.
  void write(std::size_t i, const io::DetectorImage& image) override;
  void end() override {}
  std::size_t missing() override;
  void finish() override { note_.merge(); }
  void name_files(io::SeriesRecord& record) const override;

 private:
  std::string name(std::size_t i) const;
  // Without the folder.
  std::string file_name(std::size_t i) const;
  std::string written(std::size_t i, const io::DetectorImage& image) const;
  std::string digest_of(std::size_t i, const io::DetectorImage& image) const;

  std::string pattern_;
  std::size_t images_;
  const io::ImageFormat& format_;
  io::SeriesNote note_;
};

}  // namespace nanobragg::commands
