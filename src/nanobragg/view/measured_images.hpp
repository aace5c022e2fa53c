// The images that were opened, read when they are looked at.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/view/opening.hpp"
#include "nanobragg/view/picture.hpp"

namespace nanobragg::view {

struct MeasuredImage {
  Picture picture;
  ImageShape shape;
  std::string format;
  bool fits_detector = false;  // it has the detector's panels
  std::string invalid_pixels;  // for people
};

// Thread-safe. The last few images that were asked for are kept.
class MeasuredImages {
 public:
  explicit MeasuredImages(std::vector<OpenedFrame> frames) : frames_(std::move(frames)) {}

  const std::vector<OpenedFrame>& frames() const { return frames_; }
  // In panels of these shapes where that is what it has. Throws Error for a frame that is not
  // there or cannot be read.
  std::shared_ptr<const MeasuredImage> image(std::size_t frame,
                                             const std::vector<ImageShape>& panels);

 private:
  struct Kept {
    std::size_t frame;
    std::vector<ImageShape> panels;
    std::shared_ptr<const MeasuredImage> image;
  };
  std::vector<OpenedFrame> frames_;
  std::mutex mutex_;
  std::list<Kept> kept_;  // the last one used stands first
};

}  // namespace nanobragg::view
