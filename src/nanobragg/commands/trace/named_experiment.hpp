// Experiments that have a name, so that different people can run the same one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::commands {

// The flags of the experiment of this name; empty where there is none. Throws Error, naming them,
// where its data files are not in `folder`.
std::vector<std::string> named_experiment(std::string_view name,
                                          const std::filesystem::path& folder);

// The flags that a --config stands for: those of a named experiment, or -config with a file. Throws
// UsageError where there is neither.
std::vector<std::string> flags_of_config(const std::string& config,
                                         const std::filesystem::path& folder);

// "supervisor, …", for messages.
std::string experiment_names();

}  // namespace nanobragg::commands
