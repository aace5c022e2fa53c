// Puts together what a list of experiments, a reflection table, images and flags say of a shot.
#include "nanobragg/commands/refine/shots/shot_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/observed/observed_image.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/files_read.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/refine/shots/unique_reflections.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

// What a still is begun with where the flags say nothing: refined from there.
constexpr double kCells = 100.0;
constexpr double kMosaicDegrees = 0.2;
constexpr double kDivergence = 1.0;  // mrad
constexpr double kBandwidth = 0.05;  // %
constexpr double kFreeAmplitude = 100.0;

template <class T, class U>
void fill(std::optional<T>& setting, U otherwise) {
  if (!setting) setting = otherwise;
}

// Spots need closed forms: Gaussian in shape and in mosaic turns.
void take_closed_forms(config::Settings& settings) {
  fill(settings.kernel, "analytic");
  fill(settings.shape, CrystalShape::gauss_cells);
  if (!settings.size_x_mm && !settings.crystal_size) {
    fill(settings.cells_a, kCells);
    fill(settings.cells_b, kCells);
    fill(settings.cells_c, kCells);
  }
  if (!settings.mosaic_spread_abc_deg) fill(settings.mosaic_spread_deg, kMosaicDegrees);
  fill(settings.mosaic_shape, MosaicShape::gauss);
  if (settings.source_file) return;
  if (!settings.divergence_profile && !settings.hdiv_range_mrad && !settings.vdiv_range_mrad) {
    settings.divergence_profile = Profile::gauss;
    settings.hdiv_range_mrad = settings.vdiv_range_mrad = kDivergence;
  }
  if (!settings.spectrum_file && !settings.dispersion_profile && !settings.dispersion_percent) {
    settings.dispersion_profile = Profile::gauss;
    settings.dispersion_percent = kBandwidth;
  }
}

void take_sensor(const std::optional<io::ListedSensor>& sensor, config::Settings& settings) {
  if (!sensor || settings.sensor || settings.thickness_um || settings.absorption_depth_um) return;
  settings.thickness_um = 1e6 * sensor->thickness_m;
  settings.absorption_depth_um = 1e6 / sensor->attenuation_per_m;
}

// Compressed files have the name of what is in them, and an end.
std::optional<fs::path> existing(const fs::path& path) {
  for (const char* end : {"", ".bz2", ".gz", ".xz"}) {
    const fs::path file = path.string() + end;
    if (fs::is_regular_file(file)) return file;
  }
  return std::nullopt;
}

std::vector<std::size_t> numbers_in(const std::optional<std::string>& text, std::size_t size) {
  std::vector<std::size_t> out;
  if (!text) {
    for (std::size_t i = 0; i < size; ++i) out.push_back(i);
    return out;
  }
  std::set<std::size_t> numbers;
  std::string word;
  for (const char c : *text + ",") {
    if (c != ',') {
      word += c;
      continue;
    }
    const std::size_t dash = word.find('-');
    const auto first = config::parse_number(word.substr(0, dash));
    const auto last =
        dash == std::string::npos ? first : config::parse_number(word.substr(dash + 1));
    const auto is_number = [](const auto& x) { return x && *x >= 0.0 && *x == std::floor(*x); };
    if (!is_number(first) || !is_number(last) || *last < *first) {
      throw UsageError(fmt::format("'{}' names no shots", *text), "--shots",
                       "0-9,12 takes eleven of them; they count from 0");
    }
    if (*last >= static_cast<double>(size)) {
      throw UsageError(fmt::format("shot {:g} of {} (they count from 0)", *last, size), "--shots");
    }
    for (double i = *first; i <= *last; ++i) numbers.insert(static_cast<std::size_t>(i));
    word.clear();
  }
  out.assign(numbers.begin(), numbers.end());
  return out;
}

