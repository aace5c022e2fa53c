// Puts together what a list of experiments, a reflection table, images and flags say of a shot.
#include "nanobragg/commands/refine/shots/shot_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/sample_statistics.hpp"
#include "nanobragg/commands/observed/observed_image.hpp"
#include "nanobragg/commands/refine/shots/amplitude_checks.hpp"
#include "nanobragg/commands/refine/shots/shot_settings.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/files_read.hpp"
#include "nanobragg/io/geometry/dials_mask.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/reflections/space_group.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/model/reciprocal_point.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/refine/shots/unique_reflections.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

// Compressed files have the name of what is in them, and an end.
std::optional<fs::path> existing(const fs::path& path) {
  for (const char* end : {"", ".bz2", ".gz", ".xz"}) {
    const fs::path file = path.string() + end;
    if (fs::is_regular_file(file)) return file;
  }
  return std::nullopt;
}

// Shots have much in common.
ShotSource::Warn each_once(ShotSource::Warn warn) {
  auto told = std::make_shared<std::set<std::string>>();
  return [warn = std::move(warn), told](const std::string& text) {
    if (told->insert(text).second) warn(text);
  };
}

}  // namespace

AmplitudeSymmetry symmetry_of(const io::ListedExperiment& about) {
  // The group of one operation.
  SymmetryOperation identity;
  for (std::size_t i = 0; i < 3; ++i) identity.rotation[i][i] = 1;
  return {about.group.value_or(SpaceGroup{"P 1", {identity}}), FriedelMates::apart};
}

ShotSource::ShotSource(const ShotsRequest& request, Warn warn)
    : request_(request), warn_(each_once(std::move(warn))) {
  check_numbers(request);
  const config::ParsedArguments parsed = config::parse_arguments_and_config(
      request.flags, [](const std::string& file) { return io::read_file(file); });
  for (const std::string& text : parsed.warnings) warn_(text);
  settings_ = parsed.settings;
  listed_ = listed_shots(request.choice, settings_.geometry_file, warn_);
  chosen_ = chosen_shots(request.choice.numbers, listed_.list->size());
  read_amplitudes();
  take_closed_forms(settings_);
  if (settings_.cell) {
    throw UsageError("a cell beside the crystals of the experiments", "-cell",
                     "leave it out: it is refined from theirs");
  }
  geometry_file_ = std::exchange(settings_.geometry_file, request.choice.experiments);
  const auto first = std::ranges::find_if(
      chosen_, [&](std::size_t number) { return listed_.list->at(number).has_crystal; });
  if (first == chosen_.end()) {
    throw Error("no experiment with a crystal", request.choice.experiments,
                "dials.index finds them");
  }
  inputs_ = config::read_inputs(
      settings_, std::nullopt,
      io::parse_geometry_file(listed_.list->alone(*first), request.choice.experiments, {}));
  if (amplitudes_.by_file) {
    sigmas_.emplace(config::amplitude_sigmas(settings_, inputs_->amplitudes));
  }
  if (!about(*first).group) {
    warn_(
        fmt::format("{} does not say the space group: reflections are merged as if it were P 1 "
                    "(--space-group)",
                    request.choice.experiments));
  }
}

void ShotSource::read_amplitudes() {
  const bool are_known =
      settings_.hkl_file || settings_.model_file || settings_.wilson || settings_.dump_file;
  amplitudes_ = amplitude_choice(request_.amplitudes, are_known);
  if (amplitudes_.is_free && are_known) {
    throw UsageError("free amplitudes, and flags that name some", "--amplitudes",
                     "restrained begins with those that the flags name");
  }
  if (!amplitudes_.is_free && !are_known && !settings_.default_F) {
    throw UsageError("no amplitudes to begin with", "--amplitudes",
                     "give them with -hkl or -model behind --, or take --amplitudes free");
  }
  if (amplitudes_.is_free && !settings_.default_F) settings_.default_F = kFreeAmplitude;
}

// Where nobody says the space group, it is that of the amplitudes.
io::ListedExperiment ShotSource::about(std::size_t number) const {
  io::ListedExperiment out = listed_.list->at(number);
  if (!out.group) out.group = config::amplitude_crystal(settings_, inputs_->amplitudes).group;
  if (!request_.choice.space_group) return out;
  const auto operations = io::find_space_group(*request_.choice.space_group, std::nullopt);
  out.group = SpaceGroup{io::name_of_group(*operations), *operations};
  return out;
}

