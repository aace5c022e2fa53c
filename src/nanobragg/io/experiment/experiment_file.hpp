// Whole experiments as JSON files: what a run resolved to, so that another run repeats its pixels.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "nanobragg/compat/quirk.hpp"
#include "nanobragg/model/experiment.hpp"

namespace nanobragg::io {

// An experiment, and the quirks under which its pixels are computed.
struct StoredExperiment {
  Experiment experiment;
  compat::QuirkSet quirks;
};

// How an experiment file is called on the command line and ends.
inline constexpr const char* kExperimentFlag = "-experiment_file";
inline constexpr const char* kExperimentExtension = ".json";

// The text of a file of the format "nanobragg experiment", version 1 (docs/formats.md). Numbers are
// in the units of the model, which the keys name: SI, and Å for the crystal. They read back bit for
// bit.
std::string experiment_json(const StoredExperiment& stored);

// A digest of the same text without the version of the program: equal experiments have equal ones.
std::string experiment_digest(const StoredExperiment& stored);

// `name` is that of the file, for messages. Throws Error, naming the file and the key, for what is
// not JSON, of another format or of a newer version, for keys that are unknown, missing or given
// twice, and for values of the wrong type or that no experiment has. Parts that state one thing
// twice have to agree.
StoredExperiment parse_experiment(std::string_view text, const std::string& name);

// The same of a file, which may be compressed.
StoredExperiment read_experiment(const std::filesystem::path& file);

// Complete or not at all. Throws Error where it cannot be written.
void write_experiment(const std::filesystem::path& file, const StoredExperiment& stored);

}  // namespace nanobragg::io
