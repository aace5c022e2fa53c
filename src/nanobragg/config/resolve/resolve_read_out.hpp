// The read-out of the detector, resolved from flags.
#pragma once

#include <optional>

#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/model/read_out.hpp"

namespace nanobragg::config {

// The read-out that any option of its group asks for; nothing where there is none. Throws
// UsageError for numbers that cannot be, for options that act on nothing, and with -nonoise, which
// asks for expected photons.
std::optional<ReadOut> resolve_read_out(const Settings& settings);

// Where -noisefile takes its random numbers from. Throws UsageError where those of the reference
// are asked for with a read-out, of which it has none.
NoiseSource resolve_noise_source(const Settings& settings);

// Without the default of -adc where it would say that a pedestal was asked for: a read-out has its
// own.
Settings without_default_pedestal(Settings effective, const Settings& given);

}  // namespace nanobragg::config
