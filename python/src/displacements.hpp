// Fields of a crystal in Python: displacements of its atoms, and the sizes of its blocks.
#pragma once

#include "fields.hpp"
#include "nanobragg/model/crystal.hpp"

namespace nanobragg::python {

void add_displacements(Fields<CrystalValues>& fields);

}  // namespace nanobragg::python
