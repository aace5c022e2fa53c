// Writes and reads CBF through its text header and the binary section behind it.
#include "nanobragg/io/images/cbf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/laboratory_frame.hpp"
#include "nanobragg/io/images/imgcif_header.hpp"

namespace nanobragg::io {
namespace {

// What the binary data begin with.
constexpr std::string_view kStart = "\x0c\x1a\x04\xd5";
constexpr std::string_view kBoundary = "--CIF-BINARY-FORMAT-SECTION--";
// Zeros behind the data, so that a reader that decompresses too far stays in the file.
constexpr std::size_t kPadding = 4095;
// No real image is larger; their product stays in range.
constexpr double kLargestNumber = 1U << 31;

template <class T>
constexpr T kEscape = std::numeric_limits<T>::min();

template <class T>
bool fits(std::int64_t difference) {
  return difference > kEscape<T> && difference <= std::numeric_limits<T>::max();
}

// Little-endian, whatever this machine is.
template <class T>
void append(std::string& bytes, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes += static_cast<char>((bits >> (8 * i)) & 0xffU);
  }
}

// Takes numbers from the front of compressed bytes.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  std::optional<std::int64_t> take() {
    if (bytes_.size() < sizeof(T)) return std::nullopt;
    std::make_unsigned_t<T> bits = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const auto byte = static_cast<unsigned char>(bytes_[i]);
      bits |= static_cast<std::make_unsigned_t<T>>(std::make_unsigned_t<T>{byte} << (8 * i));
    }
    bytes_.remove_prefix(sizeof(T));
    return static_cast<T>(bits);
  }

  // The next difference, in whichever width it has.
  std::optional<std::int64_t> take_difference() {
    auto value = take<std::int8_t>();
    if (value == kEscape<std::int8_t>) value = take<std::int16_t>();
    if (value == kEscape<std::int16_t>) value = take<std::int32_t>();
    if (value == kEscape<std::int32_t>) value = take<std::int64_t>();
    return value;
  }

 private:
  std::string_view bytes_;
};

// A moment of the series, which begins in 1970: the same run always writes the same bytes.
std::string timestamp(double seconds) {
  const auto milliseconds = static_cast<std::int64_t>(std::llround(seconds * 1000.0));
  const std::int64_t total = milliseconds / 1000;
  return fmt::format("1970-01-{:02}T{:02}:{:02}:{:02}.{:03}", 1 + total / 86400 % 31,
                     total / 3600 % 24, total / 60 % 60, total % 60, milliseconds % 1000);
}

// Whether so many pixels are whole modules of a PILATUS with their gaps, in one of the widths that
// were built. Readers of its header take the gaps for granted and refuse other sizes.
bool is_pilatus_size(ImageShape shape) {
  struct Side {
    std::size_t module, gap;  // pixels
    std::size_t modules_in(std::size_t pixels) const {
      const std::size_t count = (pixels + gap) / (module + gap);
      return count * (module + gap) == pixels + gap ? count : 0;
    }
  };
  constexpr std::array<std::size_t, 4> kWidths{1, 2, 3, 5};
  const std::size_t across = Side{487, 7}.modules_in(shape.fast);
  return std::ranges::find(kWidths, across) != kWidths.end() &&
         Side{195, 17}.modules_in(shape.slow) > 0;
}

// The lines that the software of PILATUS detectors writes, in its units: m, s, Å, degrees, pixels.
std::string mini_header(const ImageDescription& image) {
  const Experiment& experiment = image.experiment;
  const PanelValues& panel = *experiment.detector.panels.front();
  const double pixel = panel.pixel_size.value();
  const BeamOnPanel beam = beam_on_panel(panel, experiment.beam->direction);
  const double wavelength = to_angstrom(Metre(image.mean_wavelength_m())).value();
  const double start = to_degree(experiment.spindle.start).value();
  const Readings readings = image.readings.value_or(Readings{});
  const WrittenSensor sensor = written_sensor(experiment.detector.sensor);
  return fmt::format(
      "# Detector: {}, S/N 00-0000\n"
      "# {}\n"
      "# Pixel_size {:.9g}e-6 m x {:.9g}e-6 m\n"
      "# {} sensor, thickness {:.9g} m\n"
      "# Exposure_time {:.7f} s\n"
      "# Exposure_period {:.7f} s\n"
      "# Tau = {:g} s\n"
      "# Count_cutoff {} counts\n"
      "# Threshold_setting: {:.0f} eV\n"
      "# Wavelength {:.9g} A\n"
      "# Detector_distance {:.9g} m\n"
      "# Beam_xy ({:.6f}, {:.6f}) pixels\n"
      "# Start_angle {:.6f} deg.\n"
      "# Angle_increment {:.6f} deg.\n"
      "# Detector_2theta 0.0000 deg.\n"
      "# Polarization {:.6f}\n"
      "# Kappa 0.0000 deg.\n"
      "# Phi {:.6f} deg.\n"
      "# Oscillation_axis X, CW\n",
      written_name(experiment.detector), timestamp(image.start_s), pixel * 1e6, pixel * 1e6,
      sensor.material == "Si" ? "Silicon" : sensor.material, sensor.thickness_m, image.exposure_s,
      image.exposure_s, readings.dead_time_s, static_cast<std::int64_t>(readings.saturation),
      constants::kAngstromElectronVolt / wavelength / 2.0, wavelength, beam.distance,
      beam.fast / pixel, beam.slow / pixel, start, to_degree(Radian(image.oscillation_rad)).value(),
      (1.0 + experiment.beam->kahn_factor) / 2.0, start);
}

