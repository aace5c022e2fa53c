// Turns words into a problem.
#include "nanobragg/commands/refine/refine_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/observed/observed_image.hpp"
#include "nanobragg/commands/trace/pixel_boxes.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::commands {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

double number_in(const std::string& word, const std::string& option) {
  const auto number = config::parse_number(word);
  if (!number) {
    throw UsageError(fmt::format("'{}' is not a number (in {})", word, option));
  }
  return *number;
}

std::size_t count_in(const std::string& word, const std::string& option) {
  const double number = number_in(word, option);
  if (!(number >= 1.0) || number != std::floor(number) || number > 1e9) {
    throw UsageError(fmt::format("'{}' is not a count (in {})", word, option));
  }
  return static_cast<std::size_t>(number);
}

refine::PixelSelection pixels_of(const std::string& text) {
  const std::string option = "--pixels";
  const std::vector<std::string> parts = split(text, ':');
  if (text == "all") return refine::AllPixels{};
  if (parts[0] == "roi" && text.size() > 4) return read_boxes(text.substr(4));
  if (parts[0] == "spots" && parts.size() <= 3) {
    refine::PredictedSpots spots;
    if (parts.size() > 1) spots.count = count_in(parts[1], option);
    if (parts.size() > 2) spots.half = count_in(parts[2], option);
    return spots;
  }
  if (parts[0] == "random" && (parts.size() == 2 || parts.size() == 3)) {
    refine::RandomPixels random{count_in(parts[1], option), 1};
    if (parts.size() > 2) random.seed = count_in(parts[2], option);
    return random;
  }
  throw UsageError(fmt::format("unknown choice of pixels '{}'", text), option,
                   "all, roi:FILE, spots[:N[:HALF]] or random:N[:SEED]");
}

refine::Method method_of(const std::string& word) {
  if (word == "lm") return refine::Method::levenberg_marquardt;
  if (word == "lbfgs") return refine::Method::lbfgs;
  if (word == "adam") return refine::Method::adam;
  throw UsageError(fmt::format("unknown method '{}'", word), "--method", "lm, lbfgs or adam");
}

refine::BackgroundKind background_of(const std::string& word) {
  if (word == "none") return refine::BackgroundKind::none;
  if (word == "constant") return refine::BackgroundKind::constant;
  if (word == "plane-per-spot") return refine::BackgroundKind::plane;
  throw UsageError(fmt::format("unknown background '{}'", word), "--background",
                   "none, constant or plane-per-spot");
}

struct NamedPair {
  plan::ParameterId id;
  double first, second;  // internal units
};

// name=first:second
NamedPair named_pair(const std::string& text, const std::string& option, std::size_t panels) {
  const std::size_t equals = text.find('=');
  const std::vector<std::string> numbers =
      split(equals == std::string::npos ? "" : text.substr(equals + 1), ':');
  if (numbers.size() != 2) {
    throw UsageError(fmt::format("'{}' is not name=number:number", text), option);
  }
  const auto ids = plan::find_parameters(std::array{text.substr(0, equals)}, panels);
  if (ids.size() != 1) {
    throw UsageError(fmt::format("'{}' names several parameters", text.substr(0, equals)), option,
                     "one option for each");
  }
  const double per_internal = plan::info(ids[0]).per_internal;
  const auto value = [&](const std::string& word, double otherwise) {
    return word.empty() ? otherwise : number_in(word, option) / per_internal;
  };
  constexpr double kInf = std::numeric_limits<double>::infinity();
  return {ids[0], value(numbers[0], -kInf), value(numbers[1], kInf)};
}
std::vector<NamedPair> named_pairs(const std::vector<std::string>& texts, const std::string& option,
                                   std::size_t panels) {
  std::vector<NamedPair> out;
  for (const std::string& text : texts) {
    const NamedPair pair = named_pair(text, option, panels);
    if (std::ranges::find(out, pair.id, &NamedPair::id) != out.end()) {
      throw UsageError(fmt::format("parameter '{}' is named twice", plan::name_of(pair.id)),
                       option);
    }
    out.push_back(pair);
  }
  return out;
}

// Where F stands alone, every amplitude that shows.
void request_variables(const plan::NamedVariables& variables, refine::Problem& problem) {
  for (const plan::Variable& variable : variables.list) {
    if (const auto* id = std::get_if<plan::ParameterId>(&variable)) {
      problem.parameters.ids.push_back(*id);
    } else {
      problem.reflections.push_back(std::get<MillerIndex>(variable));
    }
  }
  if (variables.every_amplitude || !problem.reflections.empty()) {
    problem.amplitudes = refine::Amplitudes::refined;
  }
}

}  // namespace

