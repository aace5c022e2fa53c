// Builds the experiments of the conformance and property tests.
#include "support/experiments.hpp"

#include "nanobragg/base/constants.hpp"
#include "nanobragg/random/counter.hpp"

namespace nanobragg::test {
namespace {

constexpr double kDegree = 1.0 / constants::kDegreesPerRadian;

NamedExperiment with(const std::string& name, void (*change)(ExperimentParts&)) {
  NamedExperiment out{name, small_experiment()};
  change(out.parts);
  return out;
}

void add_mosaic_sweep(ExperimentParts& e) {
  e.crystal.mosaicity = {Radian(0.5 * kDegree), 4, 7};
  e.spindle.start = Radian(-0.2 * kDegree);
  e.spindle.oscillation = {3, 0.6 * kDegree, {}};
}

// Turned in the crystal's own frame, with cells of their own.
void add_uneven_domains(ExperimentParts& e) {
  add_mosaic_sweep(e);
  e.crystal.mosaicity = {.spread = Radian(0.7 * kDegree),
                         .domains = 5,
                         .seed = 3,
                         .shape = MosaicShape::gauss,
                         .relative_spreads = {{0.3, 1.0, 0.6}}};
  e.crystal.cell_spread = 0.01;
}

void add_sources(ExperimentParts& e) {
  e.beam.sources = {{{0, 0, -10}, Metre(1.00e-10), 1.0},
                    {{0, 0.01, -10}, Metre(1.01e-10), 2.0},
                    {{-0.02, 0, -10}, Metre(0.99e-10), 0.5}};
}

void add_sensor(ExperimentParts& e) { e.sensor = {{4, 4.5e-4, {}}, 1.0 / 3e-4}; }

void sample_every_factor(ExperimentParts& e) {
  e.sampling.solid_angle = FactorSampling::per_subpixel;
  e.sampling.polarisation = FactorSampling::per_subpixel;
  e.sampling.absorption = FactorSampling::per_subpixel;
}

void tilt(ExperimentParts& e) {
  e.panel.fast = unit(Vec3<double>{0.95, 0.1, -0.3});
  e.panel.normal = unit(cross(e.panel.fast, Vec3<double>{0.05, 0.97, 0.15}));
  e.panel.slow = cross(e.panel.normal, e.panel.fast);
  e.panel.close_distance = Metre(dot(e.panel.corner_m, e.panel.normal));
}

void add_water(ExperimentParts& e) {
  e.water = Metre(5e-8);
  e.beam.fluence = 1e24;
}

void add_water_beyond_the_limit(ExperimentParts& e) {
  add_sources(e);
  add_sensor(e);
  e.water = Metre(1e-8);
  e.sampling.resolution_limit = Metre(12e-10);
}

void add_a_deep_layer(ExperimentParts& e) {
  tilt(e);
  e.sensor = {{1, 1e-3, {}}, 2.5e3};
  e.sampling.oversample = 2;
  e.sampling.absorption = FactorSampling::per_subpixel;
}

void add_beamstop(ExperimentParts& e) {
  tilt(e);
  e.water = Metre(5e-8);
  e.beamstop = Beamstop{Metre(1.3e-3), Metre(0.03), Metre(2e-4)};
  e.beamstop->arm = BeamstopArm{unit(Vec3<double>{2.0, 1.0, 0.0}), Metre(7e-4)};
}

// A profile in front of a beamstop, and an image as it was recorded.
void add_measured_backgrounds(ExperimentParts& e) {
  add_beamstop(e);
  e.structure_factors = random_amplitudes(8, 3.0, 1);
  e.beam.fluence = 1e22;
  e.beam.dispersion = {3, 0.02, {}};
  RadialPhotons profile{{0.0, 0.01, 0.03, 0.05, 0.08}, {2e-3, 3e-3, 1e-3, 2.5e-3, 1e-3}};
  Image<double> image(e.panel.shape);
  for (std::size_t i = 0; i < image.pixels().size(); ++i) {
    image.pixels()[i] = 1e-3 * static_cast<double>(i % 5);
  }
  e.stages.measured = {{"profile", std::make_shared<const RadialPhotons>(profile), nullptr, 1.5},
                       {"image", nullptr, std::make_shared<const Image<double>>(image), 0.7}};
}

// Displacements, and what was measured.
std::vector<NamedExperiment> natural_experiments() {
  using E = ExperimentParts;
  return {with("anisotropic_displacement",
               [](E& e) {
                 e.structure_factors = random_amplitudes(12, 0.0, 1);
                 e.crystal.displacements.anisotropic_b = {40, 10, 25, 8, -6, 4};
               }),
          with("displaced_default_amplitudes",
               [](E& e) { e.crystal.displacements.anisotropic_b = {40, 10, 25, 8, -6, 4}; }),
          with("measured_background", add_measured_backgrounds),
          with("liquid_motions",
               [](E& e) {
                 e.structure_factors = random_amplitudes(12, 0.0, 1);
                 e.spindle.oscillation = {3, 0.6 * kDegree, {}};
                 e.crystal.displacements.anisotropic_b = {4, 10, 5, 1, -2, 3};
                 e.crystal.b_factor = 7.0;
                 e.crystal.displacements.liquid_motions = {
                     {0.3, 0.5, 0.4}, {30, 20, 45}, LaueClass::monoclinic, 1};
               }),
          with("liquid_motions_of_default_amplitudes", [](E& e) {
            add_sensor(e);
            e.sampling.resolution_limit = Metre(5e-10);
            e.crystal.displacements.liquid_motions = {{0.4, 0.4, 0.4}, {30, 30, 30}};
            e.crystal.displacements.liquid_motions->neighbours = 0;
          })};
}

NamedExperiment of_shape(const CrystalShapeInfo& row) {
  NamedExperiment out{"shape_" + std::string(row.name), small_experiment()};
  out.parts.crystal.shape = row.shape;
  out.parts.crystal.fudge = row.shape == CrystalShape::round ? 0.8 : 1e-3;
  return out;
}

}  // namespace

Experiment ExperimentParts::build() const {
  Detector detector;
  detector.panels = {Panel(panel)};
  detector.sensor = sensor;
  detector.pixel_model = pixel_model;
  detector.curvature = curvature;
  detector.point_spread = stages.point_spread;
  return {.crystal = Crystal(crystal),
          .lattices = stages.lattices,
          .beam = Beam(beam),
          .spindle = spindle,
          .detector = detector,
          .structure_factors = std::make_shared<const StructureFactors>(structure_factors),
          .water = water,
          .slabs = stages.slabs,
          .measured = stages.measured,
          .beamstop = beamstop,
          .sampling = sampling};
}

ExperimentParts small_experiment() {
  ExperimentParts e;
  e.crystal.cell = CellParameters<double>{40, 50, 60, 80 * kDegree, 85 * kDegree, 95 * kDegree};
  e.crystal.misset_rad = {0.1, 0.2, -0.3};
  e.crystal.cells = {5, 4, 6};
  e.beam.direction = {0, 0, 1};
  e.beam.polarisation_axis = {1, 0, 0};
  e.beam.wavelength = Metre(1e-10);
  e.beam.kahn_factor = 0.9;
  e.spindle.axis = {1, 0, 0};
  e.panel = {.corner_m = {-0.008, -0.006, 0.08},
             .fast = {1, 0, 0},
             .slow = {0, 1, 0},
             .normal = {0, 0, 1},
             .pixel_size = Metre(5e-4),
             .shape = {24, 32},
             .close_distance = Metre(0.08),
             .distance = Metre(0.08)};
  return e;
}

StructureFactors random_amplitudes(int size, double default_amplitude, std::uint64_t seed) {
  std::vector<Reflection> reflections;
  std::uint64_t counter = 0;
  for (int h = -size; h <= size; ++h) {
    for (int k = -size; k <= size; ++k) {
      for (int l = -size; l <= size; ++l) {
        reflections.push_back({{h, k, l}, 200.0 * uniform_at(seed, counter++)});
      }
    }
  }
  return StructureFactors::from_reflections(reflections, default_amplitude);
}

std::vector<NamedExperiment> option_experiments() {
  using E = ExperimentParts;
  std::vector<NamedExperiment> all{
      with("plain", [](E&) {}),
      with("table", [](E& e) { e.structure_factors = random_amplitudes(8, 3.0, 1); }),
      with("tricubic_partly_outside",
           [](E& e) {
             e.crystal.cells = {1, 2, 2};
             e.structure_factors = random_amplitudes(4, 3.0, 2);
             e.sampling.interpolation = Interpolation::tricubic;
           }),
      with("real_numbers_of_cells",
           [](E& e) {
             e.crystal.cells = {4.6, 3.2, 5.5};
           }),
      with("displaced_atoms", [](E& e) { e.crystal.b_factor = 30.0; }),
      with("mosaic_sweep", add_mosaic_sweep),
      with("uneven_domains", add_uneven_domains),
      with("weighted_sources", add_sources),
      with("divergent_beam",
           [](E& e) {
             e.beam.divergence.horizontal = {3, 4e-3, {}};
             e.beam.divergence.vertical = {4, 3e-3, {}};
             e.beam.dispersion = {2, 0.01, {}};
           }),
      with("oversampled", [](E& e) { e.sampling.oversample = 3; }),
      with("sensor", add_sensor),
      with("resolution_limit", [](E& e) { e.sampling.resolution_limit = Metre(12e-10); }),
      with("spherical", [](E& e) { e.curvature = Curvature::spherical; }),
      with("point_pixels", [](E& e) { e.pixel_model = PixelModel::point; }),
      with("unpolarised", [](E& e) { e.beam.polarisation = Polarisation::off; }),
      with("tilted", tilt),
      with("water", add_water),
      with("water_beyond_the_limit", add_water_beyond_the_limit),
      with("one_deep_layer", add_a_deep_layer),
      with("beamstop", add_beamstop),
      with("region_and_mask",
           [](E& e) {
             e.sampling.region = RegionOfInterest{{3, 5}, {20, 30}};
             Image<std::uint16_t> mask(e.panel.shape);
             for (std::size_t i = 0; i < mask.pixels().size(); ++i) mask.pixels()[i] = i % 7;
             e.sampling.mask = std::make_shared<const Image<std::uint16_t>>(mask);
           }),
      with("everything", [](E& e) {
        add_mosaic_sweep(e);
        add_sources(e);
        add_sensor(e);
        sample_every_factor(e);
        tilt(e);
        e.structure_factors = random_amplitudes(9, 3.0, 3);
        e.sampling.oversample = 2;
        e.water = Metre(3e-8);
      })};
  for (const NamedExperiment& natural : natural_experiments()) all.push_back(natural);
  for (const CrystalShapeInfo& row : kCrystalShapes) all.push_back(of_shape(row));
  return all;
}

}  // namespace nanobragg::test
