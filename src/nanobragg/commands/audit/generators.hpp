// What programs of this kind may do otherwise, generated from the run at hand: one function a
// stage of the computation.
#pragma once

#include <vector>

#include "nanobragg/commands/audit/change.hpp"

namespace nanobragg::commands {

void add_quirks(Changes& changes, const Scene& scene);      // switched one by one
void add_options(Changes& changes, const Scene& scene);     // each that is given: ignored, in
                                                            // another unit, sign or order
void add_placements(Changes& changes, const Scene& scene);  // where the detector stands
void add_positions(Changes& changes, const Scene& scene);   // of pixels; solid angle, capture
void add_beams(Changes& changes, const Scene& scene);       // rays, scattering vector
void add_polarisations(Changes& changes, const Scene& scene);
void add_crystals(Changes& changes, const Scene& scene);         // cell and matrix
void add_orientations(Changes& changes, const Scene& scene);     // misset, spindle
void add_mosaics(Changes& changes, const Scene& scene);          // domains
void add_lattices(Changes& changes, const Scene& scene);         // indices, lattice factor
void add_radial_lattices(Changes& changes, const Scene& scene);  // of other shapes
void add_amplitudes(Changes& changes, const Scene& scene);       // of the cell, and intensity
void add_rotations(Changes& changes, const Scene& scene);  // of several things by one function
void add_constants(Changes& changes, const Scene& scene);  // pi, and others, typed otherwise
void add_sums(Changes& changes, const Scene& scene);       // terms that join, and the last step

// All of them, by these.
std::vector<Change> generated_changes(const Scene& scene);

}  // namespace nanobragg::commands
