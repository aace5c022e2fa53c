// Makes the computed image: coarsely while something moves, and all of it when that rests.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "nanobragg/view/live_experiment.hpp"
#include "nanobragg/view/picture.hpp"
#include "nanobragg/view/scene.hpp"

namespace nanobragg::view {

// The image of a scene, or why there is none.
struct PaintedImage {
  SharedScene scene;
  Picture picture;
  std::string problem;
};
using SharedPaintedImage = std::shared_ptr<const PaintedImage>;

// Thread-safe. Keeps one image.
class Painter {
 public:
  explicit Painter(LiveExperiment& live);
  ~Painter();
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  // Lets go of whoever waits; nothing is painted any more.
  void end();
  // While one of these lives, no whole image is painted: what moves has the processors for itself.
  class Hold {
   public:
    explicit Hold(Painter& painter);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    Painter& painter_;
  };
  // To be called after every change.
  void scene_changed();
  // The image of this version, as soon as it is complete. Null where another version has taken its
  // place, and after `patience`.
  SharedPaintedImage wait_for(std::uint64_t version, std::chrono::milliseconds patience);
  // The image of this version, where it is there.
  SharedPaintedImage image(std::uint64_t version);

  // What moves, as it is now: one window after the other.
  struct Coarse {
    SharedScene scene;
    std::vector<Level> panels;
  };
  Coarse coarse(const CoarsePart& part);

 private:
  void work();
  SharedPaintedImage paint(std::uint64_t version);

  LiveExperiment& live_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::chrono::steady_clock::time_point last_change_;
  std::uint64_t asked_ = 0;  // the version that somebody waits for, or did last
  SharedPaintedImage image_;
  std::atomic<bool> is_ending_ = false;
  std::atomic<int> holds_ = 0;
  std::mutex coarse_mutex_;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace nanobragg::view
