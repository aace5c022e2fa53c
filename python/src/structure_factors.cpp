// Tables of structure factors as arrays.
#include "structure_factors.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "arrays.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/model/equivalents.hpp"
#include "pickling.hpp"

namespace nanobragg::python {
namespace py = pybind11;
namespace {

using Index = std::array<std::int32_t, 3>;

Index triple(MillerIndex i) { return {i.h, i.k, i.l}; }
MillerIndex miller(const Index& i) { return {i[0], i[1], i[2]}; }

std::vector<py::ssize_t> table_shape(const MillerBox& box) {
  return {static_cast<py::ssize_t>(box.size_h()), static_cast<py::ssize_t>(box.size_k()),
          static_cast<py::ssize_t>(box.size_l())};
}

void check_amplitude(double f) {
  if (std::isfinite(f)) return;
  throw Error(fmt::format("impossible amplitude {} (not a number of electrons)", f));
}

MillerIndex whole_index(double h, double k, double l) {
  for (const double index : {h, k, l}) {
    const bool fits = std::abs(index) <= std::numeric_limits<std::int32_t>::max();
    if (fits && index == std::floor(index)) continue;
    throw Error(fmt::format("Miller index {} is not a whole number of 32 bits", index));
  }
  return {static_cast<std::int32_t>(h), static_cast<std::int32_t>(k), static_cast<std::int32_t>(l)};
}

Amplitudes from_reflections(const py::object& hkl, const py::object& amplitudes,
                            double default_amplitude) {
  // As doubles, which hold every index that a crystal has and show what is none.
  const auto indices = dense_array<double>(hkl, "hkl");
  const auto values = dense_array<double>(amplitudes, "amplitudes");
  if (indices.ndim() != 2 || indices.shape(1) != 3 || values.ndim() != 1 ||
      values.shape(0) != indices.shape(0)) {
    throw UsageError("hkl and amplitudes do not fit (they have the shapes (n, 3) and (n,))");
  }
  const auto index = indices.unchecked<2>();
  std::vector<Reflection> reflections;
  for (py::ssize_t i = 0; i < indices.shape(0); ++i) {
    check_amplitude(values.at(i));
    reflections.push_back({whole_index(index(i, 0), index(i, 1), index(i, 2)), values.at(i)});
  }
  return std::make_shared<StructureFactors>(
      StructureFactors::from_reflections(reflections, default_amplitude));
}

Amplitudes from_table(const Index& first, const py::object& table, double default_amplitude) {
  const auto values = dense_array<double>(table, "table");
  if (values.ndim() != 3 || values.size() == 0) {
    throw UsageError("the table of amplitudes has no shape (h, k, l)");
  }
  const auto last = [&](std::size_t axis) {
    const std::int64_t index = std::int64_t{first[axis]} + values.shape(static_cast<int>(axis)) - 1;
    if (index > std::numeric_limits<std::int32_t>::max()) {
      throw Error(fmt::format("Miller index {} does not fit in 32 bits", index));
    }
    return static_cast<std::int32_t>(index);
  };
  const MillerBox box{miller(first), {last(0), last(1), last(2)}};
  std::vector<double> amplitudes(values.data(), values.data() + values.size());
  for (const double f : amplitudes) check_amplitude(f);
  return std::make_shared<StructureFactors>(
      StructureFactors::from_table(box, std::move(amplitudes), default_amplitude));
}

py::object table_of(const Amplitudes& self) {
  if (!self->has_table()) return py::none();
  py::array_t<double> table = array_on(table_shape(self->box()), self->table().data(), self);
  table.attr("setflags")(py::arg("write") = false);
  return table;
}

// The number of the unique reflection at each position.
py::object reflections_of(const Amplitudes& self) {
  if (!self->has_table()) return py::none();
  std::vector<std::int64_t> numbers(self->table().size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = static_cast<std::int64_t>(self->reflection_at(i));
  }
  const std::int64_t* data = numbers.data();
  return array_on(table_shape(self->box()), data, std::move(numbers));
}

// Each position takes the number of its reflection.
Amplitudes with_amplitudes(const Amplitudes& self, const py::object& amplitudes) {
  const auto values = dense_array<double>(amplitudes, "amplitudes");
  const std::size_t count = self->reflection_count();
  if (!self->has_table() || values.ndim() != 1 ||
      static_cast<std::size_t>(values.shape(0)) != count) {
    throw UsageError(fmt::format("amplitudes do not fit (the table has {} unique reflections)",
                                 self->has_table() ? count : 0));
  }
  std::vector<double> table(self->table().size());
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = values.data()[self->reflection_at(i)];
  for (const double f : table) check_amplitude(f);
  return std::make_shared<StructureFactors>(self->with_table(std::move(table)));
}

py::object space_group_of(const Amplitudes& self) {
  if (!self->equivalents()) return py::none();
  return py::str(self->equivalents()->symmetry().group.name);
}

}  // namespace

void bind_structure_factors(py::module_& module) {
  py::class_<StructureFactors, Amplitudes> factors(
      module, "StructureFactors",
      R"(Amplitudes |F| in electrons: a table over a box of Miller indices, one value elsewhere.

Immutable. StructureFactors(F) is F at every index.)");
  add_copies(factors);
  factors
      .def(py::init([](double default_amplitude) {
             check_amplitude(default_amplitude);
             return std::make_shared<StructureFactors>(default_amplitude);
           }),
           py::arg("default") = 0.0, "The same amplitude everywhere, electrons.")
      .def_static(
          "from_reflections", from_reflections, py::arg("hkl"), py::arg("amplitudes"),
          py::arg("default") = 0.0,
          "hkl: integers (n, 3); amplitudes: (n,), electrons; the last of two with the same "
          "index counts. Nothing is expanded by symmetry.")
      .def_static(
          "from_table", from_table, py::arg("first"), py::arg("table"), py::arg("default") = 0.0,
          "table: amplitudes (h, k, l), electrons, of which the first has the index `first`.")
      .def_property_readonly("space_group", space_group_of,
                             "the group that the source of the table names; None where there is no "
                             "symmetry")
      .def_property_readonly(
          "reflections", reflections_of,
          "the number, from 0, of the unique reflection that each position of the table shows, in "
          "its shape: mates by symmetry have one; None where there is no table")
      .def(
          "with_amplitudes", with_amplitudes, py::arg("amplitudes"),
          "The same table with other amplitudes of its unique reflections, electrons, in the order "
          "of their numbers; mates take the same.")
      .def_property_readonly("table", table_of,
                             "amplitudes (h, k, l), read only and shared; None where there is no "
                             "table")
      .def_property_readonly(
          "first", [](const Amplitudes& self) { return triple(self->box().min); },
          "h, k, l of the first amplitude of the table")
      .def_property_readonly(
          "last", [](const Amplitudes& self) { return triple(self->box().max); },
          "h, k, l of the last amplitude of the table")
      .def_property_readonly(
          "default", [](const Amplitudes& self) { return self->default_amplitude(); },
          "amplitude of what the table does not hold")
      .def(
          "at",
          [](const Amplitudes& self, std::int32_t h, std::int32_t k, std::int32_t l) {
            return self->at({h, k, l});
          },
          py::arg("h"), py::arg("k"), py::arg("l"), "The amplitude at an index, electrons.")
      .def("__repr__", [](const Amplitudes& self) {
        if (!self->has_table())
          return fmt::format("<StructureFactors {:g}>", self->default_amplitude());
        const auto& [low, high] = self->box();
        return fmt::format("<StructureFactors hkl {} {} {} … {} {} {}, elsewhere {:g}>", low.h,
                           low.k, low.l, high.h, high.k, high.l, self->default_amplitude());
      });
}

}  // namespace nanobragg::python
