// The members of an experiment by their names in a file: one list for writing and for reading.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "nanobragg/io/experiment/stored_amplitudes.hpp"
#include "nanobragg/io/experiment/stored_mask.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::io {

inline constexpr std::string_view kExperimentFormat = "nanobragg experiment";
inline constexpr std::int64_t kExperimentVersion = 1;

// The words of an enumeration, in its order.
template <class E>
constexpr auto words_of() {
  using Words = std::vector<std::string_view>;
  if constexpr (std::is_same_v<E, CrystalShape>) {
    Words words;
    for (const CrystalShapeInfo& row : kCrystalShapes) words.push_back(row.name);
    return words;
  } else if constexpr (std::is_same_v<E, DivergenceOutline>) {
    return Words{"round", "square"};
  } else if constexpr (std::is_same_v<E, Polarisation>) {
    return Words{"kahn", "off"};
  } else if constexpr (std::is_same_v<E, StepPlace>) {
    return Words{"start", "middle"};
  } else if constexpr (std::is_same_v<E, PixelModel>) {
    return Words{"area", "point"};
  } else if constexpr (std::is_same_v<E, Curvature>) {
    return Words{"flat", "spherical"};
  } else if constexpr (std::is_same_v<E, Pivot>) {
    return Words{"beam", "sample"};
  } else if constexpr (std::is_same_v<E, RatioOfDistances>) {
    return Words{"with_swing", "without_swing"};
  } else if constexpr (std::is_same_v<E, FriedelMates>) {
    return Words{"equal", "apart"};
  } else if constexpr (std::is_same_v<E, MosaicShape>) {
    return Words{"cap", "gauss"};
  } else if constexpr (std::is_same_v<E, DomainDraw>) {
    return Words{"random", "even"};
  } else if constexpr (std::is_same_v<E, LaueClass>) {
    Words words;
    for (const LaueClassInfo& row : laue_classes()) words.push_back(row.name);
    return words;
  } else if constexpr (std::is_same_v<E, SizeDistribution>) {
    return Words{"lognormal", "gamma"};
  } else if constexpr (std::is_same_v<E, Profile>) {
    return Words{"uniform", "gauss"};
  } else if constexpr (std::is_same_v<E, Smearing>) {
    return Words{"sampled", "integrated"};
  } else if constexpr (std::is_same_v<E, PointSpreadShape>) {
    return Words{"gauss", "fibre"};
  } else if constexpr (std::is_same_v<E, FactorSampling>) {
    return Words{"per_pixel", "per_subpixel"};
  } else {
    static_assert(std::is_same_v<E, Interpolation>);
    return Words{"nearest", "tricubic"};
  }
}

// What a file holds before it is checked; its members are those of the file in their order.
struct StoredSampling {
  Sampling values;  // without its mask
  std::optional<StoredMask> mask;
};

struct StoredDetector {
  std::vector<PanelValues> panels;
  Detector values;  // without its panels
};

struct StoredSlab {
  AmorphousSlab values;  // without its table
  ScatteringTable table;
};

struct StoredImage {
  std::size_t pixels_slow = 0, pixels_fast = 0;
  std::vector<double> photons;
};

struct StoredMeasured {
  std::string name;
  double scale = 1.0;
  std::optional<RadialPhotons> profile;
  std::optional<StoredImage> image;
};

struct StoredBackgrounds {
  std::vector<StoredSlab> slabs;
  std::optional<std::vector<StoredMeasured>> measured;  // files of older versions have none
};

struct StoredHead {
  std::string format, program;
  std::int64_t version = 0;
};

struct StoredParts {
  StoredHead head;
  std::vector<std::string> quirks;
  CrystalValues crystal;
  BeamValues beam;
  Spindle spindle;
  StoredDetector detector;
  Metre water;
  std::vector<LatticePart> lattices;
  StoredBackgrounds backgrounds;
  std::optional<Beamstop> beamstop;
  StoredSampling sampling;
  StoredAmplitudes structure_factors;
};

template <class Archive>
void members(Archive& archive, SteppedRangeRequest& request) {
  archive.field("count", request.count);
  archive.field("range", request.range);
  archive.field("step", request.step);
}

template <class Archive>
void members(Archive& archive, CellParameters<double>& cell) {
  archive.field("a_A", cell.a);
  archive.field("b_A", cell.b);
  archive.field("c_A", cell.c);
  archive.field("alpha_rad", cell.alpha);
  archive.field("beta_rad", cell.beta);
  archive.field("gamma_rad", cell.gamma);
}

template <class Archive>
void members(Archive& archive, Axes<double>& axes) {
  archive.field("a", axes.a);
  archive.field("b", axes.b);
  archive.field("c", axes.c);
}

