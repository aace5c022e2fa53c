// What a refinement of shots says while it works.
#pragma once

#include <span>
#include <string>

#include "nanobragg/commands/refine/shots/refined_shot.hpp"
#include "nanobragg/commands/refine/shots/shot_record.hpp"
#include "nanobragg/refine/shots/shared_parameters.hpp"

namespace nanobragg::commands {

// Of a stage that has ended.
std::string stage_line(const refine::StageReport& stage);
// Which spots and pixels a shot has.
std::string boxes_line(const IndexedShot& shot);
// Parameters and figures of a shot that is refined.
std::string result_lines(const RefinedShot& shot);
// The same in one line.
std::string summary_line(const ShotRow& row);
// Values that all shots share, as the first of them that has one names it.
std::string shared_lines(std::span<const refine::SharedValue> shared);

}  // namespace nanobragg::commands
