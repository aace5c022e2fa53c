// An experiment cut into samples: flat constant arrays, all that a kernel needs to know.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/model/lattice.hpp"
#include "nanobragg/model/symmetry.hpp"
#include "nanobragg/plan/plan_inputs.hpp"
#include "nanobragg/plan/rays.hpp"
#include "nanobragg/plan/stepped_range.hpp"

namespace nanobragg::plan {

// What is normally distributed in a beam, for kernels that integrate over it: the rays without it,
// and standard deviations of the photons' energy (relative) and of the direction along two axes.
struct NormalBeam {
  std::vector<Ray<double>> lines;
  double energy_deviation = 0.0;
  bool lines_are_wide = false;  // it is that of each source of a list, which samples do not have
  double horizontal_deviation_rad = 0.0, vertical_deviation_rad = 0.0;
  Vec3<double> horizontal_axis, vertical_axis;
};

struct BeamSamples {
  std::vector<Ray<double>> sources;
  NormalBeam normal;
  Vec3<double> direction;
  Vec3<double> polarisation_axis;
  Polarisation polarisation = Polarisation::kahn;
  double kahn_factor = 0.0;
  double fluence = 0.0;  // photons/m²
  RaySamples samples;    // that the sources are generated from, unless they are listed
};

// Liquid-like motions (physics/liquid_motions.hpp), on the reciprocal axes.
struct LiquidSamples {
  std::array<double, 6> beta{}, g{};
  std::vector<SymmetryOperation> rotations;
  std::int32_t neighbours = 0;
};

// Displacements beside the isotropic B.
struct MotionSamples {
  // Bij·ai*·aj*, by which the amplitudes of the samples are displaced; unset: they are not.
  std::optional<std::array<double, 6>> displacement;
  std::optional<LiquidSamples> liquid;
};

// Numbers of a crystal and its spindle beside the samples: the first of all kernels, the others of
// those that integrate.
struct ContinuousCrystal {
  double blocks = 1.0;  // of Na × Nb × Nc cells, in the beam
  Vec3<double> spindle_axis;
  double phi_start_rad = 0.0;
  bool has_mosaic_turns = false;  // in more than one domain
  MosaicShape mosaic_shape = MosaicShape::cap;
  // Of normally distributed turns: about every axis, or …
  double mosaic_deviation_rad = 0.0;
  std::optional<TurnSpreads<double>> turns;  // … about those of crystal_frame(): no more than that
  double cell_deviation = 0.0;               // of the lengths of domains' cells, relative
  MotionSamples motions;
};

struct CrystalSamples {
  SteppedRange oscillation;            // radians
  std::vector<double> phi_rad;         // spindle angle of each step
  std::vector<Mat3<double>> domains;   // mosaic rotation of each domain
  std::vector<Axes<double>> lattices;  // m; of step i, domain j at i·domains.size() + j
  Lattice<double> lattice;             // at spindle angle 0
  std::array<double, 3> cells{};       // Na, Nb, Nc
  CrystalShape shape = CrystalShape::square;
  double fudge = 1.0;
  double b_factor = 0.0;  // Å²
  ContinuousCrystal continuous;
  std::shared_ptr<const StructureFactors> structure_factors;
  Interpolation interpolation = Interpolation::nearest;
};

// Where photons become a signal.
enum class Capture : std::uint8_t {
  everywhere,      // all of them, on the panel's plane
  at_layer_front,  // those that a layer of the sensor absorbs, at its front
  at_mean_depth,   // the same, at the mean depth of absorption in the layer
};

struct DetectorSamples {
  std::vector<PanelValues> panels;
  Curvature curvature = Curvature::flat;
  std::optional<PointSpread> point_spread;
  PixelModel pixel_model = PixelModel::area;
  SteppedRange layers;  // m; a range of 0: no absorption
  double attenuation_per_m = 0.0;
  Capture capture = Capture::everywhere;
  // Of the stack of panels.
  RegionOfInterest region;
  std::shared_ptr<const Image<std::uint16_t>> mask;

  // No signal comes from farther behind the panel's plane, in m along its normal.
  double deepest_m() const {
    return layers.step * (capture == Capture::at_mean_depth ? layers.count : layers.count - 1);
  }
};

// What is not crystal.
struct AmorphousSamples {
  double water_m = 0.0;
  std::vector<AmorphousSlab> slabs;
  std::vector<MeasuredBackground> measured;
  double beam_area_m2 = 0.0;
};

struct SamplingPlan {
  BeamSamples beam;
  CrystalSamples crystal;
  DetectorSamples detector;
  Sampling sampling;
  AmorphousSamples amorphous;
  // Of each further lattice of the crystal, like `crystal`, which is the first.
  std::vector<CrystalSamples> further_lattices;
  std::vector<double> shares;  // of all lattices; they add up to 1
  // Lattices one after the other that differ in the size of their blocks alone.
  std::size_t sizes = 1;
  std::optional<Beamstop> beamstop;
  double steps = 1.0;  // sources × domains × spindle steps × sub-pixels
  compat::QuirkSet quirks;

  // A pixel of the stack of panels.
  bool renders(PixelIndex pixel) const {
    return detector.region.contains(pixel) && (!detector.mask || (*detector.mask)[pixel] != 0);
  }
};

// The samples of a lattice of the crystal, from 0 on.
inline const CrystalSamples& lattice_samples(const SamplingPlan& plan, std::size_t lattice) {
  return lattice == 0 ? plan.crystal : plan.further_lattices[lattice - 1];
}

// Throws Error for an experiment that cannot be, and for more samples than fit in memory, before
// any is made.
void check_samples(const Experiment& experiment);

// Throws UsageError for a region outside the detector, Error for a mask of another size and for
// more samples than fit in memory.
SamplingPlan make_plan(const Experiment& experiment, compat::QuirkSet quirks);

// One panel of a plan: what a kernel renders. A view, so that the plan must outlive it; pixels
// count from the panel's own corner.
struct PanelPlan {
  const BeamSamples& beam;
  const CrystalSamples& crystal;
  const DetectorSamples& detector;
  const Sampling& sampling;
  const AmorphousSamples& amorphous;
  const std::optional<Beamstop>& beamstop;
  const double& steps;
  const compat::QuirkSet& quirks;
  const PanelValues& panel;
  std::size_t index;        // of the panel
  std::size_t first_row;    // of the panel in the stack
  RegionOfInterest region;  // of the panel

  bool is_masked() const { return detector.mask != nullptr; }
  bool renders(PixelIndex pixel) const {
    return region.contains(pixel) &&
           (!is_masked() || (*detector.mask)[{first_row + pixel.slow, pixel.fast}] != 0);
  }
};

// The same panel with other samples of beam, crystal and detector, which outlive it as the plan
// does.
PanelPlan with_samples(const PanelPlan& plan, const BeamSamples& beam,
                       const CrystalSamples& crystal, const DetectorSamples& detector,
                       const Sampling& sampling);

// The inputs that the panel was placed by.
PanelInputs<double> panel_inputs(const PanelPlan& plan);

// Nothing where no pixel of the panel lies in the plan's region.
std::optional<PanelPlan> panel_plan(const SamplingPlan& plan, std::size_t panel);

}  // namespace nanobragg::plan
