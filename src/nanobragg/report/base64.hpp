// Bytes as text for a data URI.
#pragma once

#include <string>
#include <string_view>

namespace nanobragg::report {

// RFC 4648, section 4, with padding.
std::string base64(std::string_view bytes);

}  // namespace nanobragg::report
