// The table of conventions (reference-behaviour, "Detector geometry").
#include "nanobragg/config/resolve/convention.hpp"

#include <array>

namespace nanobragg::config {
namespace {

constexpr Vec3<double> kX{1, 0, 0};
constexpr Vec3<double> kY{0, 1, 0};
constexpr Vec3<double> kZ{0, 0, 1};

constexpr Vec3<double> kMinusX{-1, 0, 0};
constexpr Vec3<double> kMinusY{0, -1, 0};
constexpr Vec3<double> kMinusZ{0, 0, -1};

struct Row {
  Convention convention;
  Pivot pivot;
  ConventionVectors vectors;  // beam, fast, slow, normal, 2θ axis, polarisation, spindle
};

constexpr auto kTable = std::to_array<Row>({
    {Convention::mosflm, Pivot::beam, {kX, kZ, kMinusY, kX, kMinusZ, kZ, kZ}},
    {Convention::denzo, Pivot::beam, {kX, kZ, kMinusY, kX, kMinusZ, kZ, kZ}},
    {Convention::adxv, Pivot::beam, {kZ, kX, kMinusY, kZ, kMinusX, kX, kX}},
    {Convention::xds, Pivot::sample, {kZ, kX, kY, kZ, kX, kX, kX}},
    {Convention::dials, Pivot::sample, {kZ, kX, kY, kZ, kY, kY, kY}},
    {Convention::custom, Pivot::beam, {kX, kZ, kMinusY, kX, kY, kZ, kZ}},
});

const Row& row_of(Convention convention) { return kTable[static_cast<std::size_t>(convention)]; }

}  // namespace

const ConventionVectors& vectors_of(Convention convention) { return row_of(convention).vectors; }

Pivot pivot_of(Convention convention) { return row_of(convention).pivot; }

BeamCentre default_beam_centre(Convention convention, const DetectorSize& size, double close_x,
                               double close_y) {
  switch (convention) {
    case Convention::mosflm:
    case Convention::denzo:
      return {(size.slow + size.pixel) / 2.0, (size.fast + size.pixel) / 2.0};
    case Convention::adxv:
      return {(size.fast + size.pixel) / 2.0, (size.slow - size.pixel) / 2.0};
    case Convention::xds:
    case Convention::dials:
    case Convention::custom:
      break;
  }
  return {close_x, close_y};
}

DetectorPoint to_detector(const BeamCentre& centre, Convention convention,
                          const DetectorSize& size) {
  switch (convention) {
    case Convention::mosflm:
      return {centre.y + 0.5 * size.pixel, centre.x + 0.5 * size.pixel};
    case Convention::denzo:
      return {centre.y, centre.x};
    case Convention::adxv:
      return {centre.x, size.slow - centre.y};
    case Convention::xds:
    case Convention::dials:
    case Convention::custom:
      break;
  }
  return {centre.x, centre.y};
}

BeamCentre to_centre(const DetectorPoint& point, Convention convention, const DetectorSize& size) {
  const DetectorPoint zero = to_detector({0.0, 0.0}, convention, size);
  const DetectorPoint x = to_detector({1.0, 0.0}, convention, size);
  const DetectorPoint y = to_detector({0.0, 1.0}, convention, size);
  // Each axis of a centre is one of the detector's, perhaps turned round.
  const double fast = point.fast - zero.fast;
  const double slow = point.slow - zero.slow;
  return {(x.fast - zero.fast) * fast + (x.slow - zero.slow) * slow,
          (y.fast - zero.fast) * fast + (y.slow - zero.slow) * slow};
}

std::string_view centre_mapping(Convention convention) {
  switch (convention) {
    case Convention::mosflm:
      return "Fbeam←Ybeam_mm(+0.5px),Sbeam←Xbeam_mm(+0.5px)";
    case Convention::denzo:
      return "Fbeam←Ybeam_mm,Sbeam←Xbeam_mm";
    case Convention::adxv:
      return "Fbeam←Xbeam_mm,Sbeam←detsize_s-Ybeam_mm";
    case Convention::xds:
    case Convention::dials:
    case Convention::custom:
      break;
  }
  return "Fbeam←Xbeam_mm,Sbeam←Ybeam_mm";
}

}  // namespace nanobragg::config
