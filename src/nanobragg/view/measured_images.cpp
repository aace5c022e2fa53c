// Reads frames and keeps a few.
#include "nanobragg/view/measured_images.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/observed/observed_geometry.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::view {
namespace {

constexpr std::size_t kImagesKept = 3;

MeasuredImage read(const commands::ObservedFrame& frame, const std::vector<ImageShape>& panels) {
  const ImageShape stack = stack_of(std::span<const ImageShape>(panels)).shape;
  const io::ObservedImage observed = commands::read_frame(frame, stack);
  MeasuredImage out;
  out.shape = observed.shape();
  out.format = observed.format;
  out.fits_detector = stack == out.shape;
  out.invalid_pixels = io::invalid_pixels(io::counts_of(observed.validity.view()));
  out.picture =
      picture_of(level_of(observed), out.fits_detector ? panels : std::vector<ImageShape>{});
  return out;
}

}  // namespace

std::shared_ptr<const MeasuredImage> MeasuredImages::image(std::size_t frame,
                                                           const std::vector<ImageShape>& panels) {
  if (frame >= frames_.size()) throw Error("no such frame");
  const OpenedFrame& opened = frames_[frame];
  if (!opened.frame) throw Error(opened.problem);
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(
      kept_, [&](const Kept& kept) { return kept.frame == frame && kept.panels == panels; });
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
    return kept_.front().image;
  }
  kept_.push_front(
      {frame, panels, std::make_shared<const MeasuredImage>(read(*opened.frame, panels))});
  if (kept_.size() > kImagesKept) kept_.pop_back();
  return kept_.front().image;
}

}  // namespace nanobragg::view
