// The tables of the comparison's page.
#pragma once

#include <string>

#include "nanobragg/compare/report.hpp"

namespace nanobragg::report {

// Each figure, its value and what it means. The report has a comparison.
std::string metrics_table(const compare::Report& report);

// Means, ratio and correlation by resolution or radius.
std::string shell_table(const compare::ShellTable& table);

// The two programs or files: command, outcome, time, memory.
std::string source_table(const compare::Report& report);

}  // namespace nanobragg::report
