// A thread that renders whole images, and drops those that nobody waits for.
#include "nanobragg/view/painter.hpp"

#include <exception>
#include <utility>

#include "nanobragg/image/pipeline.hpp"

namespace nanobragg::view {
namespace {

using Clock = std::chrono::steady_clock;

// A hand that stops for so long rests.
constexpr std::chrono::milliseconds kRest{120};
// A change that was not told is found after so long.
constexpr std::chrono::milliseconds kLook{500};

}  // namespace

Painter::Painter(LiveExperiment& live)
    : live_(live), last_change_(Clock::now() - kRest), thread_([this] { work(); }) {}

Painter::~Painter() {
  end();
  thread_.join();
}

void Painter::end() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
}

Painter::Hold::Hold(Painter& painter) : painter_(painter) { ++painter_.holds_; }

Painter::Hold::~Hold() {
  --painter_.holds_;
  painter_.changed_.notify_all();
}

void Painter::scene_changed() {
  {
    const std::scoped_lock lock(mutex_);
    last_change_ = Clock::now();
  }
  changed_.notify_all();
}

void Painter::work() {
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    const std::uint64_t wanted = live_.scene()->version;
    const bool is_done = image_ && image_->scene->version == wanted;
    if (is_done || asked_ != wanted) {
      changed_.wait_for(lock, kLook);
      continue;
    }
    if (holds_ > 0) {
      changed_.wait_for(lock, kRest);
      continue;
    }
    const auto rested = last_change_ + kRest;
    if (Clock::now() < rested) {
      changed_.wait_until(lock, rested);
      continue;
    }
    lock.unlock();
    SharedPaintedImage painted = paint(wanted);
    lock.lock();
    if (painted) image_ = std::move(painted);
    changed_.notify_all();
  }
}

SharedPaintedImage Painter::paint(std::uint64_t version) {
  const Wanted wanted = [&] {
    return !is_ending_ && holds_ == 0 && live_.scene()->version == version;
  };
  auto painted = std::make_shared<PaintedImage>();
  try {
    painted->scene = live_.exact(version);
    if (!painted->scene) return nullptr;
    const Level level = rendered(*painted->scene, wanted);
    image::check_finite(level.values.view());
    painted->picture = picture_of(level, panel_shapes(painted->scene->job.experiment));
  } catch (const Dropped&) {
    return nullptr;
  } catch (const std::exception& error) {
    painted->problem = error.what();
    if (!painted->scene) painted->scene = live_.scene();
  }
  return painted;
}

SharedPaintedImage Painter::wait_for(std::uint64_t version, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  asked_ = version;
  changed_.notify_all();
  const auto is_over = [&] {
    return is_ending_ || (image_ && image_->scene->version == version) ||
           live_.scene()->version != version;
  };
  changed_.wait_for(lock, patience, is_over);
  return image_ && image_->scene->version == version ? image_ : nullptr;
}

SharedPaintedImage Painter::image(std::uint64_t version) {
  const std::scoped_lock lock(mutex_);
  return image_ && image_->scene->version == version ? image_ : nullptr;
}

Painter::Coarse Painter::coarse(const CoarsePart& part) {
  const Hold hold(*this);
  const std::scoped_lock lock(coarse_mutex_);
  SharedScene scene = live_.scene();
  std::vector<Level> panels = rendered_coarsely(*scene, part);
  return {std::move(scene), std::move(panels)};
}

}  // namespace nanobragg::view
