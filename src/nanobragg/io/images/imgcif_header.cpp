// Words the categories of imgCIF.
#include "nanobragg/io/images/imgcif_header.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nanobragg/base/units.hpp"
#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/io/geometry/forward_turn.hpp"
#include "nanobragg/io/geometry/laboratory_frame.hpp"

namespace nanobragg::io {
namespace {

constexpr double kMillimetres = 1000.0;

std::string numbers(const Vec3<double>& v) {
  return fmt::format("{:.9f} {:.9f} {:.9f}", v.x, v.y, v.z);
}

std::string radiation(const ImageDescription& image) {
  return fmt::format(
      "_diffrn.id DIFFRN\n_diffrn.crystal_id CRYSTAL\n\n"
      "_diffrn_source.diffrn_id DIFFRN\n_diffrn_source.source simulated\n"
      "_diffrn_source.type nanobragg\n\n"
      "_diffrn_radiation.diffrn_id DIFFRN\n_diffrn_radiation.wavelength_id WAVELENGTH\n"
      "_diffrn_radiation.polarizn_source_ratio {:.6f}\n"
      "_diffrn_radiation.polarizn_source_norm 0.0\n\n"
      "_diffrn_radiation_wavelength.id WAVELENGTH\n"
      "_diffrn_radiation_wavelength.wavelength {:.9g}\n_diffrn_radiation_wavelength.wt 1.0\n\n",
      image.experiment.beam->kahn_factor, to_angstrom(Metre(image.mean_wavelength_m())).value());
}

// A text of one line in quotes, which it does not hold.
std::string quoted(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' ' || c == '\''; }, '_');
  return fmt::format("'{}'", text);
}

std::string detector_name(const Detector& detector) {
  return fmt::format(
      "_diffrn_detector.diffrn_id DIFFRN\n_diffrn_detector.id DETECTOR\n"
      "_diffrn_detector.type {}\n_diffrn_detector.number_of_axes 1\n\n",
      detector.name ? quoted(*detector.name) : "simulated");
}

// What belongs to what.
constexpr const char* kRelations =
    "loop_\n_diffrn_detector_axis.detector_id\n_diffrn_detector_axis.axis_id\n"
    "DETECTOR DETECTOR_Z\n\n"
    "_diffrn_detector_element.id ELEMENT\n_diffrn_detector_element.detector_id DETECTOR\n\n"
    "_diffrn_data_frame.id FRAME\n_diffrn_data_frame.detector_element_id ELEMENT\n"
    "_diffrn_data_frame.array_id ARRAY\n_diffrn_data_frame.binary_id 1\n\n"
    "_diffrn_measurement.diffrn_id DIFFRN\n_diffrn_measurement.id GONIOMETER\n"
    "_diffrn_measurement.number_of_axes 1\n_diffrn_measurement.method rotation\n\n"
    "_diffrn_measurement_axis.measurement_id GONIOMETER\n"
    "_diffrn_measurement_axis.axis_id OMEGA\n\n"
    "_diffrn_scan.id SCAN\n_diffrn_scan.frame_id_start FRAME\n_diffrn_scan.frame_id_end FRAME\n"
    "_diffrn_scan.frames 1\n\n";

std::string scan(const ImageDescription& image, const std::string& date) {
  const ForwardTurn turn = forward_turn(image);
  const double start = to_degree(Radian(turn.start_rad)).value();
  const double range = to_degree(Radian(turn.range_rad)).value();
  return fmt::format(
      "loop_\n_diffrn_scan_axis.scan_id\n_diffrn_scan_axis.axis_id\n"
      "_diffrn_scan_axis.angle_start\n_diffrn_scan_axis.angle_range\n"
      "_diffrn_scan_axis.angle_increment\n_diffrn_scan_axis.displacement_start\n"
      "_diffrn_scan_axis.displacement_range\n_diffrn_scan_axis.displacement_increment\n"
      "SCAN OMEGA {0:.6f} {1:.6f} {1:.6f} 0.0 0.0 0.0\n"
      "SCAN DETECTOR_Z 0.0 0.0 0.0 0.0 0.0 0.0\n"
      "SCAN ELEMENT_X 0.0 0.0 0.0 0.0 0.0 0.0\nSCAN ELEMENT_Y 0.0 0.0 0.0 0.0 0.0 0.0\n\n"
      "_diffrn_scan_frame.frame_id FRAME\n_diffrn_scan_frame.frame_number 1\n"
      "_diffrn_scan_frame.integration_time {2:.7f}\n_diffrn_scan_frame.scan_id SCAN\n"
      "_diffrn_scan_frame.date {3}\n\n"
      "loop_\n_diffrn_scan_frame_axis.frame_id\n_diffrn_scan_frame_axis.axis_id\n"
      "_diffrn_scan_frame_axis.angle\n_diffrn_scan_frame_axis.displacement\n"
      "FRAME OMEGA {0:.6f} 0.0\nFRAME DETECTOR_Z 0.0 0.0\nFRAME ELEMENT_X 0.0 0.0\n"
      "FRAME ELEMENT_Y 0.0 0.0\n\n",
      start, range, image.exposure_s, date);
}

