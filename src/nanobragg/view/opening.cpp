// Sorts files by what they hold, and fills in what a picture needs and nobody said.
#include "nanobragg/view/opening.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/observed/observed_geometry.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/resolve/geometry.hpp"
#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/series/series_files.hpp"

namespace nanobragg::view {
namespace {

namespace fs = std::filesystem;
using config::Settings;

// A still of a crystal like lysozyme's on a square detector, for who has nothing else.
constexpr std::array kExample{"-cell",
                              "79.1",
                              "79.1",
                              "37.9",
                              "90",
                              "90",
                              "90",
                              "-misset",
                              "12",
                              "-33",
                              "57",
                              "-wilson",
                              "18,1",
                              "-dmin",
                              "1.5",
                              "-gauss_cells",
                              "-N",
                              "80",
                              "-mosaic_shape",
                              "gauss",
                              "-mosaic",
                              "0.15",
                              "-lambda",
                              "1.0",
                              "-flux",
                              "1e12",
                              "-exposure",
                              "0.1",
                              "-beamsize",
                              "0.05",
                              "-crystal_size",
                              "50um",
                              "-background",
                              "water:40um",
                              "-background",
                              "air:10mm",
                              "-distance",
                              "180",
                              "-pixel",
                              "0.172",
                              "-detpixels",
                              "1000"};

// Of a DIALS experiment, which .json may be, too.
bool is_dials(const std::string& file) {
  return io::read_input(file).find("\"ExperimentList\"") != std::string::npos;
}

// The flags that a file stands for; none for an image.
std::vector<std::string> flags_of_file(const std::string& file) {
  const std::string end = io::uncompressed_name(file).extension().string();
  if (end == ".toml") return {"-config", file};
  if (end == ".expt" || end == ".geom") return {"-geometry", file};
  if (end == ".mtz" || end == ".hkl") return {"-hkl", file};
  if (end == ".pdb" || end == ".ent") return {"-model", file};
  if (end != ".json") return {};
  if (is_dials(file)) return {"-geometry", file};
  return {"-experiment_file", file};
}

void check_is_there(const std::string& file) {
  std::error_code unknown;
  if (fs::exists(file, unknown) || io::has_number(file)) return;
  throw Error("no such file", file);
}

std::vector<OpenedFrame> frames_of(const std::string& word) {
  std::vector<OpenedFrame> out;
  try {
    for (const auto& frame : commands::find_frames({word}, std::nullopt).list) {
      const std::string file = frame.file.filename().string();
      const bool is_one = frame.exposures == 1;
      out.push_back({is_one ? file : fmt::format("{} · {}", file, frame.exposure + 1), frame, ""});
    }
  } catch (const Error& error) {
    out.push_back({fs::path(word).filename().string(), std::nullopt, error.what()});
  }
  return out;
}

bool has_amplitudes(const Settings& s) {
  return s.hkl_file || s.model_file || s.wilson || s.default_F || s.dump_file;
}

bool has_size(const Settings& s) {
  return s.cells_a || s.cells_b || s.cells_c || s.size_x_mm || s.crystal_size || s.shape;
}

void assume_crystal(Opening& opening) {
  Settings& s = opening.settings;
  if (s.experiment_file) return;
  if (!has_amplitudes(s)) {
    s.default_F = 100.0;
    opening.assumed.emplace_back("every amplitude is 100 electrons (-hkl or -model gives others)");
  }
  if (!has_size(s)) {
    s.shape = CrystalShape::gauss_cells;
    s.cells_a = s.cells_b = s.cells_c = 100.0;
    opening.assumed.emplace_back("the crystal's blocks are 100 cells wide (-N)");
    if (!s.mosaic_spread_deg) {
      s.mosaic_shape = MosaicShape::gauss;
      s.mosaic_spread_deg = 0.2;
      opening.assumed.emplace_back("its mosaic spread is 0.2° (-mosaic)");
    }
  }
}

// What resolve() asks for where there is no crystal.
void stand_in_for_crystal(Settings& s) {
  s.cell = {10.0};
  s.cells_a = s.cells_b = s.cells_c = 1.0;
  s.default_F = 1.0;
  s.oversample = 1;
}

// From the first image that is there, where no flag places the detector.
void place_by_image(Opening& opening) {
  Settings& s = opening.settings;
  const auto first = std::ranges::find_if(
      opening.frames, [](const OpenedFrame& frame) { return frame.frame.has_value(); });
  if (commands::places_detector(s) || first == opening.frames.end()) return;
  const commands::ObservedFrame& frame = *first->frame;
  try {
    const auto [geometry, why_not] = commands::own_geometry(frame);
    if (commands::is_smv(frame)) {
      s.header_file = frame.file.string();
    } else if (geometry) {
      s.geometry_file = frame.file.string();
      if (frame.exposures > 1) s.experiment = static_cast<long>(frame.exposure);
      opening.has_crystal |= geometry->reciprocal_axes.has_value();
    } else {
      opening.without_geometry = why_not;
      // A detector with a name says how many pixels it has.
      if (!s.detector) s = commands::with_pixels_of(s, frame);
    }
  } catch (const Error& error) {
    first->problem = error.what();
    first->frame.reset();
    opening.without_geometry = "the image cannot be read";
  }
}

bool has_lattice(const Settings& s) {
  if (s.cell || s.matrix_file || s.crystal_file || s.experiment_file || s.model_file ||
      s.hkl_file) {
    return true;
  }
  const auto geometry = config::read_geometry(s);
  return geometry && geometry->reciprocal_axes;
}

}  // namespace

Opening open(const std::vector<std::string>& files, const std::vector<std::string>& flags) {
  Opening opening;
  std::vector<std::string> words;
  for (const std::string& file : files) {
    check_is_there(file);
    const std::vector<std::string> described = flags_of_file(file);
    words.insert(words.end(), described.begin(), described.end());
    if (!described.empty()) continue;
    for (OpenedFrame& frame : frames_of(file)) opening.frames.push_back(std::move(frame));
  }
  words.insert(words.end(), flags.begin(), flags.end());
  if (files.empty() && flags.empty()) {
    words.assign(kExample.begin(), kExample.end());
    opening.assumed.emplace_back("no file and no flag is given: this is an example");
  }
  config::ParsedArguments parsed = config::parse_arguments_and_config(
      words, [](const std::string& file) { return io::read_input(file); });
  opening.warnings = std::move(parsed.warnings);
  opening.settings = config::with_header_file(parsed.settings);
  place_by_image(opening);
  opening.has_crystal = opening.has_crystal || has_lattice(opening.settings);
  if (opening.has_crystal) {
    assume_crystal(opening);
  } else {
    stand_in_for_crystal(opening.settings);
    if (opening.frames.empty()) {
      opening.assumed.emplace_back(
          "no crystal is known (-cell or -crystal gives one): what is computed is the background");
    }
  }
  return opening;
}

}  // namespace nanobragg::view
