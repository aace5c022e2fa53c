// The numbers of a run that a lone factor may be off by.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/audit/explain.hpp"
#include "nanobragg/audit/ratio_fits.hpp"
#include "nanobragg/commands/audit/simulation.hpp"

namespace nanobragg::commands {

// SI, each with its unit in its name; of counts and factors those that are not 1.
std::vector<audit::NamedNumber> run_numbers(const BaseRun& base);

// Claims of kind ratio: where all that diverges follows from one factor that is off by a product of
// these numbers.
std::vector<audit::Claim> ratio_claims(const audit::Document& simulated,
                                       const audit::Document& trace,
                                       const audit::Tolerance& tolerance, const BaseRun& base);

}  // namespace nanobragg::commands
