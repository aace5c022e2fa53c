// Sizes, convention, beam centre and placement of the detector, in the reference's order.
#include "nanobragg/config/resolve/detector_frame.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/config/resolve/centre_words.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;

constexpr double kDefaultSize_m = 0.1024;
constexpr double kDefaultDistance_m = 0.1;
constexpr double kMaxPixelsAlongOneAxis = 100000.0;

std::optional<double> metres(const std::optional<double>& mm) {
  if (!mm) return std::nullopt;
  return to_metre(Millimetre(*mm)).value();
}

double radians(const std::optional<double>& degrees) {
  return to_radian(Degree(degrees.value_or(0.0))).value();
}

// A flag, else the header, else nothing.
std::optional<double> either(const std::optional<double>& flag,
                             const std::optional<double>& header) {
  return flag ? flag : header;
}

struct Extent {
  std::size_t pixels;
  double size_m;
};

// A given number of pixels wins over a given size.
Extent extent(std::optional<std::size_t> pixels, double size_m, double pixel_m) {
  if (pixels) size_m = pixel_m * static_cast<double>(*pixels);
  const double count = std::ceil(size_m / pixel_m - 0.5);
  if (!(count >= 1.0 && count <= kMaxPixelsAlongOneAxis)) {
    throw UsageError("impossible detector size (it must have 1 to 100000 pixels along each axis)",
                     "", "look at -pixel, -detpixels and -detsize");
  }
  return {static_cast<std::size_t>(count), size_m};
}

// Fills in a frame step by step; each step may use what the earlier ones found.
class Resolver {
 public:
  Resolver(const Settings& settings, const HeaderGeometry& header, compat::QuirkSet quirks)
      : settings_(settings), header_(header), quirks_(quirks) {}

  DetectorFrame run() {
    frame_.convention = settings_.convention.value_or(Convention::mosflm);
    resolve_size();
    resolve_vectors();
    resolve_pivot();
    resolve_swing();
    resolve_placement();
    return frame_;
  }

 private:
  void resolve_size();
  void resolve_vectors();
  void warn_of_slanted_normal(const ConventionVectors& v);
  void resolve_pivot();
  void resolve_swing();
  void resolve_placement();
  // Coordinates of the nearest point and of the beam, on the detector.
  struct Centres {
    DetectorPoint close, beam;
  };
  Centres resolve_centres();
  // The words of the wrong point for the pivot in the place of those that the reference takes.
  void obey_other_words();
  std::optional<Vec3<double>> resolve_corner();
  std::optional<double> resolve_close_distance() const;
  void warn_of_other_distance();
  void warn_if_edge_on();
  void warn_if_upstream();

  const Settings& settings_;
  const HeaderGeometry& header_;
  const compat::QuirkSet quirks_;
  DetectorFrame frame_{};
};

void Resolver::resolve_size() {
  const double pixel =
      either(metres(settings_.pixel_mm), header_.pixel_m).value_or(kDefaultPixel_m);
  const auto count = [&](const std::optional<long>& flag, std::size_t ImageShape::*member) {
    std::optional<std::size_t> pixels;
    if (header_.shape) pixels = (*header_.shape).*member;
    if (flag) pixels = static_cast<std::size_t>(*flag);
    return pixels;
  };
  const Extent fast = extent(count(settings_.pixels_fast, &ImageShape::fast),
                             metres(settings_.size_fast_mm).value_or(kDefaultSize_m), pixel);
  const Extent slow = extent(count(settings_.pixels_slow, &ImageShape::slow),
                             metres(settings_.size_slow_mm).value_or(kDefaultSize_m), pixel);
  if (header_.shape && (settings_.size_fast_mm || settings_.size_slow_mm)) {
    frame_.warnings.push_back(
        "-detsize is not used: the header of the image gives the number of pixels");
  }
  frame_.shape = {slow.pixels, fast.pixels};
  frame_.size = {fast.size_m, slow.size_m, pixel};
}