AmplitudeChoice amplitudes_of(const std::string& text, bool are_known) {
  // The logarithm of an intensity with Wilson's distribution (acentric) deviates by π/√6.
  constexpr double kWilson = 1.2825, kKnown = 0.2;
  const auto at = text.find(':');
  const std::string word = text.substr(0, at);
  if (at != std::string::npos && word != "restrained") {
    throw UsageError(fmt::format("unknown amplitudes '{}'", text), "--amplitudes",
                     "fixed, restrained[:SIGMA] or free");
  }
  if (word == "fixed") return {false, 0.0};
  if (word == "free") return {true, kWilson};
  if (word == "auto") {
    return are_known ? AmplitudeChoice{false, 2.0 * kKnown} : AmplitudeChoice{true, kWilson};
  }
  if (word != "restrained") {
    throw UsageError(fmt::format("unknown amplitudes '{}'", text), "--amplitudes",
                     "fixed, restrained[:SIGMA] or free");
  }
  if (at == std::string::npos) return {false, 2.0 * kKnown};
  const auto sigma = config::parse_number(text.substr(at + 1));
  if (!sigma || !(*sigma > 0.0) || !std::isfinite(*sigma)) {
    throw UsageError(fmt::format("'{}' is not a positive number", text.substr(at + 1)),
                     "--amplitudes", "restrained:0.1 lets F vary by 10 %");
  }
  return {false, 2.0 * *sigma};
}

// A pixel below 0 is a measurement where the file of the experiment trusts such readings: −1 is
// the mark of many formats for none.
void trust_negative(io::ObservedImage& image, const TrustedRanges& ranges,
                    const PanelStack& stack) {
  if (image.shape() != stack.shape) return;
  for (std::size_t panel = 0; panel < std::min(ranges.size(), stack.first_row.size()); ++panel) {
    if (!ranges[panel] || (*ranges[panel])[0] >= -1.0) continue;
    const std::size_t end =
        panel + 1 < stack.first_row.size() ? stack.first_row[panel + 1] : stack.shape.slow;
    for (std::size_t slow = stack.first_row[panel]; slow < end; ++slow) {
      for (std::size_t fast = 0; fast < stack.shape.fast; ++fast) {
        const PixelIndex at{slow, fast};
        io::Validity& validity = image.validity[at];
        const bool is_trusted =
            validity == io::Validity::negative && image.values[at] >= (*ranges[panel])[0];
        if (is_trusted) validity = io::Validity::valid;
      }
    }
  }
}

double spacing_of(MillerIndex index, const Axes<double>& reciprocal) {
  const Vec3<double> g = static_cast<double>(index.h) * reciprocal.a +
                         static_cast<double>(index.k) * reciprocal.b +
                         static_cast<double>(index.l) * reciprocal.c;
  return 1.0 / length(g);
}

}  // namespace

AmplitudeSymmetry symmetry_of(const Shot& shot) {
  // The group of one operation.
  SymmetryOperation identity;
  for (std::size_t i = 0; i < 3; ++i) identity.rotation[i][i] = 1;
  return {shot.about.group.value_or(SpaceGroup{"P 1", {identity}}), FriedelMates::apart};
}

namespace {

void check_numbers(const ShotsRequest& request) {
  const auto check = [](const std::optional<double>& value, const char* option, bool may_be_zero) {
    if (!value || (std::isfinite(*value) && (*value > 0.0 || (may_be_zero && *value == 0.0)))) {
      return;
    }
    throw UsageError(fmt::format("{:g} is not a {} number", *value,
                                 may_be_zero ? "finite, not negative" : "positive, finite"),
                     option);
  };
  check(request.observed.gain, "--gain", false);
  check(request.errors.read_noise, "--read-noise", true);
  check(request.errors.of_spots, "--spot-error", true);
  check(request.errors.robust, "--robust", false);
  if (request.observed.offset && !std::isfinite(*request.observed.offset)) {
    throw UsageError("an offset that is not finite", "--offset");
  }
  if (request.choice.spots == 0) throw UsageError("no spots", "--spots");
}

}  // namespace

