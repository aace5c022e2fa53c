// Our simulation of one pixel, as it is and with changes made.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/audit/document.hpp"
#include "nanobragg/commands/audit/change.hpp"
#include "nanobragg/config/resolve/inputs.hpp"

namespace nanobragg::commands {

// A mode of quirks, and what it computes. Immutable; threads may share it.
struct BaseRun {
  std::string name;
  compat::QuirkSet quirks;
  config::Job job;
  plan::SamplingPlan plan;
  audit::Document trace;
};

// The files of an experiment as a set of quirks reads them.
struct Reading {
  config::Inputs inputs;
  // The same without amplitudes, which most changes leave alone.
  config::Inputs geometry;
  std::shared_ptr<const StructureFactors> amplitudes;
};

// Threads may share it: what it keeps of files is read once, under a lock.
class PixelSimulation {
 public:
  // Reads the files that the settings name. Throws Error as config::read_inputs does.
  PixelSimulation(const config::Settings& settings, PixelIndex pixel);

  // Throws Error where the experiment cannot be simulated, or does not render the pixel.
  BaseRun base(const std::string& name, compat::QuirkSet quirks) const;
  // The given settings, with what files add.
  const config::Settings& settings() const { return physical_->inputs.settings; }
  // Of a list of sources, as it gives them.
  std::vector<double> source_weights() const;
  // The trace with all of these changes made, the first first. Nothing where that cannot be
  // simulated (a detector within the sample, a pixel outside): it is not what happened, the traces
  // at hand were computed.
  std::optional<audit::Document> changed(const BaseRun& base,
                                         std::span<const Change* const> changes) const;

 private:
  // Quirks of files act where they are read.
  std::shared_ptr<const Reading> reading(compat::QuirkSet quirks) const;
  config::Job job_of(const config::Settings& settings, compat::QuirkSet quirks) const;
  audit::Document changed_document(const BaseRun& base,
                                   std::span<const Change* const> changes) const;

  config::Settings given_;
  PixelIndex pixel_;
  struct Readings {
    std::mutex mutex;
    std::vector<std::pair<compat::QuirkSet, std::shared_ptr<const Reading>>> of;
  };
  std::unique_ptr<Readings> readings_;
  std::shared_ptr<const Reading> physical_;
};

}  // namespace nanobragg::commands
