// Walks through the box and gives all images of a reflection its number.
#include "nanobragg/model/equivalents.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"

namespace nanobragg {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

bool is_same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

template <class F>
void Equivalents::for_each_image(MillerIndex index, const F& f) const {
  for (const SymmetryOperation& rotation : rotations_) {
    const MillerIndex image = image_of(index, rotation);
    f(image);
    if (symmetry_.mates == FriedelMates::equal) f(mate_of(image));
  }
}

Equivalents::Equivalents(const MillerBox& box, AmplitudeSymmetry symmetry,
                         std::span<const double> known)
    : box_(box),
      symmetry_(std::move(symmetry)),
      rotations_(distinct_rotations(symmetry_.group.operations)) {
  NANOBRAGG_EXPECTS(known.size() == box.size());
  check_fits_in_memory(sizeof(std::uint32_t) * static_cast<double>(known.size()),
                       "a map of equivalent reflections",
                       "remove the reflections with extreme indices");
  reflections_.assign(known.size(), kNone);
  for (std::size_t position = 0; position < known.size(); ++position) {
    if (reflections_[position] != kNone) continue;
    if (listed_.size() == kNone) throw Error("more than 4294967295 unique reflections");
    const auto number = static_cast<std::uint32_t>(listed_.size());
    listed_.push_back(!std::isnan(known[position]));
    bool contradicted = false;
    reflections_[position] = number;
    for_each_image(box_.index_at(position), [&](const MillerIndex& image) {
      if (!box_.contains(image)) return;
      const std::size_t at = box_.position(image);
      if (!is_same(known[at], known[position])) {
        // What has its reflection was counted with that.
        contradicted = contradicted || reflections_[at] == kNone;
      } else {
        reflections_[at] = number;
      }
    });
    contradictions_ += contradicted ? 1 : 0;
  }
}

Equivalents::Equivalents(const MillerBox& box, AmplitudeSymmetry symmetry,
                         std::vector<std::uint32_t> reflections, std::vector<bool> listed)
    : box_(box),
      symmetry_(std::move(symmetry)),
      rotations_(distinct_rotations(symmetry_.group.operations)),
      reflections_(std::move(reflections)),
      listed_(std::move(listed)) {
  const auto fits = [&](std::uint32_t number) { return number < listed_.size(); };
  if (reflections_.size() != box.size() || !std::ranges::all_of(reflections_, fits)) {
    throw Error("a map of equivalent reflections that does not fit its table");
  }
}

std::vector<std::size_t> Equivalents::positions_like(std::size_t position) const {
  std::vector<std::size_t> positions{position};
  for_each_image(box_.index_at(position), [&](const MillerIndex& image) {
    if (!box_.contains(image)) return;
    const std::size_t at = box_.position(image);
    if (reflections_[at] == reflections_[position]) positions.push_back(at);
  });
  std::ranges::sort(positions);
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

bool Equivalents::reaches_outside(MillerIndex index) const {
  bool reaches = false;
  for_each_image(index,
                 [&](const MillerIndex& image) { reaches = reaches || !box_.contains(image); });
  return reaches;
}

}  // namespace nanobragg
