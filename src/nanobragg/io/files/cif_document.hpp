// A CIF file, parsed by gemmi.
#pragma once

#include <string>
#include <string_view>

namespace gemmi::cif {
struct Document;
}

namespace nanobragg::io {

// Throws Error where the file has more words than fit into memory, and std::runtime_error, whose
// message begins with file, line and column, for what is not CIF.
gemmi::cif::Document parse_cif(std::string_view text, const std::string& name);

}  // namespace nanobragg::io
