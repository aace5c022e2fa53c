// Reads headers, and the notes of this program's own series.
#include "nanobragg/commands/observed/observed_turning.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <system_error>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/resolve/convention.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/images/smv_scan.hpp"
#include "nanobragg/io/series/series_files.hpp"
#include "nanobragg/plan/parameters.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

double degrees(double radians) { return radians * constants::kDegreesPerRadian; }

// The value of a key in a table of TOML as this program writes it, a line each.
std::optional<std::string> value_of(const std::string& toml, std::string_view table,
                                    std::string_view key) {
  bool is_inside = false;
  io::LineReader lines(toml);
  while (const auto line = lines.next()) {
    const std::string_view text = io::trim(line->text);
    if (text.starts_with('[')) is_inside = text == fmt::format("[{}]", table);
    const std::size_t equals = text.find('=');
    if (!is_inside || equals == std::string_view::npos) continue;
    if (io::trim(text.substr(0, equals)) != key) continue;
    return std::string(io::trim(text.substr(equals + 1)));
  }
  return std::nullopt;
}

// `panel` has the unit vectors fast and slow.
template <class Panel>
PanelDirection along(const Panel& panel, const Vec3<double>& direction) {
  return {dot(panel.fast, direction), dot(panel.slow, direction)};
}

// The spindle of flags.
PanelDirection spindle_of(const config::Settings& settings) {
  config::ConventionVectors vectors =
      config::vectors_of(settings.convention.value_or(config::Convention::mosflm));
  vectors.fast = settings.fast_vector.value_or(vectors.fast);
  vectors.slow = settings.slow_vector.value_or(vectors.slow);
  return along(vectors, settings.spindle_axis.value_or(vectors.spindle_axis));
}

// The same turn about `axis`: backwards about an axis is forwards about the opposite one, as some
// files say it.
Turning about(Turning turning, const PanelDirection& axis) {
  const auto& own = turning.axis;
  if (!own || own->fast * axis.fast + own->slow * axis.slow >= 0.0) return turning;
  if (turning.start_deg) turning.start_deg = 0.0 - *turning.start_deg;
  if (turning.range_deg) turning.range_deg = 0.0 - *turning.range_deg;
  turning.axis = axis;
  return turning;
}

bool is_raw(const ObservedFrame& frame) {
  const io::ImageFormat* const named = io::find_format(frame.file);
  return named != nullptr && named->name == io::kRawFloats;
}

// Beside "img_0001.cbf" stands "img_series.toml": whatever run of digits is its number.
struct SeriesNote {
  std::string settings;
  std::optional<std::size_t> number;  // of a file of its own, from 1
};

std::optional<SeriesNote> note_of(const ObservedFrame& frame) {
  if (const auto inside = is_raw(frame) ? std::nullopt : io::series_settings(frame.file)) {
    return SeriesNote{*inside, {}};
  }
  std::string stem = frame.file.stem().string();
  const std::size_t last = stem.find_last_of("0123456789");
  if (last == std::string::npos) return std::nullopt;
  const std::size_t before = stem.find_last_not_of("0123456789", last);
  const std::size_t first = before == std::string::npos ? 0 : before + 1;
  for (std::size_t i = first; i <= last; ++i) stem[i] = '#';
  const std::string pattern = stem + frame.file.extension().string();
  const fs::path note =
      io::companion((frame.file.parent_path() / pattern).string(), "_series.toml");
  std::error_code unknown;
  if (!fs::is_regular_file(note, unknown)) return std::nullopt;
  return SeriesNote{io::read_file(note), io::number_of(pattern, frame.file.filename().string())};
}

void read_smv(const fs::path& file, Turning& out) {
  const std::string bytes = io::read_input(file);
  const io::SmvHeader header = io::SmvHeader::parse(bytes, file.string());
  const io::SmvScan scan = io::smv_scan(header);
  out.start_deg = scan.start_deg;
  out.range_deg = scan.width_deg;
}

void read_header(const ObservedFrame& frame, Turning& out) {
  const io::ImageFormat* const format = io::format_by_content(frame.file);
  if (format == nullptr) return;
  if (format->name == "SMV") return read_smv(frame.file, out);
  if (format->name != "CBF" && format->name != "NXmx") return;
  const auto exposure =
      format->name == "NXmx" ? std::optional(frame.exposure) : std::optional<std::size_t>();
  const io::GeometryFile geometry = io::read_geometry_file(frame.file, exposure, frame.external);
  if (geometry.spindle_axis) out.axis = along(geometry.panels.front(), *geometry.spindle_axis);
  if (geometry.phi_rad) out.start_deg = degrees(*geometry.phi_rad);
  if (geometry.oscillation_rad) out.range_deg = degrees(*geometry.oscillation_rad);
}