template <class Archive>
void members(Archive& archive, Mosaicity& mosaicity) {
  archive.field("spread_rad", mosaicity.spread);
  archive.field("domains", mosaicity.domains);
  archive.field("seed", mosaicity.seed);
  archive.field("setting_seed", mosaicity.setting_seed);
  archive.field("shape", mosaicity.shape);
  archive.field("draw", mosaicity.draw);
  archive.field("relative_spreads", mosaicity.relative_spreads);
  archive.field("correlations", mosaicity.correlations);
}

template <class Archive>
void members(Archive& archive, BlockSizes& sizes) {
  archive.field("distribution", sizes.distribution);
  archive.field("relative_width", sizes.relative_width);
  archive.field("count", sizes.count);
}

template <class Archive>
void members(Archive& archive, LiquidMotions& motions) {
  archive.field("sigma_A", motions.sigma_A);
  archive.field("gamma_A", motions.gamma_A);
  archive.field("laue_class", motions.laue_class);
  archive.field("neighbours", motions.neighbours);
}

template <class Archive>
void members(Archive& archive, CrystalValues& crystal) {
  archive.field("cell", crystal.cell);
  archive.field("reciprocal_axes_per_A", crystal.reciprocal_axes);
  archive.field("misset_rad", crystal.misset_rad);
  archive.field("cells", crystal.cells);
  archive.field("blocks", crystal.blocks);
  archive.field("shape", crystal.shape);
  archive.field("fudge", crystal.fudge);
  archive.field("B_A2", crystal.b_factor);
  archive.field("aniso_B_A2", crystal.displacements.anisotropic_b);
  archive.field("liquid_motions", crystal.displacements.liquid_motions);
  archive.field("cell_spread", crystal.cell_spread);
  archive.field("mosaicity", crystal.mosaicity);
  // Files of older versions have none.
  std::optional<BlockSizes> sizes;
  if (crystal.block_sizes.relative_width > 0.0) sizes = crystal.block_sizes;
  archive.field("block_sizes", sizes);
  crystal.block_sizes = sizes.value_or(BlockSizes{});
}

template <class Archive>
void members(Archive& archive, Source& source) {
  archive.field("position_m", source.position_m);
  archive.field("wavelength_m", source.wavelength);
  archive.field("weight", source.weight);
}

template <class Archive>
void members(Archive& archive, Divergence& divergence) {
  archive.field("horizontal", divergence.horizontal);
  archive.field("vertical", divergence.vertical);
  archive.field("outline", divergence.outline);
  archive.field("profile", divergence.profile);
}

template <class Archive>
void members(Archive& archive, BeamValues& beam) {
  archive.field("direction", beam.direction);
  archive.field("polarisation_axis", beam.polarisation_axis);
  archive.field("polarisation", beam.polarisation);
  archive.field("kahn_factor", beam.kahn_factor);
  archive.field("wavelength_m", beam.wavelength);
  archive.field("dispersion_fraction", beam.dispersion);
  archive.field("dispersion_profile", beam.dispersion_profile);
  archive.field("divergence_rad", beam.divergence);
  archive.field("sources", beam.sources);
  archive.field("line_width_fraction", beam.line_width);
  archive.field("fluence_per_m2", beam.fluence);
  archive.field("size_m", beam.size);
}

template <class Archive>
void members(Archive& archive, Spindle& spindle) {
  archive.field("axis", spindle.axis);
  archive.field("start_rad", spindle.start);
  archive.field("oscillation_rad", spindle.oscillation);
  archive.field("sampled_at", spindle.place);
}

template <class Archive>
void members(Archive& archive, PanelValues& panel) {
  archive.field("corner_m", panel.corner_m);
  archive.field("fast", panel.fast);
  archive.field("slow", panel.slow);
  archive.field("normal", panel.normal);
  archive.field("pixel_size_m", panel.pixel_size);
  archive.field("pixels_slow", panel.shape.slow);
  archive.field("pixels_fast", panel.shape.fast);
  archive.field("close_distance_m", panel.close_distance);
  archive.field("distance_m", panel.distance);
}

template <class Archive>
void members(Archive& archive, PanelMotion<double>& motion) {
  archive.field("shift_m", motion.shift_m);
  archive.field("turn_rad", motion.turn_rad);
}

template <class Archive>
void members(Archive& archive, DetectorPlacement<double>& placement) {
  archive.field("beam", placement.beam);
  archive.field("fast", placement.fast);
  archive.field("slow", placement.slow);
  archive.field("normal", placement.normal);
  archive.field("twotheta_axis", placement.twotheta_axis);
  archive.field("close_fast_m", placement.close_f);
  archive.field("close_slow_m", placement.close_s);
  archive.field("beam_fast_m", placement.beam_f);
  archive.field("beam_slow_m", placement.beam_s);
  archive.field("distance_m", placement.distance);
  archive.field("close_distance_m", placement.close_distance);
  archive.field("tilt_rad", placement.tilt);
  archive.field("twotheta_rad", placement.twotheta);
  archive.field("pivot", placement.pivot);
  archive.field("corner_m", placement.corner);
  archive.field("ratio_of_distances", placement.ratio);
}

