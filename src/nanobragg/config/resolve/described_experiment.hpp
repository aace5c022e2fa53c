// An experiment as flags or a file describe it, and what was found out on the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/config/options/settings.hpp"
#include "nanobragg/config/resolve/detector_frame.hpp"
#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::config {

struct DescribedExperiment {
  Experiment experiment;
  DetectorFrame frame;
  std::string amplitude_source;     // for people
  std::optional<std::string> dump;  // to be written
  Settings effective;               // what says the same again, with automatic choices filled in
  std::vector<std::string> warnings;
  std::vector<compat::Quirk> exercised;  // while amplitudes were read
};

// From flags and the files that they name. Throws UsageError for flags that contradict each other,
// Error for bad data.
DescribedExperiment experiment_of_flags(const Inputs& inputs);

// From `inputs.stored`, changed by flags. Throws UsageError for flags that describe an experiment
// and cannot change one, Error for values that no experiment has.
DescribedExperiment experiment_of_file(const Inputs& inputs);

}  // namespace nanobragg::config
