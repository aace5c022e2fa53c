// The orientations of mosaic domains.
#pragma once

#include <vector>

#include "nanobragg/geometry/mat3.hpp"
#include "nanobragg/model/crystal.hpp"

namespace nanobragg::plan {

// One rotation a domain; the first is the identity.
std::vector<Mat3<double>> mosaic_domains(const Mosaicity& mosaicity);

}  // namespace nanobragg::plan
