// Where the detector stands: its centre in other conventions, pivots, axes, rotations and their
// order.
#include <fmt/format.h>

#include <array>

#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/config/options/words.hpp"
#include "nanobragg/config/resolve/convention.hpp"
#include "nanobragg/geometry/rotation.hpp"

namespace nanobragg::commands {
namespace {

using config::Convention;

// The two coordinates that place the detector for its pivot.
struct Centre {
  double &fast, &slow;
};
Centre centre_of(Placing& p) {
  const bool by_sample = p.in.pivot == Pivot::sample;
  return by_sample ? Centre{p.in.close_f, p.in.close_s} : Centre{p.in.beam_f, p.in.beam_s};
}

struct Shift {
  const char *name, *does;
  double fast, slow;  // pixels
};
constexpr std::array kShifts{
    Shift{"centre_half_pixel_less",
          "places the beam centre half a pixel lower on both axes "
          "(without MOSFLM's half pixel)",
          -0.5, -0.5},
    Shift{"centre_half_pixel_more",
          "places the beam centre half a pixel higher on both axes "
          "(MOSFLM's half pixel once more)",
          0.5, 0.5},
    Shift{"centre_half_pixel_less_fast", "places the beam centre half a pixel lower along fast",
          -0.5, 0.0},
    Shift{"centre_half_pixel_less_slow", "places the beam centre half a pixel lower along slow",
          0.0, -0.5},
    Shift{"centre_half_pixel_more_fast", "places the beam centre half a pixel higher along fast",
          0.5, 0.0},
    Shift{"centre_half_pixel_more_slow", "places the beam centre half a pixel higher along slow",
          0.0, 0.5},
    Shift{"centre_pixel_less", "places the beam centre a whole pixel lower on both axes", -1.0,
          -1.0},
    Shift{"centre_pixel_more", "places the beam centre a whole pixel higher on both axes", 1.0,
          1.0}};

void add_centres(Changes& changes, const Scene& scene) {
  const config::DetectorSize size = scene.job.origin.frame.size;
  for (const Shift& shift : kShifts) {
    changes.placing(shift.name, shift.does, [=](Placing& p) {
      centre_of(p).fast += shift.fast * size.pixel;
      centre_of(p).slow += shift.slow * size.pixel;
    });
  }
  changes.placing("centre_from_far_slow_edge",
                  "measures the beam centre's slow coordinate (Y) from the far edge",
                  [=](Placing& p) { centre_of(p).slow = size.slow - centre_of(p).slow; });
  changes.placing("centre_from_far_fast_edge",
                  "measures the beam centre's fast coordinate (X) from the far edge",
                  [=](Placing& p) { centre_of(p).fast = size.fast - centre_of(p).fast; });
  changes.placing("centre_fast_for_slow",
                  "takes the beam centre's fast coordinate for its slow one",
                  [](Placing& p) { std::swap(centre_of(p).fast, centre_of(p).slow); });
  changes.placing("centre_fast_for_both", "takes the beam centre's fast coordinate for both",
                  [](Placing& p) { centre_of(p).slow = centre_of(p).fast; });
  changes.placing("centre_slow_for_both", "takes the beam centre's slow coordinate for both",
                  [](Placing& p) { centre_of(p).fast = centre_of(p).slow; });
  changes.placing("centre_fast_opposite",
                  "adds the beam centre along fast instead of subtracting it",
                  [](Placing& p) { centre_of(p).fast *= -1.0; });
  changes.placing("centre_slow_opposite",
                  "adds the beam centre along slow instead of subtracting it",
                  [](Placing& p) { centre_of(p).slow *= -1.0; });
  changes.placing("centre_in_middle", "puts the beam in the middle of the detector",
                  [=](Placing& p) {
                    centre_of(p).fast = size.fast / 2.0;
                    centre_of(p).slow = size.slow / 2.0;
                  });
  const config::BeamCentre words = scene.job.origin.frame.beam_centre;
  const Convention own = scene.job.origin.frame.convention;
  for (const Convention other :
       {Convention::mosflm, Convention::denzo, Convention::adxv, Convention::xds}) {
    if (other == own) continue;
    const config::DetectorPoint point = config::to_detector(words, other, size);
    changes.placing(fmt::format("centre_of_{}", config::word_of(other)),
                    fmt::format("takes -Xbeam and -Ybeam in the convention {} for {}",
                                config::word_of(other), config::word_of(own)),
                    [point](Placing& p) {
                      centre_of(p).fast = point.fast;
                      centre_of(p).slow = point.slow;
                    });
  }
}

void add_pivots(Changes& changes) {
  changes.placing(
      "pivot_other", "turns the detector about the other point (-pivot)",
      [](Placing& p) { p.in.pivot = p.in.pivot == Pivot::beam ? Pivot::sample : Pivot::beam; });
  changes.placing("pivot_other_same_centre",
                  "turns the detector about the other point (-pivot), with the same coordinates of "
                  "the beam",
                  [](Placing& p) {
                    const auto [fast, slow] = centre_of(p);
                    const double f = fast, s = slow;
                    p.in.pivot = p.in.pivot == Pivot::beam ? Pivot::sample : Pivot::beam;
                    centre_of(p).fast = f;
                    centre_of(p).slow = s;
                  });
  changes.placing("close_distance_along_beam_centre",
                  "moves the detector along the beam by the distance along its normal",
                  [](Placing& p) {
                    const DetectorPlacement<double>& in = p.in;
                    p.in.distance *= dot(in.beam, p.tilt(in.normal));
                  });
}

// The corner is of one state of the axes, and they are of another.
void add_corners(Changes& changes) {
  changes.placing(
      "corner_opposite", "has the detector's corner with the opposite sign", [](Placing& p) {
        p.after = [](PlacedDetector<double>& placed) { placed.corner = -placed.corner; };
      });
  changes.placing(
      "stale_close_distance",
      "takes -distance for the distance along the normal in the solid angle alone", [](Placing& p) {
        const double distance = p.in.distance;
        p.after = [distance](PlacedDetector<double>& placed) { placed.close_distance = distance; };
      });
  changes.placing("corner_of_unturned_axes", "places the corner by the axes before they are turned",
                  [](Placing& p) {
                    p.after = [p](PlacedDetector<double>& placed) {
                      DetectorPlacement<double> flat = p.in;
                      const bool by_sample = flat.pivot == Pivot::sample;
                      placed.corner = by_sample
                                          ? placed.stages.corner
                                          : -flat.beam_f * flat.fast - flat.beam_s * flat.slow +
                                                placed.stages.distance * flat.beam;
                    };
                  });
  changes.placing("corner_turned_again", "turns the corner of the detector as well as its axes",
                  [](Placing& p) {
                    p.after = [p](PlacedDetector<double>& placed) {
                      placed.corner = p.swing(p.tilt(placed.corner));
                    };
                  });
  changes.placing(
      "corner_not_swung", "swings the axes by 2 theta, but not the corner", [](Placing& p) {
        p.after = [p](PlacedDetector<double>& placed) {
          placed.corner = p.in.pivot == Pivot::sample ? placed.stages.tilted_corner : placed.corner;
        };
      });
  changes.placing("corner_not_tilted", "tilts the axes, but not the corner", [](Placing& p) {
    p.after = [p](PlacedDetector<double>& placed) {
      if (p.in.pivot == Pivot::sample) placed.corner = p.swing(placed.stages.corner);
    };
  });
}

// The corner by another distance.
void add_corner_distances(Changes& changes) {
  changes.placing("corner_by_close_distance",
                  "moves the detector along the beam by the distance along its normal",
                  [](Placing& p) {
                    p.after = [p](PlacedDetector<double>& placed) {
                      placed.corner = -p.in.beam_f * placed.fast - p.in.beam_s * placed.slow +
                                      placed.stages.close_distance * p.in.beam;
                    };
                  });
  changes.placing("corner_upstream", "moves the detector against the beam", [](Placing& p) {
    p.after = [p](PlacedDetector<double>& placed) {
      placed.corner = -p.in.beam_f * placed.fast - p.in.beam_s * placed.slow -
                      placed.stages.distance * p.in.beam;
    };
  });
  changes.placing("corner_without_distance", "leaves the distance out of the detector's corner",
                  [](Placing& p) {
                    p.after = [p](PlacedDetector<double>& placed) {
                      placed.corner = -p.in.beam_f * placed.fast - p.in.beam_s * placed.slow;
                    };
                  });
  changes.placing("corner_along_normal",
                  "moves the detector along its normal by the distance along the beam",
                  [](Placing& p) {
                    p.after = [p](PlacedDetector<double>& placed) {
                      placed.corner = -p.in.beam_f * placed.fast - p.in.beam_s * placed.slow +
                                      placed.stages.distance * placed.normal;
                    };
                  });
}

void add_axes(Changes& changes, const Scene& scene) {
  struct Axis {
    const char* name;
    Vector DetectorPlacement<double>::*member;
    const char* does;
  };
  using Placement = DetectorPlacement<double>;
  const std::array axes{Axis{"fast_axis", &Placement::fast, "the detector's fast axis"},
                        Axis{"slow_axis", &Placement::slow, "the detector's slow axis"},
                        Axis{"normal", &Placement::normal, "the detector's normal"},
                        Axis{"twotheta_axis", &Placement::twotheta_axis, "the axis of 2 theta"}};
  for (const Axis& axis : axes) {
    changes.placing(fmt::format("{}_opposite", axis.name),
                    fmt::format("has {} the other way round", axis.does),
                    [axis](Placing& p) { p.in.*axis.member = -(p.in.*axis.member); });
  }
  changes.placing("swapped_axes", "swaps the fast and the slow axis of the detector",
                  [](Placing& p) { std::swap(p.in.fast, p.in.slow); });
  changes.placing("normal_of_axes", "takes slow x fast for the detector's normal",
                  [](Placing& p) { p.in.normal = unit(cross(p.in.slow, p.in.fast)); });
  if (scene.job.origin.frame.placing.twotheta == 0.0) return;
  for (const auto& [name, axis] : {std::pair{"x", Vector{1, 0, 0}}, std::pair{"y", Vector{0, 1, 0}},
                                   std::pair{"z", Vector{0, 0, 1}}}) {
    for (const double sign : {1.0, -1.0}) {
      const char* const minus = sign < 0.0 ? "-" : "";
      changes.placing(fmt::format("twotheta_about_{}{}", minus, name),
                      fmt::format("swings the detector about {}{} (2 theta of another convention)",
                                  minus, name),
                      [axis = sign * axis](Placing& p) {
                        p.in.twotheta_axis = axis;
                        p.swing = [in = p.in](const Vector& v) {
                          return rotate_about(v, in.twotheta_axis, in.twotheta);
                        };
                      });
    }
  }
}

using Turn = std::function<Vector(const Vector&)>;

// Rotations about the axes of the laboratory, the first of the order first.
Turn in_order(const Vector& angles, const std::array<char, 3>& order) {
  return [=](Vector v) {
    for (const char axis : order) {
      const Vector one{axis == 'x' ? angles.x : 0.0, axis == 'y' ? angles.y : 0.0,
                       axis == 'z' ? angles.z : 0.0};
      v = rotate_xyz(v, one);
    }
    return v;
  };
}

void add_tilts(Changes& changes, const Vector& tilt) {
  if (tilt == Vector{}) return;
  for (const std::array<char, 3>& order :
       {std::array{'x', 'z', 'y'}, std::array{'y', 'x', 'z'}, std::array{'y', 'z', 'x'},
        std::array{'z', 'x', 'y'}, std::array{'z', 'y', 'x'}}) {
    const std::string name(order.begin(), order.end());
    changes.placing("tilt_order_" + name,
                    fmt::format("tilts the detector in the order {} (rotx, roty, rotz)", name),
                    [=](Placing& p) { p.tilt = in_order(p.in.tilt, order); });
  }
  changes.placing("tilt_transposed", "tilts the detector by the transposed (inverse) rotation",
                  [](Placing& p) {
                    p.tilt = in_order(-p.in.tilt, {'z', 'y', 'x'});
                  });
  struct Sign {
    const char* name;
    Vector by;
  };
  for (const Sign& sign : {Sign{"rotx", {-1, 1, 1}}, Sign{"roty", {1, -1, 1}},
                           Sign{"rotz", {1, 1, -1}}, Sign{"all", {-1, -1, -1}}}) {
    changes.placing(
        fmt::format("tilt_sign_{}", sign.name),
        fmt::format("tilts the detector with the opposite sign of -detector_{}", sign.name),
        [=](Placing& p) {
          const Vector& t = p.in.tilt;
          p.tilt = in_order({sign.by.x * t.x, sign.by.y * t.y, sign.by.z * t.z}, {'x', 'y', 'z'});
        });
  }
  // About the axes as they have been turned so far.
  changes.placing("tilt_about_own_axes",
                  "tilts the detector about its own axes as they turn, not the laboratory's",
                  [](Placing& p) {
                    p.tilt = in_order(p.in.tilt, {'z', 'y', 'x'});
                  });
  changes.placing("tilt_left_out", "does not tilt the detector",
                  [](Placing& p) { p.tilt = [](const Vector& v) { return v; }; });
}

void add_swings(Changes& changes, const DetectorPlacement<double>& placing) {
  if (placing.twotheta == 0.0) return;
  const auto swing_by = [](const Vector& axis, double angle) {
    return [=](const Vector& v) { return rotate_about(v, axis, angle); };
  };
  changes.placing("twotheta_sign", "swings the detector by 2 theta the other way round",
                  [=](Placing& p) { p.swing = swing_by(p.in.twotheta_axis, -p.in.twotheta); });
  changes.placing("twotheta_left_out", "does not swing the detector by 2 theta",
                  [](Placing& p) { p.swing = [](const Vector& v) { return v; }; });
  changes.placing("theta_for_twotheta", "swings the detector by theta instead of 2 theta",
                  [=](Placing& p) { p.swing = swing_by(p.in.twotheta_axis, 0.5 * p.in.twotheta); });
  changes.placing("twotheta_twice", "swings the detector by twice 2 theta",
                  [=](Placing& p) { p.swing = swing_by(p.in.twotheta_axis, 2.0 * p.in.twotheta); });
  changes.placing("twotheta_first", "swings the detector by 2 theta before it is tilted",
                  [](Placing& p) { std::swap(p.tilt, p.swing); });
  changes.placing(
      "twotheta_about_tilted_axis", "swings the detector about an axis that is tilted with it",
      [=](Placing& p) { p.swing = swing_by(p.tilt(p.in.twotheta_axis), p.in.twotheta); });
}

}  // namespace

void add_placements(Changes& changes, const Scene& scene) {
  // Panels of a file stand where it says.
  if (scene.job.experiment.detector.panels.size() > 1) return;
  const DetectorPlacement<double>& placing = scene.job.origin.frame.placing;
  add_axes(changes, scene);
  add_tilts(changes, placing.tilt);
  add_swings(changes, placing);
  if (placing.corner) return;
  add_centres(changes, scene);
  add_pivots(changes);
  add_corners(changes);
  add_corner_distances(changes);
}

}  // namespace nanobragg::commands
