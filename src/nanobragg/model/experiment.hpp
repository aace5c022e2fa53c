// Everything that determines an image of expected photons.
#pragma once

#include <memory>
#include <optional>

#include "nanobragg/base/units.hpp"
#include "nanobragg/model/beam.hpp"
#include "nanobragg/model/beamstop.hpp"
#include "nanobragg/model/crystal.hpp"
#include "nanobragg/model/detector.hpp"
#include "nanobragg/model/sampling.hpp"
#include "nanobragg/model/spindle.hpp"
#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg {

struct Experiment {
  Crystal crystal;
  Beam beam;
  Spindle spindle;
  Detector detector;
  std::shared_ptr<const StructureFactors> structure_factors;
  Metre water;  // edge of a cube of water around the crystal; 0: none
  std::optional<Beamstop> beamstop;
  Sampling sampling;
};

}  // namespace nanobragg