void Resolver::resolve_vectors() {
  ConventionVectors v = vectors_of(frame_.convention);
  if (frame_.convention == Convention::custom) {
    v.beam = settings_.beam_vector.value_or(v.beam);
    v.fast = settings_.fast_vector.value_or(v.fast);
    v.slow = settings_.slow_vector.value_or(v.slow);
    v.normal = settings_.normal_vector.value_or(v.normal);
    v.polarisation_axis = settings_.polar_vector.value_or(v.polarisation_axis);
    v.spindle_axis = settings_.spindle_axis.value_or(v.spindle_axis);
    v.twotheta_axis = settings_.twotheta_axis.value_or(v.twotheta_axis);
  }
  const double normal_length = length(v.normal);
  for (Vec3<double>* vector : {&v.beam, &v.fast, &v.slow, &v.normal, &v.polarisation_axis,
                               &v.spindle_axis, &v.twotheta_axis}) {
    if (!(length(*vector) > 0.0)) {
      throw UsageError("a direction vector of length 0 (it has no direction)");
    }
    *vector = unit(*vector);
  }
  // A normal that is not exactly of unit length was not meant exactly.
  if (normal_length != 1.0) {
    v.normal = unit(cross(v.fast, v.slow));
    frame_.warnings.push_back(
        "-odet_vector is not of unit length: taking the normal of -fdet_vector and -sdet_vector");
  }
  if (!(length(cross(v.fast, v.slow)) > 1e-6)) {
    throw UsageError("-fdet_vector and -sdet_vector are parallel (they must span the detector)");
  }
  warn_of_slanted_normal(v);
  if (!(length(cross(v.beam, v.polarisation_axis)) > 1e-6)) {
    throw UsageError("the polarisation is along the beam (it must be across)", "",
                     "give another -polar_vector");
  }
  frame_.vectors = v;
}

// Distances, solid angles and paths through the sensor are along what is given.
void Resolver::warn_of_slanted_normal(const ConventionVectors& v) {
  constexpr double kMuch = 0.01;  // sine of the angle
  if (length(cross(v.normal, unit(cross(v.fast, v.slow)))) < kMuch) return;
  const std::string whose =
      settings_.normal_vector ? "" : ", which is not given and stays that of the convention,";
  frame_.warnings.push_back("-odet_vector" + whose +
                            " is not normal to -fdet_vector and -sdet_vector: the plane's distance "
                            "and solid angles are taken along it");
}

// A named convention sets its own pivot; only custom listens to the placing flags.
void Resolver::resolve_pivot() {
  frame_.placing.pivot = pivot_of(frame_.convention);
  if (frame_.convention == Convention::custom) {
    frame_.placing.pivot =
        settings_.implied_pivot.value_or(settings_.pivot.value_or(frame_.placing.pivot));
  } else if (settings_.pivot && !quirks_.has(Quirk::convention_forces_pivot)) {
    frame_.placing.pivot = *settings_.pivot;
  }
}

void Resolver::resolve_swing() {
  frame_.placing.twotheta = radians(settings_.twotheta_deg);
  if (!settings_.twotheta_deg && header_.twotheta_rad &&
      !quirks_.has(Quirk::img_twotheta_ignored)) {
    frame_.placing.twotheta = *header_.twotheta_rad;
  }
}

