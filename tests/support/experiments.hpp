// Small experiments to vary in tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nanobragg/model/experiment.hpp"

namespace nanobragg::test {

// Every value that an Experiment is made of, open to change.
// What makes an image besides kernels, water and the beamstop.
struct ImageStages {
  std::vector<LatticePart> lattices;
  std::vector<AmorphousSlab> slabs;
  std::vector<MeasuredBackground> measured;
  std::optional<PointSpread> point_spread;
};

struct ExperimentParts {
  CrystalValues crystal;
  BeamValues beam;
  Spindle spindle;
  PanelValues panel;
  Sensor sensor;
  PixelModel pixel_model = PixelModel::area;
  Curvature curvature = Curvature::flat;
  StructureFactors structure_factors{100.0};
  Metre water;
  ImageStages stages;
  std::optional<Beamstop> beamstop;
  Sampling sampling;

  Experiment build() const;
};

// A triclinic crystal of 5 × 4 × 6 cells 80 mm before a detector of 24 × 32 pixels; a beam along z.
ExperimentParts small_experiment();

// A table of seeded random amplitudes over −size … size in each index.
StructureFactors random_amplitudes(int size, double default_amplitude, std::uint64_t seed);

struct NamedExperiment {
  std::string name;
  ExperimentParts parts;
};

// One experiment for each option that a kernel has to obey, and some with many at once.
std::vector<NamedExperiment> option_experiments();

}  // namespace nanobragg::test
