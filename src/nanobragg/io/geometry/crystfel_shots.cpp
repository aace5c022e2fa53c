// Writes each crystal as DIALS would list it.
#include "nanobragg/io/geometry/crystfel_shots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/geometry/crystfel_text.hpp"
#include "nanobragg/io/geometry/dials_list.hpp"
#include "nanobragg/model/panel_stack.hpp"

namespace nanobragg::io {
namespace {

using Json = nlohmann::json;

constexpr double kMillimetres = 1e3;

double wavelength_A(const StreamChunk& chunk) {
  return constants::kAngstromElectronVolt / chunk.energy_eV;
}

Json list(const Vec3<double>& v) { return Json::array({v.x, v.y, v.z}); }

// Of this program's frame.
Json in_imgcif(const Vec3<double>& v) { return list(to_imgcif(v)); }

// Rectangles that hold the pixels at 0 of some rows of a mask: first and last + 1 along fast, then
// along slow. Runs that are the same in rows below each other are one.
Json rectangles_of(const Image<std::uint16_t>& mask, std::size_t first_row, ImageShape shape) {
  struct Run {
    std::size_t fast, end;
    auto operator<=>(const Run&) const = default;
  };
  Json out = Json::array();
  std::map<Run, std::size_t> open;  // by the row that each began with
  const auto close = [&](const Run& run, std::size_t from, std::size_t end) {
    out.push_back({run.fast, run.end, from, end});
  };
  for (std::size_t slow = 0; slow <= shape.slow; ++slow) {
    std::map<Run, std::size_t> still;
    for (std::size_t fast = 0; slow < shape.slow && fast < shape.fast; ++fast) {
      const auto is_bad = [&](std::size_t f) { return mask[{first_row + slow, f}] == 0; };
      if (!is_bad(fast)) continue;
      const std::size_t begin = fast;
      while (fast < shape.fast && is_bad(fast)) ++fast;
      const Run run{begin, fast};
      const auto known = open.find(run);
      still[run] = known == open.end() ? slow : known->second;
    }
    for (const auto& [run, from] : open) {
      if (!still.contains(run)) close(run, from, slow);
    }
    open = std::move(still);
  }
  // As DIALS has them: fast, slow, fast, slow.
  for (Json& r : out) r = {r[0], r[2], r[1], r[3]};
  return out;
}

// A reading below 0 is noise where a photon is more than one.
Json trusted_range(const CrystfelReadings& readings, double gain) {
  constexpr double kAnything = 1e9;
  constexpr double kCounting = 1.0;
  const double least = readings.least.value_or(gain > kCounting ? -kAnything : -1.0);
  return {least, readings.largest.value_or(kAnything)};
}

double gain_of(const CrystfelReadings& readings, const StreamChunk& chunk) {
  if (readings.per_photon) return *readings.per_photon;
  return readings.per_eV ? *readings.per_eV * chunk.energy_eV : 1.0;
}

Json panel_of(const CrystfelDetector& detector, std::size_t number, const StreamCrystal& crystal) {
  const CrystfelPanel& placed = detector.panels[number];
  const GeometryPanel& panel = placed.panel;
  const Vec3<double> shift = from_crystfel({crystal.shift_m[0], crystal.shift_m[1], 0.0});
  const double pixel = kMillimetres * panel.pixel_m;
  const double gain = gain_of(detector.readings[number], *crystal.chunk);
  return {{"name", panel.name},
          {"type", "SENSOR_PAD"},
          {"fast_axis", in_imgcif(panel.fast)},
          {"slow_axis", in_imgcif(panel.slow)},
          {"origin", in_imgcif(kMillimetres * (panel.corner_m + shift))},
          {"raw_image_offset", {placed.first_fast, placed.first_slow}},
          {"image_size", {panel.shape.fast, panel.shape.slow}},
          {"pixel_size", {pixel, pixel}},
          {"trusted_range", trusted_range(detector.readings[number], gain)},
          {"thickness", 0.0},
          {"material", ""},
          {"mu", 0.0},
          {"identifier", ""},
          {"mask", Json::array()},
          {"gain", gain},
          {"pedestal", 0.0},
          {"px_mm_strategy", {{"type", "SimplePxMmStrategy"}}}};
}

Json detector_json(const CrystfelDetector& detector, const StreamCrystal& crystal) {
  Json panels = Json::array(), children = Json::array();
  std::vector<ImageShape> shapes;
  for (const CrystfelPanel& placed : detector.panels) shapes.push_back(placed.panel.shape);
  const PanelStack stack = stack_of(shapes);
  for (std::size_t i = 0; i < detector.panels.size(); ++i) {
    panels.push_back(panel_of(detector, i, crystal));
    if (detector.file.mask) {
      panels.back()["mask"] = rectangles_of(*detector.file.mask, stack.first_row[i], shapes[i]);
    }
    children.push_back({{"panel", i}});
  }
  const Json root = {{"name", ""},
                     {"type", ""},
                     {"fast_axis", {1.0, 0.0, 0.0}},
                     {"slow_axis", {0.0, 1.0, 0.0}},
                     {"origin", {0.0, 0.0, 0.0}},
                     {"children", children}};
  return {{"panels", panels}, {"hierarchy", root}};
}

Json crystal_json(const StreamCrystal& crystal, const std::string& hall_symbol) {
  const Axes<double>& own = crystal.reciprocal_per_A;
  const Axes<double> direct =
      reciprocal_of({from_crystfel(own.a), from_crystfel(own.b), from_crystfel(own.c)});
  return {{"__id__", "crystal"},
          {"real_space_a", in_imgcif(direct.a)},
          {"real_space_b", in_imgcif(direct.b)},
          {"real_space_c", in_imgcif(direct.c)},
          {"space_group_hall_symbol", hall_symbol.empty() ? " P 1" : hall_symbol}};
}

// "//12" is the thirteenth exposure of the file; "//" and nothing are its only one.
std::size_t exposure_of(const StreamChunk& chunk, const std::string& name) {
  if (chunk.event.empty() || chunk.event == "//") return 0;
  std::size_t number = 0;
  const char* const end = chunk.event.data() + chunk.event.size();
  const auto [stop, code] = std::from_chars(chunk.event.data() + 2, end, number);
  if (chunk.event.starts_with("//") && code == std::errc() && stop == end) return number;
  throw Error(fmt::format("the event '{}' (//NUMBER is understood, the number of an exposure)",
                          chunk.event),
              fmt::format("{}:{}", name, chunk.line),
              "paths and several numbers in events are not read");
}

// Which panel holds a point of the array; by name, or where no name is said by its place.
std::optional<std::size_t> panel_at(const CrystfelDetector& detector, const StreamPeak& peak) {
  const auto holds = [&](const CrystfelPanel& placed) {
    if (!peak.panel.empty()) return placed.panel.name == peak.panel;
    const double fast = peak.fast - static_cast<double>(placed.first_fast);
    const double slow = peak.slow - static_cast<double>(placed.first_slow);
    return fast >= 0.0 && slow >= 0.0 && fast < static_cast<double>(placed.panel.shape.fast) &&
           slow < static_cast<double>(placed.panel.shape.slow);
  };
  const auto at = std::ranges::find_if(detector.panels, holds);
  if (at == detector.panels.end()) return std::nullopt;
  return static_cast<std::size_t>(at - detector.panels.begin());
}

// The constraints of cells are about c, or about none.
std::optional<std::string> system_of(const StreamCrystal& crystal) {
  const std::string& type = crystal.lattice_type;
  if (type.empty()) return std::nullopt;
  const bool has_axis = type == "tetragonal" || type == "hexagonal";
  if (has_axis && crystal.unique_axis != 'c') return std::nullopt;
  return type;
}

}  // namespace

CrystfelShots::CrystfelShots(const std::filesystem::path& stream,
                             const std::optional<std::filesystem::path>& geometry,
                             std::string hall_symbol)
    : name_(stream.string()),
      stream_(read_crystfel_stream(stream)),
      hall_symbol_(std::move(hall_symbol)) {
  if (stream_.crystals.empty()) {
    throw Error(fmt::format("no crystal in {} images", stream_.chunks), name_,
                "indexamajig finds them");
  }
  geometry_ = geometry ? read_file(*geometry) : stream_.geometry;
  geometry_name_ = geometry ? geometry->string() : name_ + ": geometry";
  if (geometry_.empty()) {
    throw Error("a stream without geometry", name_, "-geometry x.geom behind -- gives it");
  }
  const CrystfelText text(geometry_, geometry_name_);
  const CrystfelFields fields(text.globals(), "the file", geometry_name_);
  if (fields.is_in_data("clen")) {
    double sum = 0.0;
    for (const CrystfelSection& panel : text.panels()) {
      sum +=
          CrystfelFields(panel.values, panel.name, geometry_name_).metres("coffset").value_or(0.0);
    }
    mean_coffset_m_ = sum / static_cast<double>(std::max<std::size_t>(text.panels().size(), 1));
  }
  warnings_ = detector_of(stream_.crystals.front()).file.warnings;
}

CrystfelShots::~CrystfelShots() = default;

std::string CrystfelShots::summary() const {
  return fmt::format("{}: {} images, {} crystals", name_, stream_.chunks, size());
}

const CrystfelDetector& CrystfelShots::detector_of(const StreamCrystal& crystal) const {
  double clen = 0.0;
  std::string text = geometry_;
  if (mean_coffset_m_) {
    if (!crystal.chunk->camera_length_m) {
      throw Error("a chunk without average_camera_length, and a geometry without clen",
                  fmt::format("{}:{}", name_, crystal.chunk->line),
                  "write clen = NUMBER m into a .geom file, and give it with -geometry");
    }
    clen = *crystal.chunk->camera_length_m - *mean_coffset_m_;
    text += fmt::format("\nclen = {:.17g} m\n", clen);
  }
  const auto known = detectors_.find(clen);
  if (known != detectors_.end()) return known->second;
  return detectors_.emplace(clen, parse_crystfel_detector(text, geometry_name_)).first->second;
}

std::string CrystfelShots::alone(std::size_t number) const {
  const StreamCrystal& crystal = stream_.crystals.at(number);
  const StreamChunk& chunk = *crystal.chunk;
  Json set = {{"__id__", "ImageSet"}, {"images", Json::array({chunk.image})}};
  if (chunk.event.size() > 2) set["single_file_indices"] = Json::array({exposure_of(chunk, name_)});
  for (const char* name : {"mask", "gain", "pedestal", "dx", "dy"}) set[name] = nullptr;
  set["params"] = Json::object();
  const Json beam = {{"direction", {0.0, 0.0, 1.0}},
                     {"wavelength", wavelength_A(chunk)},
                     {"divergence", 0.0},
                     {"sigma_divergence", 0.0}};
  const Json experiment = {{"__id__", "Experiment"},
                           {"identifier", fmt::format("{}-{}", chunk.serial, crystal.number)},
                           {"beam", 0},
                           {"detector", 0},
                           {"crystal", 0},
                           {"imageset", 0}};
  Json out = {{"__id__", "ExperimentList"},
              {"experiment", Json::array({experiment})},
              {"imageset", Json::array({set})},
              {"beam", Json::array({beam})},
              {"detector", Json::array({detector_json(detector_of(crystal), crystal)})},
              {"crystal", Json::array({crystal_json(crystal, hall_symbol_)})}};
  for (const char* kind : {"goniometer", "scan", "profile", "scaling_model"}) {
    out[kind] = Json::array();
  }
  return out.dump();
}

ListedExperiment CrystfelShots::at(std::size_t number) const {
  ListedExperiment out = DialsList(alone(number), name_).at(0);
  if (hall_symbol_.empty()) out.group.reset();
  out.system = system_of(stream_.crystals.at(number));
  return out;
}

std::vector<ListedGroup> CrystfelShots::groups(std::size_t number, std::size_t level) const {
  return DialsList(alone(number), name_).groups(0, level);
}

std::vector<IndexedPeak> CrystfelShots::peaks(std::size_t number) const {
  const StreamCrystal& crystal = stream_.crystals.at(number);
  const CrystfelDetector& detector = detector_of(crystal);
  const Axes<double> direct = reciprocal_of(crystal.reciprocal_per_A);
  const double k = 1.0 / wavelength_A(*crystal.chunk);
  const Vec3<double> shift = from_crystfel({crystal.shift_m[0], crystal.shift_m[1], 0.0});
  std::vector<IndexedPeak> out;
  for (const StreamPeak& peak : crystal.chunk->peaks) {
    const auto panel = panel_at(detector, peak);
    if (!panel) continue;
    const auto& [place, first_fast, first_slow, is_unused, edge] = detector.panels[*panel];
    const double fast = peak.fast - static_cast<double>(first_fast);
    const double slow = peak.slow - static_cast<double>(first_slow);
    const Vec3<double> point = place.corner_m + shift + (fast * place.pixel_m) * place.fast +
                               (slow * place.pixel_m) * place.slow;
    const Vec3<double> q = k * (unit(point) - Vec3<double>{1.0, 0.0, 0.0});
    const auto along = [&](const Vec3<double>& axis) { return dot(q, from_crystfel(axis)); };
    const std::array indices{along(direct.a), along(direct.b), along(direct.c)};
    constexpr double kMost = 0.25;
    const auto is_off = [](double x) { return std::abs(x - std::round(x)) > kMost; };
    if (std::ranges::any_of(indices, is_off)) continue;
    const auto whole = [&](std::size_t i) {
      return static_cast<std::int32_t>(std::lround(indices[i]));
    };
    out.push_back({{whole(0), whole(1), whole(2)}, *panel, fast, slow});
  }
  return out;
}

}  // namespace nanobragg::io
