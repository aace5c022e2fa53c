// What a file of amplitudes says of their uncertainties, as what a shot knows beforehand.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/config/resolve/amplitude_sigmas.hpp"
#include "nanobragg/model/symmetry.hpp"
#include "nanobragg/refine/shots/shot_loss.hpp"

namespace nanobragg::commands {

// Of one thread at a time: it keeps what it has made of a group.
class KnownSigmas {
 public:
  explicit KnownSigmas(std::vector<config::RelativeSigma> listed) : listed_(std::move(listed)) {}

  // The prior of each reflection that is listed gets the width 2σ(F)/F of ln I, of equivalents and
  // mates the largest, from 0.02 to that of Wilson's distribution, π/√6.
  void give(std::span<refine::BoxesOfReflection> reflections,
            const AmplitudeSymmetry& symmetry) const;

 private:
  using Widths = std::map<MillerIndex, double>;  // by the index that stands for its equivalents

  std::vector<config::RelativeSigma> listed_;
  mutable std::map<std::string, Widths> of_groups_;
};

}  // namespace nanobragg::commands
