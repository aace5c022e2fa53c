// Reads the frames of two files and puts them one below the other.
#include "nanobragg/commands/compare/compare_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/compare/comparison.hpp"
#include "nanobragg/commands/compare/evidence.hpp"
#include "nanobragg/commands/observed/observed_frames.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

struct Frames {
  Image<float> photons;
  Image<std::uint8_t> invalid;
  std::optional<double> pedestal;
};

bool is_raw(const ObservedFrames& frames) {
  const fs::path& file = frames.list.front().file;
  const io::ImageFormat* const named = io::find_format(file);
  if (named != nullptr) return named->name == io::kRawFloats;
  return !io::is_self_describing(file);
}

// A number that is not finite is an error to report, not a pixel to leave out.
bool is_left_out(io::Validity validity) {
  return validity != io::Validity::valid && validity != io::Validity::not_finite &&
         validity != io::Validity::negative;
}

Frames read(const ObservedFrames& frames, std::optional<ImageShape> shape) {
  Frames out;
  std::vector<float> photons;
  std::vector<std::uint8_t> invalid;
  ImageShape whole;
  for_each_frame(frames, shape, [&](const ObservedFrame& frame, const io::ObservedImage& image) {
    if (whole.fast != 0 && image.shape().fast != whole.fast) {
      throw Error("frames of different widths", frame.name());
    }
    whole = {whole.slow + image.shape().slow, image.shape().fast};
    out.pedestal = image.pedestal;
    const double zero = image.pedestal.value_or(0.0);
    for (const double value : image.values.pixels()) {
      photons.push_back(static_cast<float>(value - zero));
    }
    for (const io::Validity one : image.validity.pixels()) {
      invalid.push_back(is_left_out(one) ? 1 : 0);
    }
  });
  out.photons = Image<float>(whole, photons);
  out.invalid = Image<std::uint8_t>(whole, invalid);
  return out;
}

// What a user must know of a file that was read.
void note(const Frames& frames, const std::string& name, compare::Report& report) {
  if (!frames.pedestal || *frames.pedestal == 0.0) return;
  report.notes.push_back(
      fmt::format("The pedestal of {:g} that {} states was subtracted.", *frames.pedestal, name));
}

TwoImages read_two(const ObservedFrames& reference, const ObservedFrames& candidate,
                   std::optional<ImageShape> shape, compare::Report& report) {
  const bool first_is_raw = is_raw(reference);
  const bool second_is_raw = is_raw(candidate);
  if (!shape && first_is_raw && second_is_raw) {
    throw UsageError(
        "the shape of '" + report.reference.name + "' is not known (raw floats do not say it)", "",
        "give it with --shape SLOW FAST");
  }
  std::optional<Frames> first, second;
  if (!first_is_raw) first = read(reference, {});
  if (!second_is_raw) second = read(candidate, {});
  if (!shape && first) shape = first->photons.shape();
  if (!shape && second) shape = second->photons.shape();
  if (!first) first = read(reference, shape);
  if (!second) second = read(candidate, shape);
  note(*first, report.reference.name, report);
  note(*second, report.candidate.name, report);
  return {std::move(first->photons), std::move(second->photons), std::move(first->invalid),
          std::move(second->invalid)};
}

// The choice applies to files of several exposures.
ObservedFrames frames_of(const fs::path& file, const CompareOptions& options) {
  ObservedFrames all = find_frames({file.string()}, {}, options.external);
  return all.list.size() == 1 || !options.frames
             ? all
             : find_frames({file.string()}, options.frames, options.external);
}

void check_numbers(const ObservedFrames& reference, const ObservedFrames& candidate) {
  if (reference.list.size() == candidate.list.size()) return;
  std::string hint = "--frames takes those that both have";
  for (const ObservedFrame& frame : reference.list) {
    if (std::ranges::find(candidate.list, frame.number, &ObservedFrame::number) ==
        candidate.list.end()) {
      continue;
    }
    hint += fmt::format(": --frames {} compares one", frame.number);
    break;
  }
  throw UsageError(fmt::format("{} exposures and {} (reference and candidate)",
                               reference.list.size(), candidate.list.size()),
                   "", hint);
}

compare::Report compared(compare::Report report, const CompareOptions& options) {
  report.criteria = options.criteria;
  std::optional<TwoImages> images;
  try {
    const ObservedFrames first = frames_of(report.reference.name, options);
    const ObservedFrames second = frames_of(report.candidate.name, options);
    check_numbers(first, second);
    images = read_two(first, second, options.shape, report);
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    return finish_without_images(std::move(report), compare::Verdict::unreadable, error.what(),
                                 options);
  }
  return finish_comparison(std::move(report), std::move(*images),
                           {std::nullopt, "files of pixels do not say where they were measured"},
                           compare::Verdict::unreadable, options);
}

}  // namespace

compare::Report compare_images(const fs::path& reference, const fs::path& candidate,
                               const CompareOptions& options) {
  EvidenceFolder folder(options.folder, {{"IMAGES", reference}, {"IMAGES", candidate}});
  compare::Report report;
  report.reference.name = reference.string();
  report.candidate.name = candidate.string();
  report = compared(std::move(report), with_folder(options, folder.path()));
  report.folder = folder.move(report).string();
  return report;
}

}  // namespace nanobragg::commands
