// The tables of the comparison's page.
#pragma once

#include <string>

#include "nanobragg/compare/report.hpp"

namespace nanobragg::compare {

// Each figure, its value and what it means. The report has a comparison.
std::string metrics_table(const Report& report);

// Means, ratio and correlation by resolution or radius.
std::string shell_table(const ShellTable& table);

// The two programs or files: command, outcome, time, memory.
std::string source_table(const Report& report);

}  // namespace nanobragg::compare
