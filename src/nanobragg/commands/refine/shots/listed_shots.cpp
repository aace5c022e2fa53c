// Tells lists apart by what they hold.
#include "nanobragg/commands/refine/shots/listed_shots.hpp"

#include <fmt/format.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/geometry/crystfel_shots.hpp"
#include "nanobragg/io/geometry/dials_list.hpp"
#include "nanobragg/io/reflections/space_group.hpp"

namespace nanobragg::commands {

ListedShots listed_shots(const ShotChoice& choice, const std::optional<std::string>& geometry,
                         const std::function<void(const std::string&)>& warn) {
  const std::string& file = choice.experiments;
  ListedShots out;
  std::string hall_symbol;
  if (choice.space_group) {
    const auto known = io::hall_symbol_of(*choice.space_group);
    if (!known) {
      throw UsageError(fmt::format("unknown space group '{}'", *choice.space_group),
                       "--space-group", "as P43212, or 96");
    }
    hall_symbol = *known;
  }
  if (io::is_crystfel_stream(io::beginning_of(file, 64))) {
    if (choice.reflections) {
      throw UsageError("a reflection table beside a stream, which has its own spots",
                       "--reflections", "leave it out");
    }
    auto stream = std::make_unique<io::CrystfelShots>(file, geometry, hall_symbol);
    for (const std::string& text : stream->warnings()) warn(text);
    out.list = std::move(stream);
    out.spots_file = file;
    return out;
  }
  if (geometry) {
    throw UsageError("a geometry beside that of the experiments", "-geometry", "leave it out");
  }
  const std::string text = io::read_file(file);
  if (!io::skip_space(text).starts_with('{')) {
    throw Error("neither a list of experiments of DIALS (JSON) nor a stream of CrystFEL", file);
  }
  auto list = std::make_unique<io::DialsList>(text, file);
  if (choice.reflections) {
    out.spots_file = *choice.reflections;
    out.spots = indexed_spots(io::DialsTable::parsed(io::read_file(out.spots_file), out.spots_file),
                              *list, out.spots_file);
  }
  out.list = std::move(list);
  return out;
}

}  // namespace nanobragg::commands
