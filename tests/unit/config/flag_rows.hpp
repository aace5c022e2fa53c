// What each flag must set: rows for the test of the command line, one list a group of flags.
#pragma once

#include <span>

#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

// What a flag must set on settings that are empty.
struct FlagRow {
  const char* arguments;
  void (*expect)(Settings& s);
};

std::span<const FlagRow> read_out_flag_rows();
std::span<const FlagRow> displacement_flag_rows();

}  // namespace nanobragg::config
