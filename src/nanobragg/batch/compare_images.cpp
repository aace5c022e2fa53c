// Chooses a reader by the end of a file's name.
#include "nanobragg/batch/compare_images.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/batch/comparison.hpp"
#include "nanobragg/batch/evidence.hpp"
#include "nanobragg/io/pgm.hpp"
#include "nanobragg/io/raw_float.hpp"
#include "nanobragg/io/registry.hpp"

namespace nanobragg::batch {
namespace {

namespace fs = std::filesystem;

template <class T>
Image<float> as_float(const Image<T>& image) {
  Image<float> result(image.shape());
  std::transform(image.pixels().begin(), image.pixels().end(), result.pixels().begin(),
                 [](T value) { return static_cast<float>(value); });
  return result;
}

// The image of a format that says its own shape; nothing for raw floats and unknown ends.
std::optional<Image<float>> read_self_describing(const fs::path& file) {
  if (file.extension() == ".pgm" || file.extension() == ".PGM") return as_float(io::read_pgm(file));
  const io::ImageFormat* const format = io::find_format(file);
  if (!format || !format->read) return std::nullopt;
  return as_float(format->read(file));
}

TwoImages read_two(const fs::path& reference, const fs::path& candidate,
                   std::optional<ImageShape> shape) {
  auto first = read_self_describing(reference);
  auto second = read_self_describing(candidate);
  if (!shape && first) shape = first->shape();
  if (!shape && second) shape = second->shape();
  if (!shape) {
    throw UsageError(
        "the shape of '" + reference.string() + "' is not known (raw floats do not say it)", "",
        "give it with --shape SLOW FAST");
  }
  if (!first) first = io::read_raw_float(reference, *shape);
  if (!second) second = io::read_raw_float(candidate, *shape);
  return {std::move(*first), std::move(*second)};
}

compare::Report compared(compare::Report report, const CompareOptions& options) {
  report.threshold = options.threshold;
  std::optional<TwoImages> images;
  try {
    images = read_two(report.reference.name, report.candidate.name, options.shape);
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

}  // namespace nanobragg::batch
