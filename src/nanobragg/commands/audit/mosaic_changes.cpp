// The turns of mosaic domains: their use, and the law that they are drawn by.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/commands/audit/reorientation.hpp"
#include "nanobragg/plan/domains.hpp"

namespace nanobragg::commands {
namespace {

using plan::SamplingPlan;
using AxesOf = Axes<double>;
using Turns = std::vector<Mat3<double>>;

constexpr double kPi = constants::kPi;

void add_domains(Changes& changes, const Scene& scene) {
  const std::size_t domains = scene.plan.crystal.domains.size();
  if (domains < 2) return;
  const auto changed = [&](const char* name, const char* does, auto edit) {
    changes.plan(name, does, [edit](SamplingPlan& plan) {
      edit(plan.crystal.domains);
      reorient(plan);
    });
  };
  changed("mosaic_transposed", "turns the mosaic domains by the transposed (inverse) rotations",
          [](Turns& turns) {
            for (Mat3<double>& turn : turns) turn = transpose(turn);
          });
  changed("mosaic_left_out", "does not turn the mosaic domains", [](Turns& turns) {
    for (Mat3<double>& turn : turns) turn = Mat3<double>::identity();
  });
  changed("mosaic_of_last", "takes the turn of the last mosaic domain for all of them",
          [](Turns& turns) { std::fill(turns.begin(), turns.end(), turns.back()); });
  changed("mosaic_of_second", "takes the turn of the second mosaic domain for all of them",
          [](Turns& turns) { std::fill(turns.begin(), turns.end(), turns[1]); });
  changed("mosaic_one_early", "takes the turn of the next mosaic domain (counts from 1)",
          [](Turns& turns) { std::rotate(turns.begin(), turns.begin() + 1, turns.end()); });
  changed("mosaic_reversed", "goes through the mosaic domains in the opposite order",
          [](Turns& turns) { std::reverse(turns.begin(), turns.end()); });
  changed("mosaic_twice", "turns the mosaic domains twice", [](Turns& turns) {
    for (Mat3<double>& turn : turns) turn = turn * turn;
  });
  changed("mosaic_accumulated", "turns each mosaic domain from where the one before it stands",
          [](Turns& turns) {
            for (std::size_t i = 1; i < turns.size(); ++i) turns[i] = turns[i] * turns[i - 1];
          });
  changes.plan("mosaic_of_step_number",
               "takes the mosaic domain of the spindle step's number for all of its domains",
               [](SamplingPlan& plan) {
                 plan::CrystalSamples& c = plan.crystal;
                 const std::size_t count = c.domains.size();
                 const std::vector<AxesOf> own = c.lattices;
                 for (std::size_t i = 0; i < own.size(); ++i) {
                   const std::size_t step = i / count;
                   c.lattices[i] = own[step * count + step % count];
                 }
               });
  changed("mosaic_one_late",
          "takes the turn of the mosaic domain before (the first that of the "
          "last)",
          [](Turns& turns) { std::rotate(turns.begin(), turns.end() - 1, turns.end()); });
  const Vector axis = scene.plan.crystal.continuous.spindle_axis;
  changes.plan("mosaic_before_spindle",
               "turns the crystal by its mosaic domain before the spindle, not after",
               [axis](SamplingPlan& plan) {
                 plan::CrystalSamples& c = plan.crystal;
                 const AxesOf at_zero = plan::in_metres(c.lattice.direct);
                 set_lattices(c, at_zero, [=](const Vector& v, double phi, const auto& domain) {
                   return rotate_about(domain * v, axis, phi);
                 });
               });
}

// Three deviates of a domain, uniform on (-1, 1).
struct Deviates {
  double r1, r2, r3;
};

Vector axis_of(double azimuth, double height) {
  const double radius = std::sqrt(1.0 - height * height);
  return {radius * std::sin(azimuth), radius * std::cos(azimuth), height};
}

Vector own_axis(const Deviates& d) { return axis_of(kPi * d.r1, d.r2); }
double own_angle(const Deviates& d) { return std::cbrt(1.0 - d.r3 * d.r3); }

// Another law of angles, in spreads, or of axes.
struct Law {
  const char *name, *does;
  double (*angle)(const Deviates&) = own_angle;
  Vector (*axis)(const Deviates&) = own_axis;
};

constexpr std::array kAngleLaws{
    Law{"angle_half", "turns mosaic domains by half of their angles",
        [](const Deviates& d) { return 0.5 * own_angle(d); }},
    Law{"angle_double", "turns mosaic domains by twice their angles",
        [](const Deviates& d) { return 2.0 * own_angle(d); }},
    Law{"angle_degrees_as_radians", "takes mosaic angles in degrees for radians",
        [](const Deviates& d) { return 180.0 / kPi * own_angle(d); }},
    Law{"angle_to_radians_twice", "turns mosaic angles from degrees into radians twice",
        [](const Deviates& d) { return kPi / 180.0 * own_angle(d); }},
    Law{"angle_uniform", "draws mosaic angles uniformly from minus the spread to the spread",
        [](const Deviates& d) { return d.r3; }},
    Law{"angle_uniform_from_0", "draws mosaic angles uniformly from 0 to the spread",
        [](const Deviates& d) { return std::abs(d.r3); }},
    Law{"angle_uniform_of_unit", "draws mosaic angles uniformly, by a deviate from 0 to 1",
        [](const Deviates& d) { return 0.5 * (d.r3 + 1.0); }},
    Law{"angle_of_half_range", "takes a deviate from 0 to 1 for one from -1 to 1 in mosaic angles",
        [](const Deviates& d) {
          const double u = 0.5 * (d.r3 + 1.0);
          return std::cbrt(1.0 - u * u);
        }},
    Law{"angle_cube_root_of_unit",
        "takes the cube root of a deviate from 0 to 1 for mosaic angles (uniform in a ball)",
        [](const Deviates& d) { return std::cbrt(0.5 * (d.r3 + 1.0)); }},
    Law{"angle_cube_root", "takes the cube root of the deviate for mosaic angles",
        [](const Deviates& d) { return std::cbrt(d.r3); }},
    Law{"angle_cube_root_of_1_less", "leaves the square out of mosaic angles (1 - r)^(1/3)",
        [](const Deviates& d) { return std::cbrt(1.0 - d.r3); }},
    Law{"angle_not_rooted", "leaves the cube root out of mosaic angles",
        [](const Deviates& d) { return 1.0 - d.r3 * d.r3; }},
    Law{"angle_square_root", "takes the square root for the cube root in mosaic angles",
        [](const Deviates& d) { return std::sqrt(1.0 - d.r3 * d.r3); }},
    Law{"angle_cubed", "takes the third power for the cube root in mosaic angles",
        [](const Deviates& d) { return std::pow(1.0 - d.r3 * d.r3, 3.0); }},
    Law{"angle_whole",
        "turns every mosaic domain by the whole spread (a third that is 0 as a quotient of whole "
        "numbers does so)",
        [](const Deviates&) { return 1.0; }},
};

constexpr std::array kAxisLaws{
    Law{"azimuth_doubled", "takes 2 pi for pi in the azimuth of mosaic axes", own_angle,
        [](const Deviates& d) { return axis_of(2.0 * kPi * d.r1, d.r2); }},
    Law{"azimuth_of_unit", "takes a deviate from 0 to 1 in the azimuth of mosaic axes", own_angle,
        [](const Deviates& d) { return axis_of(kPi * 0.5 * (d.r1 + 1.0), d.r2); }},
    Law{"azimuth_of_unit_doubled",
        "takes 2 pi times a deviate from 0 to 1 for the azimuth of mosaic axes (they point the "
        "other way across z)",
        own_angle, [](const Deviates& d) { return axis_of(kPi * (d.r1 + 1.0), d.r2); }},
    Law{"axis_yxz", "swaps the sine and the cosine of the azimuth of mosaic axes", own_angle,
        [](const Deviates& d) {
          const Vector v = own_axis(d);
          return Vector{v.y, v.x, v.z};
        }},
    Law{"axis_zxy", "has the components of mosaic axes in the order z x y", own_angle,
        [](const Deviates& d) {
          const Vector v = own_axis(d);
          return Vector{v.z, v.x, v.y};
        }},
    Law{"axis_zyx", "has the components of mosaic axes in the order z y x", own_angle,
        [](const Deviates& d) {
          const Vector v = own_axis(d);
          return Vector{v.z, v.y, v.x};
        }},
    Law{"axis_of_even_polar_angle",
        "draws the polar angle of mosaic axes uniformly, so that they crowd at the poles",
        own_angle,
        [](const Deviates& d) { return axis_of(kPi * d.r1, std::cos(0.5 * kPi * (d.r2 + 1.0))); }},
    Law{"axis_height_of_unit", "takes a deviate from 0 to 1 for the height of mosaic axes",
        own_angle, [](const Deviates& d) { return axis_of(kPi * d.r1, 0.5 * (d.r2 + 1.0)); }},
    Law{"axis_not_unit", "leaves the square root out of the radius of mosaic axes", own_angle,
        [](const Deviates& d) {
          const double radius = 1.0 - d.r2 * d.r2;
          return Vector{radius * std::sin(kPi * d.r1), radius * std::cos(kPi * d.r1), d.r2};
        }},
    Law{"axis_in_cube", "takes three deviates, made a unit vector, for mosaic axes", own_angle,
        [](const Deviates& d) {
          return unit(Vector{d.r1, d.r2, d.r3});
        }},
    Law{"deviates_132", "draws the angle of mosaic turns before the height of their axes",
        [](const Deviates& d) {
          return own_angle({d.r1, d.r3, d.r2});
        },
        [](const Deviates& d) {
          return own_axis({d.r1, d.r3, d.r2});
        }},
    Law{"deviates_213", "draws the height of mosaic axes before their azimuth", own_angle,
        [](const Deviates& d) {
          return own_axis({d.r2, d.r1, d.r3});
        }},
    Law{"deviates_231", "draws the angle of mosaic turns first, then azimuth and height",
        [](const Deviates& d) {
          return own_angle({0, 0, d.r1});
        },
        [](const Deviates& d) {
          return own_axis({d.r2, d.r3, 0});
        }},
    Law{"deviates_312", "draws height, angle and azimuth of mosaic turns in this order",
        [](const Deviates& d) {
          return own_angle({0, 0, d.r2});
        },
        [](const Deviates& d) {
          return own_axis({d.r3, d.r1, 0});
        }},
    Law{"deviates_321", "draws angle, height and azimuth of mosaic turns in this order",
        [](const Deviates& d) {
          return own_angle({0, 0, d.r1});
        },
        [](const Deviates& d) {
          return own_axis({d.r3, d.r2, 0});
        }},
};

// In which arithmetic the product of spread and angle is taken.
enum class Arithmetic : std::uint8_t { single_angle, single_spread, double_precision };

double rounded_angle(double spread, double angle, Arithmetic arithmetic) {
  const auto single = static_cast<float>(spread);
  switch (arithmetic) {
    case Arithmetic::single_angle:
      return single * static_cast<float>(angle);
    case Arithmetic::single_spread:
      return single * angle;
    case Arithmetic::double_precision:
      return spread * angle;
  }
  return {};
}

using TurnOf = std::function<Mat3<double>(const Deviates&)>;

TurnOf turn_by(const Law& law, double spread, Arithmetic arithmetic) {
  return [=](const Deviates& d) {
    return rotation_matrix(law.axis(d), rounded_angle(spread, law.angle(d), arithmetic));
  };
}

// About x, y and z, by angles of their own.
TurnOf turn_about_xyz(double spread) {
  return [=](const Deviates& d) {
    const Vector angles{spread * d.r1, spread * d.r2, spread * d.r3};
    return transpose(
        Mat3<double>{{rotate_xyz(Vector{1, 0, 0}, angles), rotate_xyz(Vector{0, 1, 0}, angles),
                      rotate_xyz(Vector{0, 0, 1}, angles)}});
  };
}

// What becomes of the first domain.
enum class First : std::uint8_t { aligned, turned, not_drawn };

Turns drawn_turns(const Mosaicity& mosaicity, const TurnOf& turn, First first) {
  UniformStream stream = plan::mosaic_stream(mosaicity);
  const auto deviate = [&] { return 2.0 * static_cast<double>(stream.next()) - 1.0; };
  Turns turns;
  if (first == First::not_drawn) turns.push_back(Mat3<double>::identity());
  while (turns.size() < static_cast<std::size_t>(mosaicity.domains)) {
    const double r1 = deviate();
    const double r2 = deviate();
    turns.push_back(turn({r1, r2, deviate()}));
  }
  if (first == First::aligned) turns.front() = Mat3<double>::identity();
  return turns;
}

// Seeds that programs begin with where none is given, and those beside the run's.
std::vector<std::int64_t> other_seeds(std::int64_t own) {
  std::vector<std::int64_t> seeds{1,      2,       3,         42,        123,     1234,   12345,
                                  123456, 1234567, 123456789, 987654321, own + 1, own - 1};
  std::erase_if(seeds, [&](std::int64_t seed) { return seed == own || seed < 1; });
  return seeds;
}

void add_laws(Changes& changes, const Scene& scene) {
  const Mosaicity mosaicity = scene.job.experiment.crystal->mosaicity;
  if (mosaicity.domains < 2 || mosaicity.shape != MosaicShape::cap) return;
  const auto drawn = [&](const std::string& name, const std::string& does, const TurnOf& turn,
                         const Mosaicity& of, First first = First::aligned) -> Change& {
    return changes.plan("mosaic_" + name, does, [=](SamplingPlan& plan) {
      plan.crystal.domains = drawn_turns(of, turn, first);
      reorient(plan);
    });
  };
  using enum Arithmetic;
  const double spread = mosaicity.spread.value();
  const Law own{"", ""};
  const TurnOf own_turn = turn_by(own, spread, single_angle);
  drawn("in_double_precision", "computes mosaic angles in double precision",
        turn_by(own, spread, double_precision), mosaicity);
  drawn("first_turned", "turns the first mosaic domain as well, which should be aligned", own_turn,
        mosaicity, First::turned);
  drawn("first_not_drawn",
        "draws no deviates for the first mosaic domain, so that each of the others takes the turn "
        "of the one before it",
        own_turn, mosaicity, First::not_drawn);
  for (const auto& laws : {std::span<const Law>(kAngleLaws), std::span<const Law>(kAxisLaws)}) {
    for (const Law& law : laws) {
      const std::string name =
          drawn(law.name, law.does, turn_by(law, spread, single_angle), mosaicity).name;
      drawn(fmt::format("{}_rounded_spread", law.name), law.does,
            turn_by(law, spread, single_spread), mosaicity)
          .implied_by = name;
      drawn(fmt::format("{}_in_double_precision", law.name),
            fmt::format("{}, in double precision", law.does),
            turn_by(law, spread, double_precision), mosaicity)
          .implied_by = name;
    }
  }
  for (const auto& [name, share] : {std::pair{"", 1.0}, std::pair{"half_", 0.5}}) {
    drawn(fmt::format("{}about_xyz", name),
          fmt::format("turns mosaic domains about x, y and z by angles drawn uniformly within {}",
                      share == 1.0 ? "the spread" : "half of the spread"),
          turn_about_xyz(share * spread), mosaicity);
  }
  for (const std::int64_t seed : other_seeds(mosaicity.seed)) {
    Mosaicity other = mosaicity;
    other.seed = seed;
    drawn(fmt::format("seed_{}", seed),
          fmt::format("draws mosaic turns from the seed {} instead of {}", seed, mosaicity.seed),
          own_turn, other);
  }
}

}  // namespace

void add_mosaics(Changes& changes, const Scene& scene) {
  add_domains(changes, scene);
  add_laws(changes, scene);
}

}  // namespace nanobragg::commands