ShotSource::ShotSource(const ShotsRequest& request, Warn warn)
    : request_(request), warn_(std::move(warn)) {
  check_numbers(request);
  experiments_.emplace(io::read_file(request.choice.experiments), request.choice.experiments);
  chosen_ = numbers_in(request.choice.numbers, experiments_->size());
  if (request.choice.reflections) {
    spots_ = indexed_spots(io::DialsTable::parsed(io::read_file(*request.choice.reflections),
                                                  *request.choice.reflections),
                           *experiments_, *request.choice.reflections);
  }
  const config::ParsedArguments parsed = config::parse_arguments_and_config(
      request.flags, [](const std::string& file) { return io::read_file(file); });
  for (const std::string& text : parsed.warnings) warn_(text);
  settings_ = parsed.settings;
  const bool are_known =
      settings_.hkl_file || settings_.model_file || settings_.wilson || settings_.dump_file;
  amplitudes_ = amplitudes_of(request.amplitudes, are_known);
  if (amplitudes_.is_free && are_known) {
    throw UsageError("free amplitudes, and flags that name some", "--amplitudes",
                     "restrained begins with those that the flags name");
  }
  if (!amplitudes_.is_free && !are_known && !settings_.default_F) {
    throw UsageError("no amplitudes to begin with", "--amplitudes",
                     "give them with -hkl or -model behind --, or take --amplitudes free");
  }
  if (amplitudes_.is_free) fill(settings_.default_F, kFreeAmplitude);
  take_closed_forms(settings_);
  settings_.geometry_file = request.choice.experiments;
  if (!settings_.crystal_file && !settings_.matrix_file) {
    settings_.crystal_file = request.choice.experiments;
  }
  config::Settings first = settings_;
  first.experiment = static_cast<long>(chosen_.front());
  inputs_ = config::read_inputs(first);
}

fs::path ShotSource::image_of(std::size_t number) const {
  const io::ListedExperiment about = experiments_->at(number);
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
  if (!about.image) {
    throw Error(fmt::format("experiment {} names no image", number), request_.choice.experiments,
                "--image FILE names one");
  }
  const fs::path folder = fs::path(request_.choice.experiments).parent_path();
  const fs::path named = *about.image;
  std::vector<fs::path> places{named.is_absolute() ? named : folder / named};
  if (folder / named.filename() != places.front()) places.push_back(folder / named.filename());
  if (!named.is_absolute() && !folder.empty()) places.push_back(named);
  std::string tried;
  for (const fs::path& place : places) {
    if (const auto file = existing(place)) return *file;
    tried += (tried.empty() ? "" : ", ") + place.string();
  }
  throw Error(fmt::format("the image of experiment {} is not there (tried {})", number, tried),
              request_.choice.experiments, "--image FILE names another place");
}

config::Job ShotSource::start_of(std::size_t number, const io::ListedExperiment& about) const {
  config::Settings settings = settings_;
  take_sensor(about.sensor, settings);
  config::Inputs inputs = config::with_experiment(
      settings, *inputs_,
      io::parse_geometry_file(experiments_->alone(number), request_.choice.experiments, {}));
  take_sensor(about.sensor, inputs.settings);
  config::Job start = config::resolve(inputs);
  const auto other = config::cell_warnings(settings, inputs.amplitudes,
                                           cell_of(lattice_of(*start.experiment.crystal)));
  if (!other.empty()) throw Error(other.front(), request_.choice.experiments);
  return start;
}

Image<double> ShotSource::observed(const Shot& shot) const {
  const PanelStack stack = stack_of(shot.start.experiment.detector.panels);
  const auto file = io::open_image(shot.image, stack.shape, request_.observed.external);
  io::check_exposure(shot.about.exposure, file->exposures(), shot.image.string());
  io::ObservedImage image = file->read(shot.about.exposure);
  const TrustedRanges& ranges = shot.start.origin.inputs.trusted;
  trust_negative(image, ranges, stack);
  trust(image, ranges, stack);
  CountScale scale{request_.observed.offset, request_.observed.gain, 0.0, {}};
  if (!scale.gain && shot.about.gain != 1.0) scale.gain = shot.about.gain;
  if (!scale.offset && shot.about.pedestal != 0.0) scale.offset = shot.about.pedestal;
  return photons_of(std::move(image), stack.shape, scale, shot.image.string(), warn_).image;
}

