// What a kernel computed for one pixel, in the order of the computation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/geometry/vec3.hpp"
#include "nanobragg/kernel/interface/precision.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg::kernel {

// Numbers are held in double whatever the arithmetic was: single precision fits without rounding.

// One spindle step of one mosaic domain, seen by one source.
struct StepRecord {
  std::size_t spindle_step = 0;
  std::size_t domain = 0;
  double phi_rad = 0.0;                            // nominal angle of the spindle step
  Axes<double> axes_m;                             // in place, which need not be those of phi_rad
  Vec3<double> hkl;                                // fractional indices
  Vec3<double> nearest;                            // the reciprocal lattice point
  std::optional<Vec3<double>> lattice_along_axes;  // of shapes whose transform is a product
  double lattice = 0.0;                            // F_latt, electrons a cell
  std::optional<double> cell;                      // F_cell; none where it was not looked up
  double contribution = 0.0;                       // to the pixel's sum
  double sum = 0.0;                                // of the pixel, after this step
};

enum class SourceUse : std::uint8_t { computed, beyond_resolution_limit };

// One source, seen by one point of the sensor.
struct SourceRecord {
  std::size_t index = 0;
  SourceUse use = SourceUse::computed;
  Vec3<double> incident;
  double wavelength_m = 0.0;
  double weight = 1.0;
  Vec3<double> scattering_per_m;
  double cos_2theta = 0.0;
  double polarisation = 0.0;      // in force; 0 where none was computed yet
  std::vector<StepRecord> steps;  // those that were asked for
};

// One sub-pixel of one layer of the sensor.
struct PointRecord {
  int layer = 0;
  PixelIndex sub;
  Vec3<double> position_m;
  double distance_m = 0.0;
  double obliquity = 0.0;    // distance of the panel's plane / distance_m
  double solid_angle = 0.0;  // in force: with one value a pixel, that of the first point
  double capture = 0.0;      // in force: with one value a pixel, that of the layer's first point
  Vec3<double> diffracted;
  std::vector<SourceRecord> sources;
};

// Of what is not crystal.
struct DiffusePhotons {
  double water = 0.0;  // where water does not join the sum
  double slabs = 0.0;
  double haloes = 0.0;    // of the crystal: liquid-like motions
  double profiles = 0.0;  // measured
  double images = 0.0;    // measured: not behind the beamstop of this experiment
};

struct PixelRecord {
  PixelIndex pixel;
  std::size_t panel = 0;
  Precision precision = Precision::float64;
  std::vector<PointRecord> points;
  double background = 0.0;  // joins the sum of the contributions
  double sum = 0.0;         // contributions and background
  DiffusePhotons diffuse;
  double solid_angle = 0.0;  // these three: in force at the end
  double capture = 0.0;
  double polarisation = 0.0;
  double transmission = 1.0;  // of what stands before the detector
  double photons = 0.0;
};

}  // namespace nanobragg::kernel