// A given corner counts only where no other flag places the detector.
std::optional<Vec3<double>> Resolver::resolve_corner() {
  if (!settings_.pix0_m || quirks_.has(Quirk::pix0_ignored)) return std::nullopt;
  std::string others;
  const auto name = [&](bool given, const char* flag) {
    if (!given) return;
    if (!others.empty()) others += ' ';
    others += flag;
  };
  name(settings_.distance_mm.has_value(), "-distance");
  name(settings_.close_distance_mm.has_value(), "-close_distance");
  name(settings_.beam_x_mm.has_value(), "-Xbeam");
  name(settings_.beam_y_mm.has_value(), "-Ybeam");
  name(settings_.close_x_mm.has_value(), "-Xclose");
  name(settings_.close_y_mm.has_value(), "-Yclose");
  name(settings_.org_x.has_value(), "-ORGX");
  name(settings_.org_y.has_value(), "-ORGY");
  if (others.empty()) return settings_.pix0_m;
  frame_.warnings.push_back("-pix0_vector is not used: the detector is placed by " + others);
  return std::nullopt;
}

Resolver::Centres Resolver::resolve_centres() {
  const DetectorSize& size = frame_.size;
  const auto org = [&](const std::optional<double>& pixels, double otherwise) {
    return pixels ? (*pixels - 0.5) * size.pixel : otherwise;
  };
  DetectorPoint close{org(either(settings_.org_x, header_.org_x), size.fast / 2.0),
                      org(either(settings_.org_y, header_.org_y), size.slow / 2.0)};
  frame_.close_point = {metres(settings_.close_x_mm).value_or(close.fast),
                        metres(settings_.close_y_mm).value_or(close.slow)};
  const BeamCentre otherwise =
      default_beam_centre(frame_.convention, size, frame_.close_point.x, frame_.close_point.y);
  frame_.beam_centre = {
      either(metres(settings_.beam_x_mm), header_.beam_x_m).value_or(otherwise.x),
      either(metres(settings_.beam_y_mm), header_.beam_y_m).value_or(otherwise.y)};
  const DetectorPoint beam = to_detector(frame_.beam_centre, frame_.convention, size);
  if (frame_.convention == Convention::custom) close = beam;
  return {close, beam};
}

// Where the detector turns about the sample, a beam centre is that of the detector before it is
// turned, which is the closest point. Where it turns about the beam, the closest point is that of
// the detector as it stands, and the beam hits where that makes it.
void Resolver::obey_other_words() {
  if (frame_.convention == Convention::custom || quirks_.has(Quirk::beam_centre_words)) return;
  DetectorPlacement<double>& placing = frame_.placing;
  const bool by_sample = placing.pivot == Pivot::sample;
  const GivenCentre given =
      given_centre(settings_, header_, frame_.convention, placing.pivot, frame_.size);
  frame_.warnings.insert(frame_.warnings.end(), given.warnings.begin(), given.warnings.end());
  DetectorPlacement<double> from_corner = placing;
  from_corner.beam_f = from_corner.beam_s = 0.0;
  const PlacedDetector<double> of_zero = place(from_corner);
  const auto obey = [&](const CentreCoordinate& word, double& close, double& beam, double offset) {
    const bool is_close = word.kind == CentreKind::closest;
    if (word.kind == CentreKind::none || is_close == (by_sample && !word.by_xclose)) return;
    (by_sample ? close : beam) = by_sample ? word.at : word.at - offset;
    frame_.by_other_words = true;
  };
  obey(given.fast, placing.close_f, placing.beam_f, of_zero.close_f);
  obey(given.slow, placing.close_s, placing.beam_s, of_zero.close_s);
  if (!frame_.by_other_words) return;
  // What the header of an image says of it, in the words of the convention.
  frame_.beam_centre =
      by_sample ? to_centre({placing.close_f, placing.close_s}, frame_.convention, frame_.size)
                : to_centre({placing.beam_f, placing.beam_s}, frame_.convention, frame_.size);
  if (by_sample) frame_.close_point = {placing.close_f, placing.close_s};
}

// Of two distances the close one wins; a flag wins over a header, also with the other distance.
std::optional<double> Resolver::resolve_close_distance() const {
  const bool header_counts =
      !settings_.distance_mm || quirks_.has(Quirk::header_overrides_distance);
  const auto of_header = header_counts ? header_.close_distance_m : std::nullopt;
  return either(metres(settings_.close_distance_mm), of_header);
}