std::string axes(const ImageDescription& image) {
  const PanelValues& panel = *image.experiment.detector.panels.front();
  const Mat3<double> frame = imgcif_frame(image.experiment);
  return fmt::format(
      "loop_\n_axis.id\n_axis.type\n_axis.equipment\n_axis.depends_on\n_axis.vector[1]\n"
      "_axis.vector[2]\n_axis.vector[3]\n_axis.offset[1]\n_axis.offset[2]\n_axis.offset[3]\n"
      "OMEGA rotation goniometer . {} . . .\nSOURCE general source . 0 0 1 . . .\n"
      "GRAVITY general gravity . 0 -1 0 . . .\n"
      "DETECTOR_Z translation detector . 0 0 -1 0 0 0\n"
      "ELEMENT_Y translation detector DETECTOR_Z {} {}\n"
      "ELEMENT_X translation detector ELEMENT_Y {} 0 0 0\n\n",
      numbers(frame * forward_turn(image).axis), numbers(frame * panel.slow),
      numbers(kMillimetres * (frame * panel.corner_m)), numbers(frame * panel.fast));
}

// imgCIF: linear intensities are (reading + offset)/gain, under "offset" where there is one.
std::string intensities(const ImageDescription& image) {
  if (!image.readings) {
    return "_array_intensities.linearity linear\n_array_intensities.gain 1.0\n";
  }
  const std::string gain = fmt::format("_array_intensities.gain {:.9g}\n", image.readings->gain);
  const double pedestal = image.readings->pedestal;
  if (pedestal == 0.0) return "_array_intensities.linearity linear\n" + gain;
  return fmt::format("_array_intensities.linearity offset\n_array_intensities.offset {:.9g}\n{}",
                     -pedestal, gain);
}

std::string arrays(const ImageDescription& image) {
  const PanelValues& panel = *image.experiment.detector.panels.front();
  const double pixel = panel.pixel_size.value();
  return fmt::format(
      "loop_\n_array_structure_list.array_id\n_array_structure_list.index\n"
      "_array_structure_list.dimension\n_array_structure_list.precedence\n"
      "_array_structure_list.direction\n_array_structure_list.axis_set_id\n"
      "ARRAY 1 {0} 1 increasing ELEMENT_X\nARRAY 2 {1} 2 increasing ELEMENT_Y\n\n"
      "loop_\n_array_structure_list_axis.axis_set_id\n_array_structure_list_axis.axis_id\n"
      "_array_structure_list_axis.displacement\n"
      "_array_structure_list_axis.displacement_increment\n"
      "ELEMENT_X ELEMENT_X 0.0 {2:.9g}\nELEMENT_Y ELEMENT_Y 0.0 {2:.9g}\n\n"
      "loop_\n_array_element_size.array_id\n_array_element_size.index\n"
      "_array_element_size.size\nARRAY 1 {3:.9g}\nARRAY 2 {3:.9g}\n\n"
      "_array_intensities.array_id ARRAY\n_array_intensities.binary_id 1\n"
      "{6}"
      "_array_intensities.gain_esd 0.0\n_array_intensities.overload {4}\n"
      "_array_intensities.undefined_value {5}\n\n"
      "_array_structure.id ARRAY\n_array_structure.encoding_type \"signed 32-bit integer\"\n"
      "_array_structure.compression_type byte_offset\n"
      "_array_structure.byte_order little_endian\n\n"
      "_array_data.array_id ARRAY\n_array_data.binary_id 1\n",
      panel.shape.fast, panel.shape.slow, pixel * kMillimetres, pixel,
      static_cast<std::int64_t>(image.readings.value_or(Readings{}).saturation),
      image::kNotMeasured, intensities(image));
}

}  // namespace

std::string imgcif_header(const ImageDescription& image, const std::string& date) {
  return radiation(image) + detector_name(image.experiment.detector) + kRelations +
         scan(image, date) + axes(image) + arrays(image);
}

}  // namespace nanobragg::io
