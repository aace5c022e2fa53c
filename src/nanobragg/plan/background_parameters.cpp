// What adds light to all pixels, and what spreads it over them.
#include <fmt/format.h>

#include <array>

#include "nanobragg/model/limits.hpp"
#include "nanobragg/plan/parameter_groups.hpp"
#include "nanobragg/plan/parametrisation.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;

template <std::size_t k>
constexpr Parameter slab(std::string_view name) {
  return {slab_thickness(k),    name, "", "µm", kMicro, 0, limits::kFarthest_m, 0,
          "thickness of a slab"};
}

template <std::size_t k>
constexpr Parameter measured(std::string_view name) {
  return {measured_scale(k), name, "", "", 1, 0, kUnbounded, 0, "scale of a measured background"};
}

// A group is how the instance of a background is named; results keep the short name.
// id, name, group, unit, units in an internal one, bounds, scale, help
constexpr auto kRows = std::to_array<Parameter>({
    {Id::water, "water", "background[water].thickness", "µm", kMicro, 0, limits::kLargestWater_m, 0,
     "edge of the cube of water around the crystal"},
    slab<0>("background[0].thickness"),
    slab<1>("background[1].thickness"),
    slab<2>("background[2].thickness"),
    slab<3>("background[3].thickness"),
    slab<4>("background[4].thickness"),
    slab<5>("background[5].thickness"),
    slab<6>("background[6].thickness"),
    slab<7>("background[7].thickness"),
    measured<0>("measured[0].scale"),
    measured<1>("measured[1].scale"),
    measured<2>("measured[2].scale"),
    measured<3>("measured[3].scale"),
    {Id::point_spread, "point_spread", "detector", "µm", kMicro, 1e-9, limits::kFarthest_m, 0,
     "full width at half maximum of the point spread"},
});
static_assert(kMostSlabs == 8 && kMostMeasured == 4);
static_assert(are_rows_of(after(Id::fluence), kLastParameter, kRows));

ParameterValues<double> read(const Experiment& e, ParameterValues<double> v) {
  v[Id::water] = e.water.value();
  for (std::size_t i = 0; i < e.slabs.size(); ++i) {
    v[slab_thickness(i)] = e.slabs[i].thickness.value();
  }
  for (std::size_t i = 0; i < e.measured.size(); ++i) v[measured_scale(i)] = e.measured[i].scale;
  if (e.detector.point_spread) v[Id::point_spread] = e.detector.point_spread->full_width.value();
  return v;
}

Experiment write(Experiment e, const ParameterValues<double>& v) {
  e.water = Metre(v[Id::water]);
  for (std::size_t i = 0; i < e.slabs.size(); ++i) {
    e.slabs[i].thickness = Metre(v[slab_thickness(i)]);
  }
  for (std::size_t i = 0; i < e.measured.size(); ++i) e.measured[i].scale = v[measured_scale(i)];
  if (e.detector.point_spread) e.detector.point_spread->full_width = Metre(v[Id::point_spread]);
  return e;
}

std::string why_without(ParameterId id, const Experiment& e) {
  if (id == Id::water && e.water.value() == 0.0) return "there is no water";
  if (id == Id::point_spread && !e.detector.point_spread) return "the detector spreads no light";
  for (std::size_t i = e.slabs.size(); i < kMostSlabs; ++i) {
    if (id != slab_thickness(i)) continue;
    return fmt::format("there are {} slabs of amorphous matter", e.slabs.size());
  }
  for (std::size_t i = e.measured.size(); i < kMostMeasured; ++i) {
    if (id == measured_scale(i)) {
      return fmt::format("there are {} measured backgrounds", e.measured.size());
    }
  }
  return "";
}

}  // namespace

ParameterGroup background_parameters() { return {kRows, read, write, why_without}; }

}  // namespace nanobragg::plan