std::optional<refine::CrystalSystem> system_of(const std::string& word) {
  return word == "auto" ? std::nullopt : std::optional(refine::crystal_system(word));
}

std::vector<refine::Bound> bounds_of(const std::vector<std::string>& words, std::size_t panels) {
  std::vector<refine::Bound> out;
  for (const NamedPair& pair : named_pairs(words, "--bound", panels)) {
    out.push_back({pair.id, pair.first, pair.second});
  }
  return out;
}

std::vector<refine::Restraint> restraints_of(const std::vector<std::string>& words,
                                             std::size_t panels) {
  std::vector<refine::Restraint> out;
  for (const NamedPair& pair : named_pairs(words, "--restraint", panels)) {
    if (!std::isfinite(pair.first) || !(pair.second > 0.0) || !std::isfinite(pair.second)) {
      throw UsageError(
          fmt::format("'{}' has no value or no positive sigma", plan::name_of(pair.id)),
          "--restraint", "cell_a=79.1:0.05, for example");
    }
    out.push_back({pair.id, pair.first, pair.second});
  }
  return out;
}

refine::Problem make_problem(const RefineRequest& request, const config::Job& start) {
  refine::Problem problem{start.experiment, {}, {}, refine::Amplitudes::fixed, {}, {}};
  const std::size_t panels = start.experiment.detector.panels.size();
  problem.parameters.system = system_of(request.crystal_system);
  problem.parameters.bounds = bounds_of(request.bounds, panels);
  problem.restraints = restraints_of(request.restraints, panels);
  request_variables(plan::find_variables(plan::split_names(request.parameters), panels), problem);
  refine::Options& options = problem.options;
  options.loss = request.loss;
  options.pixels = pixels_of(request.pixels);
  options.method = method_of(request.method);
  options.background = background_of(request.background);
  if (options.background == refine::BackgroundKind::plane &&
      !std::holds_alternative<refine::PredictedSpots>(options.pixels) &&
      !std::holds_alternative<refine::PixelBoxes>(options.pixels)) {
    throw UsageError("a plane per spot without boxes", "--background",
                     "take --pixels spots or roi:FILE, or --background constant");
  }
  options.iterations = request.iterations;
  options.kernel = start.compute.kernel;
  options.threads = start.compute.threads;
  return problem;
}

std::vector<refine::Observation> read_observations(
    const ObservedFiles& observed, const ObservedFrames& frames, const config::Job& start,
    const std::function<void(const std::string&)>& warn) {
  if (observed.gain && !(*observed.gain > 0.0 && std::isfinite(*observed.gain))) {
    throw UsageError("a gain that is not positive and finite", "--gain");
  }
  if (observed.offset && !std::isfinite(*observed.offset)) {
    throw UsageError("an offset that is not finite", "--offset");
  }
  const double range = plan::values_of(start.experiment)[plan::ParameterId::oscillation];
  if (frames.is_unchosen_series && range == 0.0) {
    throw UsageError(
        fmt::format(
            "{} exposures of a crystal that does not turn (-osc 0): are they of one crystal?",
            frames.list.size()),
        frames.list.front().file.string(),
        fmt::format("--frames {0} takes one of them, --frames {0}-{1} several; -osc says how far "
                    "each turns",
                    frames.list.front().number, frames.list.back().number));
  }
  const PanelStack stack = stack_of(start.experiment.detector.panels);
  const ImageShape shape = stack.shape;
  const TrustedRanges& ranges = start.origin.inputs.trusted;
  const CountScale scale{observed.offset, observed.gain, start.response.adc_offset,
                         start.response.read_out};
  std::vector<refine::Observation> observations;
  io::ValidityCounts pixels{};
  // What a file says of its readings is said once.
  std::vector<std::string> told;
  const auto tell = [&](const std::string& text) {
    if (told.empty()) warn(text);
    told.push_back(text);
  };
  for_each_frame(frames, shape, [&](const ObservedFrame& frame, io::ObservedImage image) {
    trust(image, ranges, stack);
    Photons photons = photons_of(std::move(image), shape, scale, frame.name(), tell);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] += photons.pixels[i];
    observations.push_back({std::move(photons.image), range * static_cast<double>(frame.place)});
  });
  const std::string invalid = io::invalid_pixels(pixels);
  const std::string name = frames.list.size() == 1 ? frames.list.front().name()
                                                   : fmt::format("{} frames", frames.list.size());
  if (!invalid.empty()) warn(fmt::format("{}: {}", name, invalid));
  return observations;
}

}  // namespace nanobragg::commands
