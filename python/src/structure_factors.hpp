// Structure factors on their way to Python and back.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>

#include "nanobragg/model/structure_factors.hpp"

namespace nanobragg::python {

// pybind11 holds no pointers to constant objects; the class has no way to change one.
using Amplitudes = std::shared_ptr<StructureFactors>;
inline Amplitudes held(const std::shared_ptr<const StructureFactors>& amplitudes) {
  return std::const_pointer_cast<StructureFactors>(amplitudes);
}

void bind_structure_factors(pybind11::module_& module);

}  // namespace nanobragg::python