std::string binary_header(ImageShape shape, std::size_t bytes) {
  return fmt::format(
      "{}\r\n"
      "Content-Type: application/octet-stream;\r\n"
      "     conversions=\"x-CBF_BYTE_OFFSET\"\r\n"
      "Content-Transfer-Encoding: BINARY\r\n"
      "X-Binary-Size: {}\r\n"
      "X-Binary-ID: 1\r\n"
      "X-Binary-Element-Type: \"signed 32-bit integer\"\r\n"
      "X-Binary-Element-Byte-Order: LITTLE_ENDIAN\r\n"
      "X-Binary-Number-of-Elements: {}\r\n"
      "X-Binary-Size-Fastest-Dimension: {}\r\n"
      "X-Binary-Size-Second-Dimension: {}\r\n"
      "X-Binary-Size-Padding: {}\r\n"
      "\r\n",
      kBoundary, bytes, shape.size(), shape.fast, shape.slow, kPadding);
}

// A block is named after its file, as far as CIF allows the characters.
std::string block_name(const std::filesystem::path& path) {
  std::string name = path.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c <= ' ' || c > '~'; }, '_');
  return name;
}

// The value behind "KEY:" in the header of the binary section; throws where it is none.
std::size_t number_in(std::string_view header, std::string_view key, const std::string& name) {
  const std::size_t at = header.find(fmt::format("{}:", key));
  if (at == std::string_view::npos) throw Error(fmt::format("CBF image without {}", key), name);
  const auto number = number_prefix(skip_space(header.substr(at + key.size() + 1)));
  if (!number || !(number->value >= 1.0 && number->value <= kLargestNumber) ||
      number->value != std::floor(number->value)) {
    throw Error(fmt::format("CBF image with absurd {}", key), name);
  }
  return static_cast<std::size_t>(number->value);
}

}  // namespace

std::string compress_byte_offset(std::span<const std::int32_t> pixels, std::int32_t pixel_before) {
  std::string bytes;
  bytes.reserve(pixels.size() + pixels.size() / 8);
  std::int64_t before = pixel_before;
  for (const std::int32_t pixel : pixels) {
    const std::int64_t difference = pixel - before;
    before = pixel;
    if (fits<std::int8_t>(difference)) {
      append<std::int8_t>(bytes, difference);
      continue;
    }
    append<std::int8_t>(bytes, kEscape<std::int8_t>);
    if (fits<std::int16_t>(difference)) {
      append<std::int16_t>(bytes, difference);
      continue;
    }
    append<std::int16_t>(bytes, kEscape<std::int16_t>);
    if (fits<std::int32_t>(difference)) {
      append<std::int32_t>(bytes, difference);
      continue;
    }
    append<std::int32_t>(bytes, kEscape<std::int32_t>);
    append<std::int64_t>(bytes, difference);
  }
  return bytes;
}

std::vector<std::int64_t> expand_byte_offset(std::string_view bytes, std::size_t count,
                                             const OffsetRange& range, const std::string& name) {
  // A pixel takes at least a byte, so that a wrong number cannot take all memory.
  if (count > bytes.size()) {
    throw Error(
        fmt::format("truncated CBF image ({} pixels do not fit in {} bytes)", count, bytes.size()),
        name);
  }
  std::vector<std::int64_t> pixels;
  pixels.reserve(count);
  ByteReader reader(bytes);
  std::int64_t value = 0;
  while (pixels.size() < count) {
    const auto difference = reader.take_difference();
    const bool in_range = difference && *difference > -(std::int64_t{1} << 33) &&
                          *difference < (std::int64_t{1} << 33);
    if (in_range) value += *difference;
    if (!in_range || value < range.least || value > range.most) {
      throw Error(fmt::format("damaged CBF image (at pixel {} of {})", pixels.size(), count), name);
    }
    pixels.push_back(value);
  }
  return pixels;
}

