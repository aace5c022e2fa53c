// The exposures that a user points at: files, numbered series, and a choice of frames.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/io/images/observed_image.hpp"

namespace nanobragg::commands {

// "1-3,7": frames from 1 on, both ends included. Throws UsageError.
struct FrameRange {
  std::size_t first, last;
};
std::vector<FrameRange> parse_frames(const std::string& text);
bool contains(const std::vector<FrameRange>& ranges, std::size_t number);

struct ObservedFrame {
  std::filesystem::path file;
  std::size_t exposure = 0;  // in the file, from 0
  std::size_t number = 1;    // as --frames counts
  std::size_t place = 0;     // steps of the spindle from the first frame of all

  // "x.nxs, exposure 2", for messages; the file alone where it has one exposure.
  std::string name() const;
  std::size_t exposures = 1;  // of the file
  io::ExternalFiles external = io::ExternalFiles::beside;
};

struct ObservedFrames {
  std::vector<ObservedFrame> list;  // at least one
  // Several exposures came from one word and nothing was chosen among them.
  bool is_unchosen_series = false;
};

// The exposures of all words in their order. A word is a file, or a pattern with # for digits,
// whose files count by their numbers. Throws UsageError for a pattern without files and for frames
// that are not there, Error for files that cannot be read and for a gap in the numbers of a
// pattern.
ObservedFrames find_frames(const std::vector<std::string>& words,
                           const std::optional<std::string>& choice,
                           io::ExternalFiles external = io::ExternalFiles::beside);

// Reads each frame in turn; a file of several is opened once. `shape` is that of raw floats.
void for_each_frame(const ObservedFrames& frames, std::optional<ImageShape> shape,
                    const std::function<void(const ObservedFrame&, io::ObservedImage)>& visit);

}  // namespace nanobragg::commands
