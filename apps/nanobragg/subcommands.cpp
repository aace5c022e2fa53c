// The table of subcommands.
#include "subcommands.hpp"

#include <array>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/base/suggest.hpp"

namespace nanobragg::app {

std::span<const Subcommand> subcommands() {
  static constexpr auto kTable = std::to_array<Subcommand>({
      {"simulate", "render one image (the default)", simulate},
      {"background", "render amorphous scattering alone, with the flags of nonBragg", background},
      {"materials", "list the materials that -background knows", materials},
      {"view", "show images, and an experiment that is moved by hand, in the browser", view},
      {"sweep", "render a rotation data set", sweep, Processes::several},
      {"stills", "render a series of stills in many orientations", stills, Processes::several},
      {"gather", "put together what shards of a sweep or of stills have written", gather},
      {"noisify", "make the counts of a detector of an image of photons", noisify},
      {"add", "add images photon by photon", add},
      {"trace", "show every factor of a pixel's computation, and keep the evidence", trace},
      {"audit", "find the first divergence between two traces of a pixel", audit},
      {"compare", "compare two programs on the same flags, or two images", compare},
      {"refine", "find an experiment's numbers from observed images", refine, Processes::several},
      {"gradcheck", "check the derivatives of an image by every parameter", gradcheck},
      {"detectors", "list the detectors that the program knows, or describe one", detectors},
      {"bench", "measure the speed of the kernels on this machine", bench},
      {"docs", "print a table of docs as Markdown: flags, quirks", docs},
  });
  return kTable;
}

const Subcommand& find_subcommand(const std::string& name) {
  std::vector<std::string> names;
  for (const Subcommand& command : subcommands()) {
    if (command.name == name) return command;
    names.emplace_back(command.name);
  }
  const auto near = nearest(name, names);
  throw UsageError("unknown command '" + name + "' (no such subcommand)", "",
                   near ? "did you mean '" + *near + "'?" : "nanobragg --help lists them");
}

}  // namespace nanobragg::app
