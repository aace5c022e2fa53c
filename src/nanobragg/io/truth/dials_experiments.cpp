// Builds the JSON that dxtbx reads.
#include "nanobragg/io/truth/dials_experiments.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "nanobragg/base/units.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/geometry/forward_turn.hpp"
#include "nanobragg/io/geometry/laboratory_frame.hpp"

namespace nanobragg::io {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMillimetres = 1000.0;

Json list(const Vec3<double>& v) { return Json::array({v.x, v.y, v.z}); }

Json identity() { return {1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0}; }

Json beam_of(const ImageDescription& image, const Mat3<double>& frame) {
  const BeamValues& beam = *image.experiment.beam;
  const Vec3<double> normal = cross(beam.polarisation_axis, beam.direction);
  return {{"direction", list(frame * -beam.direction)},
          {"wavelength", to_angstrom(Metre(image.mean_wavelength_m())).value()},
          {"divergence", 0.0},
          {"sigma_divergence", 0.0},
          {"polarization_normal", list(frame * unit(normal))},
          {"polarization_fraction", (1.0 + beam.kahn_factor) / 2.0},
          {"flux", 0.0},
          {"transmission", 1.0}};
}

Json panel_of(const Panel& panel, std::size_t index, const ImageDescription& image,
              const Mat3<double>& frame) {
  const Sensor& sensor = image.experiment.detector.sensor;
  const Readings readings = image.readings.value_or(Readings{});
  const double pixel = panel->pixel_size.value() * kMillimetres;
  const double thickness = sensor.thickness.range.value_or(0.0);
  const bool deep = thickness > 0.0;
  const double mu = attenuation_of(sensor) / kMillimetres;
  return {{"name", "panel" + std::to_string(index)},
          {"type", "SENSOR_PAD"},
          {"fast_axis", list(frame * panel->fast)},
          {"slow_axis", list(frame * panel->slow)},
          {"origin", list(kMillimetres * (frame * panel->corner_m))},
          {"raw_image_offset", {0, 0}},
          {"image_size", {panel->shape.fast, panel->shape.slow}},
          {"pixel_size", {pixel, pixel}},
          {"trusted_range", {-1.0, largest_valid(image)}},
          {"thickness", thickness * kMillimetres},
          {"material", deep ? sensor.material.value_or("Si") : ""},
          {"mu", mu},
          {"identifier", ""},
          {"mask", Json::array()},
          {"gain", readings.gain},
          {"pedestal", readings.pedestal},
          {"px_mm_strategy",
           {{"type", deep ? "ParallaxCorrectedPxMmStrategy" : "SimplePxMmStrategy"}}}};
}

Json detector_of(const ImageDescription& image, const Mat3<double>& frame) {
  const Detector& detector = image.experiment.detector;
  Json panels = Json::array();
  Json children = Json::array();
  for (std::size_t i = 0; i < detector.panels.size(); ++i) {
    panels.push_back(panel_of(detector.panels[i], i, image, frame));
    children.push_back({{"panel", i}});
  }
  const Json root = {{"name", ""},
                     {"type", ""},
                     {"fast_axis", {1.0, 0.0, 0.0}},
                     {"slow_axis", {0.0, 1.0, 0.0}},
                     {"origin", {0.0, 0.0, 0.0}},
                     {"raw_image_offset", {0, 0}},
                     {"image_size", {0, 0}},
                     {"pixel_size", {0.0, 0.0}},
                     {"trusted_range", {0.0, 0.0}},
                     {"thickness", 0.0},
                     {"material", ""},
                     {"mu", 0.0},
                     {"identifier", ""},
                     {"mask", Json::array()},
                     {"gain", 1.0},
                     {"pedestal", 0.0},
                     {"px_mm_strategy", {{"type", "SimplePxMmStrategy"}}},
                     {"children", children}};
  return {{"panels", panels}, {"hierarchy", root}};
}

Json crystal_of(const Axes<double>& direct, const Mat3<double>& frame) {
  return {{"__id__", "crystal"},
          {"real_space_a", list(frame * direct.a)},
          {"real_space_b", list(frame * direct.b)},
          {"real_space_c", list(frame * direct.c)},
          {"space_group_hall_symbol", " P 1"}};
}

Json goniometer_of(const ImageDescription& image, const Mat3<double>& frame) {
  return {{"rotation_axis", list(frame * forward_turn(image).axis)},
          {"fixed_rotation", identity()},
          {"setting_rotation", identity()}};
}

Json scan_of(const SeriesRecord& record) {
  const ImageDescription& first = record.exposures.front();
  const ForwardTurn turn = forward_turn(first);
  Json times = Json::array();
  Json epochs = Json::array();
  for (std::size_t i = 0; i < record.frames; ++i) {
    times.push_back(first.exposure_s);
    epochs.push_back(static_cast<double>(i) * first.exposure_s);
  }
  return {{"image_range", {1, record.frames}},
          {"batch_offset", 0},
          {"oscillation",
           {to_degree(Radian(turn.start_rad)).value(), to_degree(Radian(turn.range_rad)).value()}},
          {"exposure_time", times},
          {"epochs", epochs},
          {"valid_image_ranges", Json::object()}};
}

// Readers look for images beside the file of experiments.
std::string name_of(const std::string& file) {
  return std::filesystem::path(file).filename().string();
}

Json with_corrections(Json imageset) {
  for (const char* name : {"mask", "gain", "pedestal", "dx", "dy"}) imageset[name] = nullptr;
  imageset["params"] = Json::object();
  return imageset;
}

Json sequence_of(const SeriesRecord& record) {
  Json sequence = {
      {"__id__", "ImageSequence"},
      {"template", name_of(record.in_one_file() ? record.files.front() : record.pattern)}};
  if (record.in_one_file()) {
    Json indices = Json::array();
    for (std::size_t i = 0; i < record.frames; ++i) indices.push_back(i);
    sequence["single_file_indices"] = indices;
  }
  return with_corrections(std::move(sequence));
}

Json still_of(const SeriesRecord& record, std::size_t index) {
  Json set = {{"__id__", "ImageSet"},
              {"images", {name_of(record.files[record.in_one_file() ? 0 : index])}}};
  if (record.in_one_file()) set["single_file_indices"] = {index};
  return with_corrections(std::move(set));
}

bool is_same(const Detector& a, const Detector& b) {
  return std::ranges::equal(a.panels, b.panels, [](const Panel& p, const Panel& q) {
    return p->corner_m == q->corner_m && p->fast == q->fast && p->slow == q->slow &&
           p->pixel_size == q->pixel_size && p->shape == q->shape;
  });
}

std::vector<Lattice<double>> lattices_of(const ImageDescription& image) {
  std::vector<Lattice<double>> lattices{*image.lattice};
  lattices.insert(lattices.end(), image.further_lattices.begin(), image.further_lattices.end());
  return lattices;
}

}  // namespace

