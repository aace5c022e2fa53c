// What adds light to all pixels.
#include <array>

#include "nanobragg/model/limits.hpp"
#include "nanobragg/plan/parameter_groups.hpp"
#include "nanobragg/plan/parametrisation.hpp"

namespace nanobragg::plan {
namespace {

using Id = ParameterId;

// A group is how the instance of a background is named; results keep the short name.
// id, name, group, unit, units in an internal one, bounds, scale, help
constexpr auto kRows = std::to_array<Parameter>({
    {Id::water, "water", "background[water].thickness", "µm", kMicro, 0, 1, 0,
     "edge of the cube of water around the crystal"},
});
static_assert(are_rows_of(after(Id::fluence), kLastParameter, kRows));

ParameterValues<double> read(const Experiment& e, ParameterValues<double> v) {
  v[Id::water] = e.water.value();
  return v;
}

Experiment write(Experiment e, const ParameterValues<double>& v) {
  e.water = Metre(v[Id::water]);
  return e;
}

std::string why_without(ParameterId id, const Experiment& e) {
  return id == Id::water && e.water.value() == 0.0 ? "there is no water" : "";
}

}  // namespace

ParameterGroup background_parameters() { return {kRows, read, write, why_without}; }

}  // namespace nanobragg::plan