template <class Archive>
void members(Archive& archive, Sensor& sensor) {
  archive.field("thickness_m", sensor.thickness);
  archive.field("attenuation_per_m", sensor.attenuation_per_m);
  archive.field("material", sensor.material);
}

template <class Archive>
void members(Archive& archive, BeamstopArm& arm) {
  archive.field("direction", arm.direction);
  archive.field("width_m", arm.width);
}

template <class Archive>
void members(Archive& archive, Beamstop& stop) {
  archive.field("diameter_m", stop.diameter);
  archive.field("distance_m", stop.distance);
  archive.field("edge_m", stop.edge);
  archive.field("arm", stop.arm);
}

template <class Archive>
void members(Archive& archive, StoredSlab& slab) {
  archive.field("material", slab.values.material.name);
  archive.field("thickness_m", slab.values.thickness);
  archive.field("density_kg_m3", slab.values.material.density_kg_m3);
  archive.field("molar_mass_kg", slab.values.material.molar_mass_kg);
  archive.field("stol_per_A", slab.table.stol_per_A);
  archive.field("amplitude_e", slab.table.amplitude_e);
}

template <class Archive>
void members(Archive& archive, RadialPhotons& profile) {
  archive.field("stol_per_A", profile.stol_per_A);
  archive.field("photons", profile.photons);
}

template <class Archive>
void members(Archive& archive, StoredImage& image) {
  archive.field("pixels_slow", image.pixels_slow);
  archive.field("pixels_fast", image.pixels_fast);
  archive.field("photons", image.photons);
}

template <class Archive>
void members(Archive& archive, StoredMeasured& measured) {
  archive.field("name", measured.name);
  archive.field("scale", measured.scale);
  archive.field("profile", measured.profile);
  archive.field("image", measured.image);
}

template <class Archive>
void members(Archive& archive, LatticePart& part) {
  archive.field("turn_rad", part.turn_rad);
  archive.field("weight", part.weight);
}

template <class Archive>
void members(Archive& archive, PointSpread& spread) {
  archive.field("shape", spread.shape);
  archive.field("full_width_m", spread.full_width);
}

template <class Archive>
void members(Archive& archive, StoredDetector& detector) {
  archive.field("panels", detector.panels);
  archive.field("motions", detector.values.motions);
  archive.field("placement", detector.values.placement);
  archive.field("sensor", detector.values.sensor);
  archive.field("pixel_model", detector.values.pixel_model);
  archive.field("curvature", detector.values.curvature);
  archive.field("point_spread", detector.values.point_spread);
  archive.field("name", detector.values.name);
}

template <class Archive>
void members(Archive& archive, RegionOfInterest& region) {
  archive.field("first_slow", region.first.slow);
  archive.field("first_fast", region.first.fast);
  archive.field("last_slow", region.last.slow);
  archive.field("last_fast", region.last.fast);
}

template <class Archive>
void members(Archive& archive, StoredSampling& sampling) {
  archive.field("oversample", sampling.values.oversample);
  archive.field("background_oversample", sampling.values.background_oversample);
  archive.field("solid_angle", sampling.values.solid_angle);
  archive.field("polarisation", sampling.values.polarisation);
  archive.field("absorption", sampling.values.absorption);
  archive.field("interpolation", sampling.values.interpolation);
  archive.field("smearing", sampling.values.smearing);
  archive.field("resolution_limit_m", sampling.values.resolution_limit);
  archive.field("cull_photons", sampling.values.cull);
  archive.field("region", sampling.values.region);
  archive.field("mask", sampling.mask);
}

template <class Archive>
void members(Archive& archive, StoredParts& parts) {
  archive.field("quirks", parts.quirks);
  archive.field("crystal", parts.crystal);
  archive.field("beam", parts.beam);
  archive.field("spindle", parts.spindle);
  archive.field("detector", parts.detector);
  archive.field("water_edge_m", parts.water);
  archive.field("lattices", parts.lattices);
  archive.field("slabs", parts.backgrounds.slabs);
  archive.field("measured_backgrounds", parts.backgrounds.measured);
  archive.field("beamstop", parts.beamstop);
  archive.field("sampling", parts.sampling);
  archive.field("structure_factors", parts.structure_factors);
}

// What says of which format a file is, read before anything else.
template <class Archive>
void head(Archive& archive, StoredParts& parts) {
  archive.field("format", parts.head.format);
  archive.field("version", parts.head.version);
  archive.field("program", parts.head.program);
}

}  // namespace nanobragg::io