std::vector<refine::SpotPlace> ShotSource::listed_spots(std::size_t number) const {
  if (request_.choice.reflections) {
    const auto listed = listed_.spots.find(number);
    if (listed != listed_.spots.end()) return listed->second;
    throw Error(fmt::format("no indexed spot of experiment {}", number), listed_.spots_file);
  }
  std::vector<refine::SpotPlace> out;
  for (const io::IndexedPeak& peak : listed_.list->peaks(number)) out.push_back(place_of(peak));
  return out;
}

std::vector<io::NamedFile> ShotSource::lists() const {
  std::vector<io::NamedFile> out{{"--experiment", request_.choice.experiments}};
  if (request_.choice.reflections) out.push_back({"--reflections", *request_.choice.reflections});
  if (geometry_file_) out.push_back({"-geometry", *geometry_file_});
  std::set<std::string> masks;
  for (const std::size_t number : chosen_) {
    if (const auto mask = listed_.list->mask(number)) masks.insert(*mask);
  }
  for (const std::string& mask : masks) {
    try {
      out.push_back({"--experiment", mask_file(mask)});
    } catch (const Error&) {
      continue;  // a row of the table says so
    }
  }
  return out;
}

std::vector<io::NamedFile> ShotSource::images() const {
  std::vector<io::NamedFile> out;
  for (const std::size_t number : chosen_) {
    try {
      out.push_back({"--experiment", image_of(number)});
    } catch (const Error&) {
      continue;  // a row of the table says so
    }
  }
  return out;
}

fs::path ShotSource::image_of(std::size_t number) const {
  if (!request_.observed.files.empty()) {
    if (request_.observed.files.size() == 1 && chosen_.size() > 1) {
      return request_.observed.files.front();  // of several exposures
    }
    const auto at = std::ranges::find(chosen_, number) - chosen_.begin();
    if (static_cast<std::size_t>(at) >= request_.observed.files.size()) {
      throw UsageError(
          fmt::format("{} images for {} shots", request_.observed.files.size(), chosen_.size()),
          "--image");
    }
    return request_.observed.files[static_cast<std::size_t>(at)];
  }
  const auto image = listed_.list->image(number);
  if (!image) {
    throw Error(fmt::format("experiment {} names no image", number), request_.choice.experiments,
                "--image FILE names one");
  }
  return found(*image, fmt::format("the image of experiment {}", number),
               "--image FILE names another place");
}

// Under its name, beside the list, and there under the last part of its name.
fs::path ShotSource::found(const fs::path& named, const std::string& what, const char* hint) const {
  const fs::path folder = fs::path(request_.choice.experiments).parent_path();
  std::vector<fs::path> places{named.is_absolute() ? named : folder / named};
  if (folder / named.filename() != places.front()) places.push_back(folder / named.filename());
  if (!named.is_absolute() && !folder.empty()) places.push_back(named);
  std::string tried;
  for (const fs::path& place : places) {
    if (const auto file = existing(place)) return *file;
    tried += (tried.empty() ? "" : ", ") + place.string();
  }
  throw Error(fmt::format("{} is not there (tried {})", what, tried), request_.choice.experiments,
              hint);
}

fs::path ShotSource::mask_file(const std::string& name) const {
  return found(name, "its mask", "without \"mask\" in its imageset nothing is masked");
}

std::shared_ptr<const PanelMasks> ShotSource::mask_of(const io::ListedExperiment& about) const {
  if (!about.mask) return nullptr;
  auto& known = masks_[*about.mask];
  if (!known) {
    const fs::path file = mask_file(*about.mask);
    known = std::make_shared<const PanelMasks>(
        io::parse_dials_mask(io::read_input(file), file.string()));
  }
  return known;
}

