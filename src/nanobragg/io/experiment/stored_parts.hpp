// Between an experiment and what a file holds of it.
#pragma once

#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/experiment/experiment_members.hpp"

namespace nanobragg::io {

// The parts of an experiment, without format, version and program.
StoredParts parts_of(const StoredExperiment& stored);

// The experiment of parts. Throws Error, whose place is that of the part ("detector.panels[1]"),
// for values that no experiment has and for parts that contradict each other.
StoredExperiment experiment_of(StoredParts parts);

}  // namespace nanobragg::io