std::vector<kernel::analytic::PredictedReflection> ShotSource::predictions(const Shot& shot) const {
  Experiment crystal = shot.start.experiment;
  crystal.slabs.clear();
  return kernel::analytic::predicted_reflections(
      plan::make_plan(crystal, compat::QuirkSet::physical()), shot.start.compute.threads);
}

// The listed spots, or the strongest predicted ones; all others that are predicted are neighbours.
void ShotSource::choose_boxes(Shot& shot) const {
  std::vector<refine::SpotPlace> spots;
  const auto listed = spots_.find(shot.number);
  if (request_.choice.reflections && listed == spots_.end()) {
    throw Error(fmt::format("no indexed spot of experiment {}", shot.number),
                *request_.choice.reflections);
  }
  Experiment& start = shot.start.experiment;
  const Axes<double> reciprocal = lattice_of(*start.crystal).reciprocal;
  if (listed != spots_.end()) {
    spots = listed->second;
    double finest = std::numeric_limits<double>::infinity();
    const std::size_t panels = start.detector.panels.size();
    for (const refine::SpotPlace& spot : spots) {
      if (spot.panel >= panels) {
        throw Error(fmt::format("a spot on panel {} (there are {})", spot.panel, panels),
                    *request_.choice.reflections, "they count from 0");
      }
      finest = std::min(finest, spacing_of(spot.index, reciprocal));
    }
    // Beyond the spots nothing is looked at.
    const double limit = std::max(start.sampling.resolution_limit.value(), 0.98e-10 * finest);
    start.sampling.resolution_limit = Metre(limit);
  }
  auto predicted = predictions(shot);
  std::ranges::stable_sort(predicted, std::greater(), [](const auto& p) { return p.photons; });
  std::vector<refine::SpotPlace> neighbours;
  const auto key = [](std::size_t panel, const MillerIndex& i) {
    return std::tuple(panel, i.h, i.k, i.l);
  };
  std::set<std::tuple<std::size_t, int, int, int>> own;
  for (const refine::SpotPlace& spot : spots) own.insert(key(spot.panel, spot.index));
  constexpr double kSeen = 0.02;
  for (const auto& reflection : predicted) {
    const bool is_listed = own.contains(key(reflection.place.panel, reflection.index));
    const bool is_direct_beam = reflection.index == MillerIndex{};
    if (is_listed || is_direct_beam || reflection.partiality < kSeen) continue;
    auto& to = spots_.empty() && spots.size() < request_.choice.spots ? spots : neighbours;
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
  if (chosen.pixels.boxes.empty()) {
    throw Error(fmt::format("no spot of experiment {} can be used ({} off the detector, {} not "
                            "measured, {} under other spots)",
                            shot.number, chosen.left_out.off_panel, chosen.left_out.unmeasured,
                            chosen.left_out.overlapped),
                request_.choice.experiments);
  }
  shot.data.pixels = std::move(chosen.pixels);
}

std::vector<io::ListedGroup> ShotSource::groups_of(std::size_t number) const {
  if (!request_.common.panel_groups && request_.recipe != "geometry") return {};
  auto groups = experiments_->groups(number, request_.common.panel_groups.value_or(1));
  return request_.common.panel_groups || groups.size() > 1 ? groups
                                                           : std::vector<io::ListedGroup>{};
}

Shot ShotSource::shot(std::size_t number) const {
  io::ListedExperiment about = experiments_->at(number);
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
  config::Job start = start_of(number, about);
  Shot shot{.number = number,
            .about = std::move(about),
            .image = image_of(number),
            .start = std::move(start),
            .data = {},
            .left_out = {},
            .groups = groups_of(number),
            .has_measured_places = request_.choice.reflections.has_value()};
  if (shot.about.mask) {
    warn_(fmt::format("{}: the mask '{}' is left out (-mask gives one)",
                      request_.choice.experiments, *shot.about.mask));
  }
  choose_boxes(shot);
  shot.data.reflections =
      refine::by_reflection(shot.data.pixels, symmetry_of(shot), {1.0, amplitudes_.sigma});
  shot.data.robust = {request_.errors.robust};
  return shot;
}

}  // namespace nanobragg::commands