config::Job ShotSource::job_of(std::size_t number, const io::ListedExperiment& about) const {
  config::Settings settings = settings_;
  take_sensor(about.sensor, settings);
  config::Inputs inputs = config::with_experiment(
      settings, *inputs_,
      io::parse_geometry_file(listed_.list->alone(number), request_.choice.experiments, {}));
  take_sensor(about.sensor, inputs.settings);
  config::Job start = config::resolve(inputs);
  check_amplitudes(settings, inputs.amplitudes,
                   {fmt::format("experiment {} in {}", number, request_.choice.experiments), &about,
                    cell_of(lattice_of(*start.experiment.crystal))},
                   warn_);
  // What the file of experiments states is taken where it says it is left out, or told elsewhere;
  // how far the cells of stills are from that of the amplitudes is no news.
  const auto cells = config::cell_warnings(settings, inputs.amplitudes,
                                           cell_of(lattice_of(*start.experiment.crystal)));
  const auto is_in = [](const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
  };
  for (const std::string& text : start.warnings) {
    if (!is_in(inputs.warnings, text) && !is_in(cells, text)) warn_(text);
  }
  return start;
}

Image<double> ShotSource::observed(IndexedShot& shot) const {
  const PanelStack stack = stack_of(shot.start.experiment.detector.panels);
  const auto file = io::open_image(shot.image, stack.shape, request_.observed.external);
  io::check_exposure(shot.about.exposure, file->exposures(), shot.image.string());
  io::ObservedImage image =
      stacked(file->read(shot.about.exposure), shot.start.experiment.detector.panels,
              shot.about.readings.corners);
  if (const auto mask = mask_of(shot.about)) {
    apply_mask(*mask, shot.start.experiment.detector.panels, *shot.about.mask, image);
  }
  const TrustedRanges& ranges = shot.start.origin.inputs.trusted;
  trust_negative(image, ranges, stack);
  trust(image, ranges, stack);
  CountScale scale{request_.observed.offset, request_.observed.gain, 0.0, {}};
  if (!scale.gain && shot.about.readings.gain != 1.0) scale.gain = shot.about.readings.gain;
  if (!scale.offset && shot.about.readings.pedestal != 0.0)
    scale.offset = shot.about.readings.pedestal;
  Photons photons = photons_of(std::move(image), stack.shape, scale, shot.image.string(), warn_);
  shot.invalid = io::invalid_pixels(photons.pixels);
  return std::move(photons.image);
}

std::vector<kernel::analytic::PredictedReflection> ShotSource::predictions(
    const IndexedShot& shot) const {
  Experiment crystal = shot.start.experiment;
  crystal.water = Metre(0.0);
  crystal.slabs.clear();
  crystal.measured.clear();
  return kernel::analytic::predicted_reflections(
      plan::make_plan(crystal, compat::QuirkSet::physical()), shot.start.compute.threads);
}

void check_panels(const std::vector<refine::SpotPlace>& spots, std::size_t panels,
                  const std::string& file) {
  for (const refine::SpotPlace& spot : spots) {
    if (spot.panel < panels) continue;
    throw Error(fmt::format("a spot on panel {} (there are {})", spot.panel, panels), file,
                "they count from 0");
  }
}

// Throws Error where listed spots are far from where the experiment has them.
void check_places(const std::vector<refine::SpotPlace>& listed,
                  const std::vector<kernel::analytic::PredictedReflection>& predicted,
                  const std::string& file) {
  std::map<std::pair<std::size_t, MillerIndex>, const refine::SpotPlace*> places;
  for (const refine::SpotPlace& spot : listed) places[{spot.panel, spot.index}] = &spot;
  std::vector<double> distances;
  for (const auto& r : predicted) {
    const auto at = places.find({r.place.panel, r.index});
    if (at == places.end()) continue;
    distances.push_back(
        std::hypot(r.place.fast - at->second->fast, r.place.slow - at->second->slow));
  }
  constexpr double kFar = 25.0;
  const double off = median(distances);
  if (!distances.empty() && off < kFar) return;
  throw Error(
      distances.empty()
          ? fmt::format("none of its {} spots is one that the experiment predicts", listed.size())
          : fmt::format("its spots stand {:.0f} pixels from where the experiment predicts "
                        "them (median)",
                        off),
      file, "is it the .refl file of another experiment, or the orientation another?");
}

