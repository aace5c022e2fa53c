// Turns words into a problem.
#include "nanobragg/batch/refine_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/batch/observed_image.hpp"
#include "nanobragg/config/number.hpp"
#include "nanobragg/io/file.hpp"
#include "nanobragg/io/text.hpp"
#include "nanobragg/model/panel_stack.hpp"
#include "nanobragg/plan/variables.hpp"

namespace nanobragg::batch {
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

// fast first, fast last, slow first, slow last; one box a line.
refine::PixelBoxes read_boxes(const std::string& file) {
  const std::string text = io::read_file(file);
  refine::PixelBoxes boxes;
  io::LineReader lines(text);
  while (const auto line = lines.next()) {
    std::string_view rest = io::trim(line->text);
    if (rest.empty() || rest.front() == '#') continue;
    std::array<std::size_t, 4> ends{};
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const auto number = io::integer_prefix(rest);
      if (!number || number->value < 0) {
        throw io::expected_numbers("4 pixels", i, rest, io::place(file, line->number));
      }
      ends[i] = static_cast<std::size_t>(number->value);
      rest = io::skip_space(rest.substr(number->length));
    }
    const auto [fast_first, fast_last, slow_first, slow_last] = ends;
    if (fast_last < fast_first || slow_last < slow_first) {
      throw Error("a box that ends before it begins", io::place(file, line->number),
                  "fast first and last, then slow first and last");
    }
    boxes.boxes.push_back({{slow_first, fast_first}, {slow_last, fast_last}});
  }
  if (boxes.boxes.empty()) throw Error("no box in the file", file);
  return boxes;
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
NamedPair named_pair(const std::string& text, const std::string& option) {
  const std::size_t equals = text.find('=');
  const std::vector<std::string> numbers =
      split(equals == std::string::npos ? "" : text.substr(equals + 1), ':');
  if (numbers.size() != 2) {
    throw UsageError(fmt::format("'{}' is not name=number:number", text), option);
  }
  const auto ids = plan::find_parameters(std::array{text.substr(0, equals)});
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
std::vector<NamedPair> named_pairs(const std::vector<std::string>& texts,
                                   const std::string& option) {
  std::vector<NamedPair> out;
  for (const std::string& text : texts) {
    const NamedPair pair = named_pair(text, option);
    if (std::ranges::find(out, pair.id, &NamedPair::id) != out.end()) {
      throw UsageError(fmt::format("parameter '{}' is named twice", plan::info(pair.id).name),
                       option);
    }
    out.push_back(pair);
  }
  return out;
}

refine::ParameterRequest parameters_of(const RefineRequest& request) {
  refine::ParameterRequest out;
  if (request.crystal_system != "auto") {
    out.system = refine::crystal_system(request.crystal_system);
  }
  for (const NamedPair& pair : named_pairs(request.bounds, "--bound")) {
    out.bounds.push_back({pair.id, pair.first, pair.second});
  }
  return out;
}

std::vector<refine::Restraint> restraints_of(const RefineRequest& request) {
  std::vector<refine::Restraint> out;
  for (const NamedPair& pair : named_pairs(request.restraints, "--restraint")) {
    if (!std::isfinite(pair.first) || !(pair.second > 0.0) || !std::isfinite(pair.second)) {
      throw UsageError(
          fmt::format("'{}' has no value or no positive sigma", plan::info(pair.id).name),
          "--restraint", "cell_a=79.1:0.05, for example");
    }
    out.push_back({pair.id, pair.first, pair.second});
  }
  return out;
}

refine::Observation observation_of(const std::string& file, const ObservedFiles& observed,
                                   const config::Resolved& start,
                                   const std::function<void(const std::string&)>& warn) {
  const double offset = has_pedestal(file) ? start.outputs.adc_offset : 0.0;
  ObservedImage image = read_observed(file, stack_of(start.experiment.detector.panels).shape,
                                      {observed.offset.value_or(offset), observed.gain});
  if (image.masked > 0) {
    warn(fmt::format("{}: {} pixels are negative or not numbers and do not count", file,
                     image.masked));
  }
  if (image.overloaded > 0) {
    warn(fmt::format("{}: {} overloaded pixels do not count", file, image.overloaded));
  }
  return {std::move(image.photons), 0.0};
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

refine::Problem make_problem(const RefineRequest& request, const config::Resolved& start) {
  refine::Problem problem{start.experiment, {}, {}, refine::Amplitudes::fixed, {}, {}};
  problem.parameters = parameters_of(request);
  problem.restraints = restraints_of(request);
  request_variables(plan::find_variables(plan::split_names(request.parameters)), problem);
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
  options.kernel = start.kernel;
  options.threads = start.threads;
  return problem;
}

std::vector<refine::Observation> read_observations(
    const ObservedFiles& observed, const config::Resolved& start,
    const std::function<void(const std::string&)>& warn) {
  if (!(observed.gain > 0.0 && std::isfinite(observed.gain))) {
    throw UsageError("a gain that is not positive and finite", "--gain");
  }
  if (observed.offset && !std::isfinite(*observed.offset)) {
    throw UsageError("an offset that is not finite", "--offset");
  }
  const double range = plan::values_of(start.experiment)[plan::ParameterId::oscillation];
  std::vector<refine::Observation> observations;
  for (const std::string& file : observed.files) {
    refine::Observation seen = observation_of(file, observed, start, warn);
    seen.turned_rad = range * static_cast<double>(observations.size());
    observations.push_back(std::move(seen));
  }
  return observations;
}

}  // namespace nanobragg::batch