std::string dials_experiments(const SeriesRecord& record) {
  const bool turns = record.kind == SeriesKind::rotation;
  const ImageDescription& first = record.exposures.front();
  const Mat3<double> frame = imgcif_frame(first.experiment);
  Json file = {{"__id__", "ExperimentList"}};
  for (const char* name : {"experiment", "imageset", "beam", "detector", "goniometer", "scan",
                           "crystal", "profile", "scaling_model"}) {
    file[name] = Json::array();
  }
  file["detector"].push_back(detector_of(first, frame));
  if (turns) {
    file["goniometer"].push_back(goniometer_of(first, frame));
    file["scan"].push_back(scan_of(record));
  }
  for (std::size_t i = 0; i < record.exposures.size(); ++i) {
    const ImageDescription& exposure = record.exposures[i];
    file["beam"].push_back(beam_of(exposure, frame));
    // Stills may have been taken with the detector elsewhere.
    if (i > 0 &&
        !is_same(exposure.experiment.detector, record.exposures[i - 1].experiment.detector)) {
      file["detector"].push_back(detector_of(exposure, frame));
    }
    if (!record.files.empty()) {
      file["imageset"].push_back(turns ? sequence_of(record) : still_of(record, i));
    }
    // Each lattice of a crystal is an experiment of its own, on the same image.
    for (const Lattice<double>& lattice : lattices_of(exposure)) {
      const std::size_t number = file["crystal"].size();
      Json experiment = {{"__id__", "Experiment"},
                         {"identifier", std::to_string(number)},
                         {"beam", i},
                         {"detector", file["detector"].size() - 1},
                         {"crystal", number}};
      if (turns) experiment["goniometer"] = experiment["scan"] = 0;
      if (!record.files.empty()) experiment["imageset"] = i;
      file["experiment"].push_back(experiment);
      // With a goniometer, at spindle angle 0.
      const Axes<double> direct = (turns ? lattice : exposed(exposure, lattice)).direct;
      file["crystal"].push_back(crystal_of(direct, frame));
    }
  }
  return file.dump(2) + "\n";
}

void write_expt(const std::filesystem::path& path, const DetectorImage& image) {
  write_file_atomically(
      path, dials_experiments({.frames = 1, .exposures = {image.description}, .files = {}}));
}

}  // namespace nanobragg::io
