// The shots of a list of experiments, each with its image, its start and its boxes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nanobragg/commands/refine/shots/known_sigmas.hpp"
#include "nanobragg/commands/refine/shots/listed_shots.hpp"
#include "nanobragg/commands/refine/shots/measured_pixels.hpp"
#include "nanobragg/commands/refine/shots/shot_settings.hpp"
#include "nanobragg/commands/refine/shots/shots_request.hpp"
#include "nanobragg/config/resolve/inputs.hpp"
#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/io/files/run_files.hpp"
#include "nanobragg/io/geometry/shot_list.hpp"
#include "nanobragg/refine/shots/refine_shot.hpp"

namespace nanobragg::commands {

// One experiment of the list with what is refined of it.
struct IndexedShot {
  std::size_t number = 0;
  io::ListedExperiment about;
  std::filesystem::path image;
  config::Job start;
  refine::ShotData data;
  refine::LeftOutSpots left_out;
  std::string invalid;                  // how many pixels do not count, and why; empty: all do
  std::size_t spots = 0;                // that are listed or predicted
  std::vector<io::ListedGroup> groups;  // of panels that move as one; none: they stay
};

// What of it is known without its image.
struct StartOfShot {
  io::ListedExperiment about;
  config::Job job;
};

// What makes amplitudes of a shot equal: its space group, with Friedel mates apart.
AmplitudeSymmetry symmetry_of(const io::ListedExperiment& about);

// Of one thread at a time: it keeps masks.
class ShotSource {
 public:
  using Warn = std::function<void(const std::string&)>;

  // Reads the lists, the tables and what the flags name. Throws UsageError and Error.
  ShotSource(const ShotsRequest& request, Warn warn);

  const io::ShotList& experiments() const { return *listed_.list; }
  // Numbers of the chosen experiments, in rising order.
  const std::vector<std::size_t>& chosen() const { return chosen_; }
  AmplitudeChoice amplitudes() const { return amplitudes_; }
  // What is named to be read: the list and the table; the images that are there.
  std::vector<io::NamedFile> lists() const;
  std::vector<io::NamedFile> images() const;
  // The image of an experiment. Throws Error, saying which places were tried.
  std::filesystem::path image_of(std::size_t number) const;
  // Those of the flags.
  const config::Settings& settings() const { return settings_; }
  // Both throw Error.
  StartOfShot start(std::size_t number) const;
  IndexedShot shot(std::size_t number) const;

 private:
  void read_amplitudes();
  std::filesystem::path found(const std::filesystem::path& named, const std::string& what,
                              const char* hint) const;
  std::filesystem::path mask_file(const std::string& name) const;
  // That which the list names; null: none.
  std::shared_ptr<const PanelMasks> mask_of(const io::ListedExperiment& about) const;
  io::ListedExperiment about(std::size_t number) const;
  // Those of the table, or of the list itself; none: they are to be predicted.
  std::vector<refine::SpotPlace> listed_spots(std::size_t number) const;
  config::Job job_of(std::size_t number, const io::ListedExperiment& about) const;
  std::vector<io::ListedGroup> groups_of(std::size_t number) const;
  // Also sets what of the image does not count.
  Image<double> observed(IndexedShot& shot) const;
  void choose_boxes(IndexedShot& shot) const;
  std::vector<kernel::analytic::PredictedReflection> predictions(const IndexedShot& shot) const;

  const ShotsRequest& request_;
  Warn warn_;
  ListedShots listed_;
  mutable std::map<std::string, std::shared_ptr<const PanelMasks>> masks_;  // that were read
  std::optional<KnownSigmas> sigmas_;                                       // of amplitudes
  std::vector<std::size_t> chosen_;
  AmplitudeChoice amplitudes_;
  config::Settings settings_;
  std::optional<std::string> geometry_file_;  // of a stream, in place of its own
  std::string spots_file_;                    // for messages
  std::optional<config::Inputs> inputs_;
};

}  // namespace nanobragg::commands
