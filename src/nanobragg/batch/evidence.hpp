// The folder of evidence that a comparison leaves.
#pragma once

#include <optional>

#include "nanobragg/batch/compare_options.hpp"
#include "nanobragg/compare/image_pair.hpp"
#include "nanobragg/compare/report.hpp"

namespace nanobragg::batch {

// Makes the folder, and removes from it what an earlier comparison left, so that nothing old stands
// beside something new.
void prepare_evidence(const CompareOptions& options);

// Writes summary.json and report.html and, where there are images, reference.png, candidate.png,
// difference.png and, if asked for, difference.bin (candidate − reference of the region).
void write_evidence(const compare::Report& report, const std::optional<compare::ImagePair>& pair,
                    const CompareOptions& options);

}  // namespace nanobragg::batch
