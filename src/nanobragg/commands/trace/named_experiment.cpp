// The table of named experiments.
#include "nanobragg/commands/trace/named_experiment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "nanobragg/base/error.hpp"

namespace nanobragg::commands {
namespace {

struct Experiment {
  std::string_view name;
  std::string_view flags;  // separated by spaces
  std::array<std::string_view, 2> files;
};

constexpr auto kExperiments = std::to_array<Experiment>({
    // Triclinic lysozyme on a tilted detector; the parity study of a public port of nanoBragg.c.
    {"supervisor",
     "-mat A.mat -hkl scaled.hkl -nonoise -nointerpolate -oversample 1 -exposure 1 -flux 1e18 "
     "-beamsize 1.0 -spindle_axis -1 0 0 -Xbeam 217.742295 -Ybeam 213.907080 "
     "-distance 231.274660 -lambda 0.976800 -pixel 0.172 -detpixels_x 2463 -detpixels_y 2527 "
     "-odet_vector -0.000088 0.004914 -0.999988 -sdet_vector -0.005998 -0.999970 -0.004913 "
     "-fdet_vector 0.999982 -0.005998 -0.000118 "
     "-pix0_vector_mm -216.336293 215.205512 -230.200866 "
     "-beam_vector 0.00051387949 0.0 -0.99999986 -Na 36 -Nb 47 -Nc 29 -osc 0.1 -phi 0 "
     "-phisteps 10 -detector_rotx 0 -detector_roty 0 -detector_rotz 0 -twotheta 0",
     {"A.mat", "scaled.hkl"}},
});

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

std::vector<std::string> named_experiment(std::string_view name,
                                          const std::filesystem::path& folder) {
  for (const Experiment& experiment : kExperiments) {
    if (experiment.name != name) continue;
    std::vector<std::string_view> missing;
    for (const std::string_view file : experiment.files) {
      if (!std::filesystem::exists(folder / file)) missing.push_back(file);
    }
    if (!missing.empty()) {
      throw Error(fmt::format("the experiment '{}' reads {}; not in the current folder: {}", name,
                              fmt::join(experiment.files, " and "), fmt::join(missing, " and ")),
                  "", "run it where they are, or copy them here");
    }
    return words_in(experiment.flags);
  }
  return {};
}

std::vector<std::string> flags_of_config(const std::string& config,
                                         const std::filesystem::path& folder) {
  std::vector<std::string> flags = named_experiment(config, folder);
  if (!flags.empty()) return flags;
  if (!std::filesystem::exists(folder / config)) {
    throw UsageError(fmt::format("no experiment and no file '{}'", config), "--config",
                     "experiments: " + experiment_names());
  }
  return {"-config", config};
}

std::string experiment_names() {
  std::string names;
  for (const Experiment& experiment : kExperiments) {
    names.append(names.empty() ? "" : ", ").append(experiment.name);
  }
  return names;
}

}  // namespace nanobragg::commands
