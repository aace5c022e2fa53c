// Words SMV headers.
#include "nanobragg/io/images/smv_entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/io/geometry/laboratory_frame.hpp"

namespace nanobragg::io {
namespace {

constexpr double kMillimetres = 1000.0;

std::string number(double value) { return fmt::format("{:g}", value); }
std::string length_of(double value_m) { return number(value_m * kMillimetres); }
std::string angle(double value_rad) { return number(to_degree(Radian(value_rad)).value()); }

// The corner of the detector in the frame of DIALS, mm. Dot products keep the sign of zero that the
// reference prints.
std::string dials_origin(const Vec3<double>& corner) {
  const auto along = [&](const Vec3<double>& axis) {
    return number(kMillimetres * dot(corner, axis));
  };
  return along({0, 0, 1}) + "," + along({0, 1, 0}) + "," + along({-1, 0, 0});
}

// As the C library's asctime writes it.
std::string date(double seconds) {
  constexpr std::array<const char*, 7> kDays{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
  const auto total = static_cast<long>(seconds);
  const long day = total / 86400 % 31;
  return fmt::format("{} Jan {:2} {:02}:{:02}:{:02} 1970", kDays[static_cast<std::size_t>(day % 7)],
                     day + 1, total / 3600 % 24, total / 60 % 60, total % 60);
}

// The geometry of the first panel.
SmvGeometry geometry_of(const ImageDescription& image) {
  const PanelValues& panel = *image.experiment.detector.panels.front();
  const BeamOnPanel beam = beam_on_panel(panel, image.experiment.beam->direction);
  PlacedDetector<double> placed{};
  placed.corner = panel.corner_m;
  placed.close_distance = beam.distance;
  placed.close_f = -dot(panel.corner_m, panel.fast);
  placed.close_s = -dot(panel.corner_m, panel.slow);
  placed.distance = beam.along_beam;
  placed.beam_f = beam.fast;
  placed.beam_s = beam.slow;
  return {.pixel = panel.pixel_size.value(),
          .slow_size = panel.pixel_size.value() * static_cast<double>(panel.shape.slow),
          .wavelength = image.mean_wavelength_m(),
          .beam_x = 0.0,
          .beam_y = 0.0,
          .placed = placed,
          .phi = image.experiment.spindle.start.value(),
          .oscillation = image.oscillation_rad,
          .twotheta = 0.0};
}

}  // namespace

std::vector<SmvEntry> smv_entries(const SmvGeometry& g) {
  return {
      {"PIXEL_SIZE", length_of(g.pixel)},
      {"DISTANCE", length_of(g.placed.distance)},
      {"WAVELENGTH", number(to_angstrom(Metre(g.wavelength)).value())},
      {"BEAM_CENTER_X", length_of(g.beam_x)},
      {"BEAM_CENTER_Y", length_of(g.beam_y)},
      {"ADXV_CENTER_X", length_of(g.placed.beam_f)},
      {"ADXV_CENTER_Y", length_of(g.slow_size - g.placed.beam_s)},
      {"MOSFLM_CENTER_X", length_of(g.placed.beam_s - 0.5 * g.pixel)},
      {"MOSFLM_CENTER_Y", length_of(g.placed.beam_f - 0.5 * g.pixel)},
      {"DENZO_X_BEAM", length_of(g.placed.beam_s)},
      {"DENZO_Y_BEAM", length_of(g.placed.beam_f)},
      {"DIALS_ORIGIN", dials_origin(g.placed.corner), EntryEnd::none},
      {"XDS_ORGX", number(g.placed.close_f / g.pixel + 0.5)},
      {"XDS_ORGY", number(g.placed.close_s / g.pixel + 0.5)},
      {"CLOSE_DISTANCE", length_of(g.placed.close_distance)},
      {"PHI", angle(g.phi)},
      {"OSC_START", angle(g.phi)},
      {"OSC_RANGE", angle(g.oscillation)},
      {"TWOTHETA", angle(g.twotheta)},
      {"DETECTOR_SN", "000"},
      {"BEAMLINE", "fake"},
  };
}

SmvBeamCentre dials_beam_centre(double beam_fast, double beam_slow, double slow_size,
                                double pixel) {
  return {beam_fast - pixel, slow_size - beam_slow + pixel};
}

SmvBeamCentre mosflm_beam_centre(double beam_fast, double beam_slow, double pixel) {
  return {beam_slow - 0.5 * pixel, beam_fast - 0.5 * pixel};
}

std::vector<SmvEntry> for_dials(std::vector<SmvEntry> entries, const SmvBeamCentre& centre,
                                const SmvBeamCentre& of_flags, double start_s) {
  const auto precise = [](double value_m) { return fmt::format("{:.9g}", value_m * kMillimetres); };
  for (SmvEntry& entry : entries) {
    if (entry.key == "BEAM_CENTER_X") entry.value = precise(centre.x);
    if (entry.key == "BEAM_CENTER_Y") entry.value = precise(centre.y);
  }
  entries.push_back({"DATE", date(start_s)});
  entries.push_back({"XBEAM", precise(of_flags.x)});
  entries.push_back({"YBEAM", precise(of_flags.y)});
  return entries;
}

std::vector<SmvEntry> fitted(ImageShape shape, const std::vector<SmvEntry>& entries) {
  constexpr std::size_t kShort = 512;
  std::vector<SmvEntry> fewer = entries;
  const auto fits = [&] {
    return smv_header_text(shape, fewer, HeaderLength::fixed_512).size() <= kShort;
  };
  const auto leave_out = [&](std::string_view key) {
    std::erase_if(fewer, [&](const SmvEntry& entry) { return entry.key == key; });
  };
  if (fits()) return fewer;
  leave_out("DATE");
  if (fits()) return fewer;
  leave_out("XBEAM");
  leave_out("YBEAM");
  if (fits()) return fewer;
  for (SmvEntry& entry : fewer) {
    if (entry.key.starts_with("BEAM_CENTER")) entry.value = number(std::stod(entry.value));
  }
  return fits() ? fewer : entries;
}

SmvEntry adc_offset_entry(double pedestal) { return {"ADC_OFFSET", number(pedestal)}; }

double smv_pedestal(const ImageDescription& image) {
  return image.pedestal + (image.readings ? image.readings->pedestal : 0.0);
}

SixteenBits smv_bits(const ImageDescription& image) {
  const bool is_above_zero = smv_pedestal(image) >= 1.0;
  return {image.pedestal, is_above_zero ? std::uint16_t{0} : kLargest16Bit};
}

std::vector<SmvEntry> read_out_entries(const ImageDescription& image) {
  if (!image.readings) return {};
  // What is added after the detector is no part of its range.
  const double largest = image.readings->saturation + image.pedestal;
  return {{"GAIN", number(image.readings->gain)},
          {"CCD_IMAGE_SATURATION",
           fmt::format("{:.0f}", std::min(largest, static_cast<double>(kLargest16Bit)))}};
}

void check_smv_image(const std::filesystem::path& path, const Experiment& experiment) {
  const auto reason = why_not_plain(experiment);
  if (!reason) return;
  const bool one = experiment.detector.panels.size() == 1;
  throw Error(fmt::format("an SMV header has no words for this ({})", *reason), path.string(),
              one ? "CBF (.cbf) and NXmx (.nxs or .h5) have; -intfile writes SMV anyway"
                  : "NXmx (.nxs or .h5) has; -intfile writes SMV anyway");
}

void write_smv_image(const std::filesystem::path& path, const DetectorImage& image) {
  const ImageDescription& about = image.description;
  check_smv_image(path, about.experiment);
  const SmvGeometry geometry = geometry_of(about);
  const auto& [fast, slow] = std::pair{geometry.placed.beam_f, geometry.placed.beam_s};
  std::vector<SmvEntry> entries = for_dials(
      smv_entries(geometry), dials_beam_centre(fast, slow, geometry.slow_size, geometry.pixel),
      mosflm_beam_centre(fast, slow, geometry.pixel), about.start_s);
  entries.push_back(adc_offset_entry(smv_pedestal(about)));
  std::ranges::move(read_out_entries(about), std::back_inserter(entries));
  write_smv(path, image.counts.shape(), rows_of_16_bit(image.counts, smv_bits(about)),
            fitted(image.counts.shape(), entries), HeaderLength::next_multiple);
}

}  // namespace nanobragg::io
