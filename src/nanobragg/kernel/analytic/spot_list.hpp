// The reflections that light up a panel, each with the pixels that it can reach.
#pragma once

#include <cstddef>
#include <vector>

#include "nanobragg/kernel/analytic/spot_beam.hpp"
#include "nanobragg/kernel/analytic/spot_footprint.hpp"
#include "nanobragg/kernel/analytic/spot_work.hpp"
#include "nanobragg/model/miller_index.hpp"
#include "nanobragg/physics/gaussian_spot.hpp"
#include "nanobragg/physics/spot_pixel.hpp"
#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::kernel::analytic {

// What fixes the spindle's angle that a spot is taken at.
struct Anchor {
  bool is_crossing = false;  // where the point meets the Ewald sphere; else …
  double part = 0.0;         // … so far into the exposure, from 0 to 1
};

// A reflection seen by one line of the beam, during a piece of the turn over which the path of its
// point is straight.
struct Spot {
  MillerIndex index;
  std::size_t line;
  double amplitude;  // electrons
  double phi_rad;    // the spindle's angle that `shape` is of
  Anchor anchor;     // of that angle
  physics::GaussianSpot shape;
  physics::Turn turn;  // from that angle
  SpotFootprint footprint;
};

// What spots_of() would find, about: from what every nth row of reciprocal space has.
SpotWork work_of(const plan::PanelPlan& plan, std::size_t threads);

// All spots of a panel within 5.5 deviations of their middle, in the order of lines and indices, on
// any number of threads. Throws Error where it would have to look at more than 1e10 rows and points
// of reciprocal space.
std::vector<Spot> spots_of(const plan::PanelPlan& plan, std::size_t threads);

}  // namespace nanobragg::kernel::analytic
