// The list that --experiment names: of DIALS with a reflection table, or a stream of CrystFEL.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "nanobragg/commands/refine/shots/indexed_spots.hpp"
#include "nanobragg/commands/refine/shots/shots_request.hpp"
#include "nanobragg/io/geometry/shot_list.hpp"

namespace nanobragg::commands {

struct ListedShots {
  std::unique_ptr<io::ShotList> list;
  SpotsOfExperiments spots;  // of a reflection table
  std::string spots_file;    // that, or the stream: for messages
};

// `geometry` is the file that -geometry names, for a stream. What a user should know is told to
// `warn`. Throws UsageError for what is given twice or is no space group, Error for what cannot be
// read.
ListedShots listed_shots(const ShotChoice& choice, const std::optional<std::string>& geometry,
                         const std::function<void(const std::string&)>& warn);

}  // namespace nanobragg::commands
