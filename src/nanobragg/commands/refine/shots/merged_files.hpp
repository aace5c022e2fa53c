// Amplitudes of all shots as files.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nanobragg/io/reflections/reflection_list.hpp"
#include "nanobragg/refine/shots/merge.hpp"

namespace nanobragg::commands {

// What amplitudes are relative to: those of the start, in whose cell spacings are.
struct MergeBasis {
  const Experiment* start;
  AmplitudeSymmetry symmetry;
  double b_factor = 0.0;  // Å², that amplitudes fall by beyond those of the start
};

// |F| = start·√factor with its uncertainty, Friedel mates apart where the symmetry has them so. A
// factor that is lost in noise stands for the root of what it may be.
io::AmplitudeData merged_amplitudes(const refine::Merge& merge, const MergeBasis& basis);

// h,k,l,F,sigma,shots and the two halves, a line a reflection.
std::string merged_csv(const refine::Merge& merge, const MergeBasis& basis);

// A table by resolution for people: reflections, multiplicity, I/σ, CC½.
std::string merge_table(const refine::Merge& merge, const MergeBasis& basis);

}  // namespace nanobragg::commands