// The listed spots, or the strongest predicted ones; all others that are predicted are neighbours.
void ShotSource::choose_boxes(IndexedShot& shot) const {
  std::vector<refine::SpotPlace> spots = listed_spots(shot.number);
  shot.data.has_measured_places = !spots.empty();
  Experiment& start = shot.start.experiment;
  const Axes<double> reciprocal = lattice_of(*start.crystal).reciprocal;
  if (shot.data.has_measured_places) {
    double finest = std::numeric_limits<double>::infinity();
    check_panels(spots, start.detector.panels.size(), listed_.spots_file);
    for (const refine::SpotPlace& spot : spots) {
      finest = std::min(finest, 1.0 / length(reciprocal_point(spot.index, reciprocal)));
    }
    // Beyond the spots nothing is looked at.
    const double limit = std::max(start.sampling.resolution_limit.value(), 0.98e-10 * finest);
    start.sampling.resolution_limit = Metre(limit);
  }
  auto predicted = predictions(shot);
  if (shot.data.has_measured_places) check_places(spots, predicted, listed_.spots_file);
  std::ranges::stable_sort(predicted, std::greater(), [](const auto& p) { return p.photons; });
  std::vector<refine::SpotPlace> neighbours;
  std::set<std::pair<std::size_t, MillerIndex>> own;
  for (const refine::SpotPlace& spot : spots) own.insert({spot.panel, spot.index});
  constexpr double kSeen = 0.02;
  for (const auto& reflection : predicted) {
    const bool is_listed = own.contains({reflection.place.panel, reflection.index});
    const bool is_direct_beam = reflection.index == MillerIndex{};
    if (is_listed || is_direct_beam || reflection.partiality < kSeen) continue;
    const bool is_wanted = !shot.data.has_measured_places && spots.size() < request_.choice.spots;
    auto& to = is_wanted ? spots : neighbours;
    to.push_back(place_of(reflection));
  }
  if (spots.empty()) {
    throw Error(fmt::format("experiment {} predicts no spot on its detector", shot.number),
                request_.choice.experiments);
  }
  shot.spots = spots.size();
  const Image<double> photons = observed(shot);
  refine::ChosenBoxes chosen = refine::boxes_around({spots, neighbours, request_.choice.margin},
                                                    start, std::as_const(photons).view());
  shot.left_out = chosen.left_out;
  constexpr std::size_t kLeastBoxes = 5;
  if (chosen.pixels.boxes.size() < kLeastBoxes) {
    throw Error(fmt::format("{} of {} spots of experiment {} can be used ({} off the detector, {} "
                            "not measured, {} under other spots; {} are needed)",
                            chosen.pixels.boxes.size(), spots.size(), shot.number,
                            chosen.left_out.off_panel, chosen.left_out.unmeasured,
                            chosen.left_out.overlapped, kLeastBoxes),
                request_.choice.experiments);
  }
  shot.data.pixels = std::move(chosen.pixels);
}

std::vector<io::ListedGroup> ShotSource::groups_of(std::size_t number) const {
  if (!request_.common.panel_groups && request_.recipe != "geometry") return {};
  auto groups = listed_.list->groups(number, request_.common.panel_groups.value_or(1));
  return request_.common.panel_groups || groups.size() > 1 ? groups
                                                           : std::vector<io::ListedGroup>{};
}

StartOfShot ShotSource::start(std::size_t number) const {
  io::ListedExperiment about = this->about(number);
  if (!about.has_crystal) {
    throw Error(fmt::format("experiment {} has no crystal", number), request_.choice.experiments,
                "dials.index finds one");
  }
  if (about.exposures > 1) {
    throw Error(fmt::format("experiment {} is of {} images", number, about.exposures),
                request_.choice.experiments,
                "refine --image takes the images of a rotation; dials.split_experiments makes "
                "stills of single images");
  }
  config::Job job = job_of(number, about);
  return {std::move(about), std::move(job)};
}

IndexedShot ShotSource::shot(std::size_t number) const {
  StartOfShot known = start(number);
  IndexedShot shot{.number = number,
                   .about = std::move(known.about),
                   .image = image_of(number),
                   .start = std::move(known.job),
                   .data = {},
                   .left_out = {},
                   .invalid = {},
                   .groups = groups_of(number)};
  choose_boxes(shot);
  shot.data.reflections =
      refine::by_reflection(shot.data.pixels, symmetry_of(shot.about), {1.0, amplitudes_.sigma});
  if (sigmas_) sigmas_->give(shot.data.reflections, symmetry_of(shot.about));
  shot.data.robust = {request_.errors.robust};
  return shot;
}

}  // namespace nanobragg::commands