std::vector<std::int32_t> expand_byte_offset(std::string_view bytes, std::size_t count,
                                             const std::string& name) {
  const OffsetRange range{std::numeric_limits<std::int32_t>::min(),
                          std::numeric_limits<std::int32_t>::max()};
  const auto pixels = expand_byte_offset(bytes, count, range, name);
  return {pixels.begin(), pixels.end()};
}

namespace {

template <class Use>
void for_each_compressed_band(const CountRows& counts, const Use& use) {
  std::int32_t before = 0;
  for (std::size_t slow = 0; slow < counts.shape().slow;) {
    const Image<std::int32_t> band = counts.band(slow);
    use(compress_byte_offset(band.pixels(), before));
    before = band.pixels().back();
    slow += band.shape().slow;
  }
}

// What stands in the header is known when all pixels were compressed once.
struct Compressed {
  std::size_t size = 0;
  std::optional<std::string> bytes = "";  // unset where they are too many to keep
};

Compressed compressed(const CountRows& counts) {
  constexpr std::size_t kMostKept = std::size_t{1} << 25;
  Compressed out;
  for_each_compressed_band(counts, [&](std::string_view band) {
    out.size += band.size();
    if (out.size > kMostKept) out.bytes.reset();
    if (out.bytes) out.bytes->append(band);
  });
  return out;
}

// The mini header has no words for a gain or a pedestal, which a PILATUS has not.
bool counts_photons(const ImageDescription& about) {
  const Readings readings = about.readings.value_or(Readings{});
  return readings.gain == 1.0 && readings.pedestal == 0.0;
}

}  // namespace

void check_cbf(const std::filesystem::path& path, const Experiment& experiment) {
  if (experiment.detector.panels.size() == 1) return;
  throw Error("a CBF image has one panel (the detector has several)", path.string(),
              "NXmx (.nxs or .h5) holds several");
}

void write_cbf(const std::filesystem::path& path, const DetectorImage& image) {
  const ImageDescription& about = image.description;
  check_cbf(path, about.experiment);
  // Readers of the mini header refuse negative increments, too.
  const bool as_pilatus = is_plain(about.experiment) && is_pilatus_size(image.counts.shape()) &&
                          about.oscillation_rad >= 0.0 && counts_photons(about);
  const std::string header = as_pilatus ? fmt::format(
                                              "_array_data.header_convention \"PILATUS_1.2\"\r\n"
                                              "_array_data.header_contents\r\n;\r\n{};\r\n\r\n",
                                              mini_header(about))
                                        : imgcif_header(about, timestamp(about.start_s));
  const Compressed data = compressed(image.counts);
  const std::string head = fmt::format(
      "###CBF: VERSION 1.5, nanobragg\r\n\r\ndata_{}\r\n\r\n{}_array_data.data\r\n;\r\n{}",
      block_name(path), header, binary_header(image.counts.shape(), data.size));
  const std::string tail =
      std::string(kPadding, '\0') + fmt::format("\r\n{}--\r\n;\r\n\r\n", kBoundary);
  AtomicFile file(path);
  file.write(head);
  file.write(kStart);
  if (data.bytes) {
    file.write(*data.bytes);
  } else {
    for_each_compressed_band(image.counts, [&](std::string_view band) { file.write(band); });
  }
  file.write(tail);
  file.commit();
}

Image<std::int32_t> parse_cbf(std::string_view bytes, const std::string& name) {
  if (!bytes.starts_with("###CBF")) throw Error("not a CBF image (it lacks '###CBF')", name);
  const std::size_t start = bytes.find(kStart);
  const std::size_t boundary = bytes.substr(0, start).rfind(kBoundary);
  if (start == std::string_view::npos || boundary == std::string_view::npos) {
    throw Error("CBF image without binary section", name);
  }
  const std::string_view header = bytes.substr(boundary, start - boundary);
  const std::string_view data = bytes.substr(start + kStart.size());
  const ImageShape shape{number_in(header, "X-Binary-Size-Second-Dimension", name),
                         number_in(header, "X-Binary-Size-Fastest-Dimension", name)};
  const std::size_t size = number_in(header, "X-Binary-Size", name);
  if (header.find("signed 32-bit integer") == std::string_view::npos ||
      header.find("x-CBF_BYTE_OFFSET") == std::string_view::npos) {
    throw Error("CBF image that is not of signed 32-bit integers, byte-offset compressed", name,
                "CBFlib's cif2cbf converts others");
  }
  if (size > data.size()) throw Error("truncated CBF image", name);
  return {shape, expand_byte_offset(data.substr(0, size), shape.size(), name)};
}

Image<std::int32_t> read_cbf(const std::filesystem::path& path) {
  return parse_cbf(read_input(path), path.string());
}

}  // namespace nanobragg::io
