// The style sheet of the comparison's page.
#pragma once

#include <string_view>

namespace nanobragg::report {

// Light or dark as the reader's system is set; names no file and no font that must be fetched.
std::string_view report_style();

}  // namespace nanobragg::report
