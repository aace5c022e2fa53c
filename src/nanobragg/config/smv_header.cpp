// Fills in the SMV header from the resolved geometry.
#include "nanobragg/config/smv_header.hpp"

#include <fmt/format.h>

namespace nanobragg::config {
namespace {

using compat::Quirk;

constexpr double kMillimetres = 1000.0;

std::string number(double value) { return fmt::format("{:g}", value); }
std::string length(double value_m) { return number(value_m * kMillimetres); }
std::string angle(double value_rad) { return number(to_degree(Radian(value_rad)).value()); }

// The corner of the detector in the frame of DIALS, mm. Dot products keep the sign of zero that the
// reference prints.
std::string dials_origin(const Vec3<double>& corner) {
  const auto along = [&](const Vec3<double>& axis) {
    return number(kMillimetres * dot(corner, axis));
  };
  return along({0, 0, 1}) + "," + along({0, 1, 0}) + "," + along({-1, 0, 0});
}

}  // namespace

std::vector<io::SmvEntry> smv_entries(const Resolved& run, const plan::SamplingPlan& plan) {
  const DetectorFrame& frame = run.frame;
  const PlacedDetector<double>& placed = frame.placed;
  const double pixel = frame.size.pixel;
  const double phi = run.experiment.spindle.start.value();
  std::vector<io::SmvEntry> entries{
      {"PIXEL_SIZE", length(pixel)},
      {"DISTANCE", length(placed.distance)},
      {"WAVELENGTH", number(to_angstrom(run.experiment.beam->wavelength).value())},
      {"BEAM_CENTER_X", length(frame.beam_centre.x)},
      {"BEAM_CENTER_Y", length(frame.beam_centre.y)},
      {"ADXV_CENTER_X", length(placed.beam_f)},
      {"ADXV_CENTER_Y", length(frame.size.slow - placed.beam_s)},
      {"MOSFLM_CENTER_X", length(placed.beam_s - 0.5 * pixel)},
      {"MOSFLM_CENTER_Y", length(placed.beam_f - 0.5 * pixel)},
      {"DENZO_X_BEAM", length(placed.beam_s)},
      {"DENZO_Y_BEAM", length(placed.beam_f)},
      {"DIALS_ORIGIN", dials_origin(placed.corner), io::EntryEnd::none},
      {"XDS_ORGX", number(placed.close_f / pixel + 0.5)},
      {"XDS_ORGY", number(placed.close_s / pixel + 0.5)},
      {"CLOSE_DISTANCE", length(placed.close_distance)},
      {"PHI", angle(phi)},
      {"OSC_START", angle(phi)},
      {"OSC_RANGE", angle(plan.crystal.oscillation.range)},
      {"TWOTHETA", angle(frame.placing.twotheta)},
      {"DETECTOR_SN", "000"},
      {"BEAMLINE", "fake"},
  };
  if (!run.quirks.has(Quirk::no_adc_offset)) {
    entries.push_back({"ADC_OFFSET", number(run.outputs.adc_offset)});
  }
  return entries;
}

bool reference_header_overflows(const Resolved& run, const plan::SamplingPlan& plan) {
  std::vector<io::SmvEntry> entries = smv_entries(run, plan);
  std::erase_if(entries, [](const auto& entry) { return entry.key == "ADC_OFFSET"; });
  constexpr std::size_t kDeclared = 512;
  return io::smv_header_text(run.frame.shape, entries, io::HeaderLength::fixed_512).size() >
         kDeclared;
}

io::HeaderLength smv_header_length(compat::QuirkSet quirks) {
  return quirks.has(Quirk::smv_header_overflow) ? io::HeaderLength::fixed_512
                                                : io::HeaderLength::next_multiple;
}

}  // namespace nanobragg::config
