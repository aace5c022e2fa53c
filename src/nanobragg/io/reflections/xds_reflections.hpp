// Reflections as XDS and XSCALE write them: a header of lines "!KEY= value", then columns.
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/io/reflections/reflection_table.hpp"

namespace nanobragg::io {

bool is_xds_list(std::string_view bytes);

// Merged intensities (XSCALE with MERGE=TRUE) with their space group, cell and wavelength; those
// with a negative sigma, which marks misfits, are left out. Throws Error for lists that are not
// merged (XDS_ASCII.HKL of CORRECT, INTEGRATE.HKL), that are cut short, or say no space group.
ReflectionTable parse_xds_list(std::string_view bytes, const std::string& name);

}  // namespace nanobragg::io
