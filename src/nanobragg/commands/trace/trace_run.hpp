// A run that traces pixels and leaves a folder of evidence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/kernel/interface/pixel_recorder.hpp"
#include "nanobragg/kernel/interface/precision.hpp"

namespace nanobragg::commands {

enum class TraceFormat : std::uint8_t { text, json };
enum class Device : std::uint8_t { cpu, cuda };

struct TraceRequest {
  std::vector<PixelIndex> pixels;  // at least one
  std::filesystem::path folder;    // for the evidence
  std::vector<std::string> flags;  // as nanobragg simulate takes them
  std::string config;              // name of an experiment or of a TOML file; may be empty
  std::optional<kernel::Precision> precision;  // unset: as the flags say
  kernel::StepSelection steps = kernel::StepSelection::first_of_each;
  TraceFormat printed = TraceFormat::text;
  Device device = Device::cpu;
  std::vector<std::string> command_line;  // as it was typed, for the evidence
};

// Where a run writes its messages; the evidence keeps a copy.
struct Console {
  std::function<void(const std::string&)> output;
  std::function<void(const std::string&)> errors;
};

// Prints the trace and writes trace.log, trace.json, config_snapshot.json, env.json, stdout.txt and
// stderr.txt, and adds to notes.md and attempt_history.md. What fails is thrown as Error, after it
// was added to attempt_failed.log; what an earlier attempt left stays. Throws OverwriteError, and
// writes nothing, where a file of the evidence is one that the trace reads.
void run_trace(const TraceRequest& request, const Console& console);

}  // namespace nanobragg::commands