// A -distance that is neither that along the beam nor that before a swing.
void Resolver::warn_of_other_distance() {
  const auto distance = metres(settings_.distance_mm);
  const auto close = metres(settings_.close_distance_mm);
  if (!distance || !close) return;
  constexpr double kRounding = 1e-4;
  const auto is_it = [&](double other) {
    return std::abs(*distance - other) <= kRounding * *distance;
  };
  if (is_it(frame_.placed.distance) || is_it(*close)) return;
  frame_.warnings.push_back(fmt::format(
      "-distance {:g} is not used: -close_distance {:g} places the detector at {:.6g} mm "
      "along the beam",
      1e3 * *distance, 1e3 * *close, 1e3 * frame_.placed.distance));
}

void Resolver::warn_if_edge_on() {
  constexpr double kEdgeOn = 1e-9;
  const PlacedDetector<double>& placed = frame_.placed;
  if (std::abs(placed.close_distance) > kEdgeOn * length(placed.corner)) return;
  frame_.warnings.push_back(
      "the plane of the detector passes through the sample, so its pixels catch nothing: -pivot "
      "sample would swing it around the sample");
}

// As what -geometry reads is warned of.
void Resolver::warn_if_upstream() {
  if (quirks_.has(Quirk::header_key_substrings)) return;
  const PlacedDetector<double>& placed = frame_.placed;
  const Vec3<double> middle =
      placed.corner + frame_.size.fast / 2.0 * placed.fast + frame_.size.slow / 2.0 * placed.slow;
  const double along = dot(middle, frame_.vectors.beam);
  if (!(along < 0.0)) return;
  frame_.warnings.push_back(
      fmt::format("the detector is between source and sample, {:.6g} mm before it: taken as it "
                  "stands",
                  -1e3 * along));
}

void Resolver::resolve_placement() {
  const auto [close, beam] = resolve_centres();
  const std::optional<Vec3<double>> corner = resolve_corner();
  frame_.placement = corner ? Placement::by_corner : Placement::by_distance_and_centre;
  const ConventionVectors& v = frame_.vectors;
  frame_.placing = {
      .beam = v.beam,
      .fast = v.fast,
      .slow = v.slow,
      .normal = v.normal,
      .twotheta_axis = v.twotheta_axis,
      .close_f = close.fast,
      .close_s = close.slow,
      .beam_f = beam.fast,
      .beam_s = beam.slow,
      .distance =
          either(metres(settings_.distance_mm), header_.distance_m).value_or(kDefaultDistance_m),
      .close_distance = resolve_close_distance(),
      .tilt = {radians(settings_.tilt_x_deg), radians(settings_.tilt_y_deg),
               radians(settings_.tilt_z_deg)},
      .twotheta = frame_.placing.twotheta,
      .pivot = frame_.placing.pivot,
      .corner = corner,
      .ratio = quirks_.has(Quirk::twotheta_ratio) ? RatioOfDistances::without_swing
                                                  : RatioOfDistances::with_swing};
  obey_other_words();
  frame_.placed = place(frame_.placing);
  warn_of_other_distance();
  warn_if_edge_on();
  warn_if_upstream();
}

}  // namespace

DetectorFrame resolve_detector(const Settings& settings, const HeaderGeometry& header,
                               compat::QuirkSet quirks) {
  return Resolver(settings, header, quirks).run();
}

Panel panel_of(const DetectorFrame& frame) {
  const PlacedDetector<double>& p = frame.placed;
  return Panel({.corner_m = p.corner,
                .fast = p.fast,
                .slow = p.slow,
                .normal = p.normal,
                .pixel_size = Metre(frame.size.pixel),
                .shape = frame.shape,
                .close_distance = Metre(p.close_distance),
                .distance = Metre(p.distance)});
}

}  // namespace nanobragg::config
