// Tables of predicted reflections as files.
#pragma once

#include <filesystem>
#include <span>

#include "nanobragg/kernel/analytic/reflection_table.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::io {

// Throws UsageError for a name that ends in neither .csv nor .refl.
void check_prediction_file(const std::filesystem::path& path);

// As the name ends: .csv has a line of names and a line a reflection; .refl is a reflection table
// of DIALS (MessagePack), whose pixels count from the corner of the panel and whose images are the
// one of the experiment. Throws Error where it cannot be written.
void write_predictions(const std::filesystem::path& path,
                       std::span<const kernel::analytic::PredictedReflection> reflections,
                       const Experiment& experiment);

}  // namespace nanobragg::io