bool differ(double angle, double other) {
  constexpr double kWritten = 2e-4;  // headers have four decimals
  return std::abs(angle - other) > kWritten;
}

}  // namespace

Turning turning_of(const ObservedFrame& frame) {
  Turning out;
  try {
    if (!is_raw(frame)) read_header(frame, out);
  } catch (const Error&) {
    // An image without a geometry that can be read says nothing of it.
  }
  const auto note = note_of(frame);
  if (!note) return out;
  out.is_of_stills = value_of(note->settings, "stills", "images").has_value();
  if (!value_of(note->settings, "sweep", "images")) return out;
  const auto number = [&](std::string_view table, std::string_view key) {
    const auto text = value_of(note->settings, table, key);
    return text ? config::parse_number(*text) : std::nullopt;
  };
  if (const auto steps = number("spindle", "phi_steps")) out.steps = std::lround(*steps);
  out.in_middle = value_of(note->settings, "spindle", "phi_middle") != "false";
  if (!out.range_deg) out.range_deg = number("sweep", "osc_deg");
  if (!out.start_deg && out.range_deg && note->number && *note->number > 0) {
    const double turns = static_cast<double>(*note->number - 1);
    out.start_deg = number("spindle", "phi_deg").value_or(0.0) + turns * *out.range_deg;
  }
  return out;
}

config::Settings with_turning(config::Settings settings, const ObservedFrames& frames,
                              const Tell& tell) {
  const ObservedFrame& first = frames.list.front();
  const Turning turning = about(turning_of(first), spindle_of(settings));
  const std::string name = first.name();
  if (turning.is_of_stills && frames.list.size() > 1) {
    tell(
        fmt::format("{} is of stills, each of a crystal in an orientation of its own; what follows "
                    "has one for {} frames",
                    first.file.string(), frames.list.size()));
  }
  // An experiment file says how the crystal turns, and where in its steps.
  if (settings.experiment_file) return settings;
  // Files that these name say it, too.
  const bool has_header = settings.geometry_file || settings.header_file || settings.mask_file;
  if (turning.range_deg && *turning.range_deg != 0.0 && !has_header && !settings.oscillation_deg &&
      !settings.phi_step_deg) {
    settings.oscillation_deg = *turning.range_deg;
    tell(fmt::format("{} turns by {:g}°, which is taken (-osc says otherwise)", name,
                     *turning.range_deg));
  }
  if (turning.start_deg && !has_header && !settings.phi_deg) {
    const double range = settings.oscillation_deg.value_or(0.0);
    const double start = *turning.start_deg - static_cast<double>(first.place) * range;
    settings.phi_deg = start;
    if (start != 0.0) {
      tell(
          fmt::format("{} starts at {:g}°: the first frame at {:g}°, which is taken (-phi says "
                      "otherwise)",
                      name, *turning.start_deg, start));
    }
  }
  if (turning.steps && !settings.phi_steps && !settings.phi_step_deg) {
    settings.phi_steps = turning.steps;
    tell(
        fmt::format("{} is of a sweep of {} steps an image, which are taken (-phisteps says "
                    "otherwise)",
                    name, *turning.steps));
  }
  if (turning.in_middle && !settings.phi_middle) settings.phi_middle = turning.in_middle;
  return settings;
}

void check_turning(const ObservedFrames& frames, const Experiment& experiment, const Tell& warn) {
  const auto values = plan::values_of(experiment);
  const double start = degrees(values[plan::ParameterId::phi]);
  const double range = degrees(values[plan::ParameterId::oscillation]);
  const PanelDirection axis = along(*experiment.detector.panels.front(), experiment.spindle.axis);
  const auto check = [&](const ObservedFrame& frame) {
    const Turning turning = about(turning_of(frame), axis);
    const double own = start + static_cast<double>(frame.place) * range;
    const bool starts_elsewhere = turning.start_deg && differ(*turning.start_deg, own);
    const bool turns_otherwise = turning.range_deg && differ(*turning.range_deg, range);
    if (!starts_elsewhere && !turns_otherwise) return true;
    std::string says;
    if (turning.start_deg) says += fmt::format(" starts at {:g}°", *turning.start_deg);
    if (turning.range_deg) {
      says += fmt::format("{} turns by {:g}°", says.empty() ? "" : " and", *turning.range_deg);
    }
    warn(
        fmt::format("{}, as it says,{}; the experiment has it start at {:g}° and turn by {:g}° "
                    "(-phi, -osc)",
                    frame.name(), says, own, range));
    return false;
  };
  if (check(frames.list.front()) && frames.list.size() > 1) check(frames.list.back());
}

}  // namespace nanobragg::commands
