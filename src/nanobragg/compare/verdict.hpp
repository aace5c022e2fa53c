// A comparison's outcome in sentences for people.
#pragma once

#include <string>
#include <vector>

#include "nanobragg/compare/report.hpp"

namespace nanobragg::compare {

// The outcome in one or two sentences, without terms of the trade where that is possible.
std::string verdict_sentence(const Report& report);

// What the figures say besides: total intensity, spot positions, where the largest difference is,
// how the ratio changes with the radius. A sentence each; none without a comparison.
std::vector<std::string> findings(const Report& report);

// Verdict, findings and notes as lines for a console.
std::string console_text(const Report& report);

// The audit of a pixel, and the commands that look into it; empty without them.
std::string next_text(const Report& report);

// A number for people: four significant digits.
std::string short_number(double value);

// A correlation for people: all the nines, and two digits more.
std::string correlation_text(double correlation);

}  // namespace nanobragg::compare
