// Photons of a few pixels with their derivatives, as plain data: what crosses from code for every
// machine to code for one instruction set.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "nanobragg/kernel/adjoint/gradient_constants.hpp"
#include "nanobragg/kernel/interface/precision.hpp"
#include "nanobragg/kernel/pixel/active.hpp"

namespace nanobragg::kernel {

// Enough for what a batch costs by itself to vanish, few enough for its slopes to stay in the
// cache.
inline constexpr std::size_t kBatchPixels = 8 * kGroupPixels;

// What a kernel finds out about a panel before it differentiates its pixels.
class Preparation {
 public:
  virtual ~Preparation() = default;
};

// Pixels by whole coordinates along both axes. What lies beyond `count`, up to a whole group,
// repeats the last pixel and is not used.
struct PixelBatch {
  const GradientConstants* constants;
  const double* slow;
  const double* fast;
  std::size_t count;     // at most kBatchPixels where slopes are stored
  const Active* active;  // of each group of kGroupPixels pixels
  Precision precision;
  const Preparation* prepared;  // null: the kernel needs none
};

// Derivatives of a batch's pixels by the amplitudes of the table that they see.
class AmplitudeSlopes {
 public:
  struct Entry {
    std::size_t position;  // in the table
    std::size_t first;     // of a group of pixels in the batch
    std::array<double, kGroupPixels> by_pixel;
  };

  void clear() { entries_.clear(); }
  // What is added from now on belongs to `count` pixels of one group, from `first` on.
  void move_to(std::size_t first, std::size_t count);
  void add(std::size_t position, const double* by_pixel);

  // An amplitude may have several entries for the same pixels. `by_pixel` is 0 beyond them.
  std::span<Entry> entries() { return entries_; }
  std::span<const Entry> entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
  std::size_t group_ = 0;                     // first pixel of the group
  std::size_t begin_ = 0, count_ = 0;         // the pixels in it
  std::array<std::size_t, 256> last_seen_{};  // where in entries_
};

// By each number of the plan in the order of plan::for_each_input. Numbers that no pixel of a
// panel depends on keep a slope of 0; a kernel fills in all others.
struct PixelSlopes {
  // Rows a little apart from powers of two, which would share few places of the cache.
  static constexpr std::size_t kRow = kBatchPixels + 8;

  bool is_dark = true;        // all of them are 0
  bool is_of_stages = false;  // not of the kernel alone
  double photons[kBatchPixels] = {};
  double by_input[plan::kPlanInputs][kRow] = {};
  AmplitudeSlopes* amplitudes = nullptr;  // cleared before; null: not wanted

  // All but the slopes by amplitudes.
  void make_dark();
};

// Fills in photons and slopes of a batch, but for is_dark.
using SlopesFunction = void (*)(const PixelBatch& batch, PixelSlopes& to);

// Finds weights of the pixels first … first + count − 1 of a batch from their photons.
struct Weigher {
  void (*weigh)(const void* context, std::size_t first, std::size_t count, const double* photons,
                double* weights);
  const void* context;
};
// Adds Σ weight·∂photons/∂number over a batch to `inputs`, of which there are kPlanInputs: what
// weights and slopes make, in one pass that stores no slopes. Of kernels on a processor alone.
using WeightedFunction = void (*)(const PixelBatch& batch, const Weigher& weigher, double* inputs);

}  // namespace nanobragg::kernel
