// Chooses the files of a series.
#include "nanobragg/commands/series/destination.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/data_files.hpp"
#include "nanobragg/commands/series/numbered_series.hpp"
#include "nanobragg/commands/series/one_file.hpp"
#include "nanobragg/commands/series/series_truth.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/series/series_files.hpp"
#include "nanobragg/io/series/series_note.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

// Of files beyond the first, those that are there: what is not there cannot have been read.
template <class Name>
std::vector<fs::path> first_and_those_there(std::size_t count, const Name& name) {
  std::vector<fs::path> files;
  for (std::size_t i = 0; i < count; ++i) {
    const fs::path file = name(i);
    if (i == 0 || fs::exists(file)) files.push_back(file);
  }
  return files;
}

std::vector<fs::path> image_files(const SeriesRequest& request) {
  if (io::format_of(request.out).series == nullptr) {
    const std::string pattern = io::numbered_pattern(request.out);
    auto files = first_and_those_there(
        request.images, [&](std::size_t i) { return fs::path(io::numbered_name(pattern, i + 1)); });
    files.push_back(io::companion(request.out, io::kSeriesNote));
    return files;
  }
  const std::size_t each = request.images_per_file;
  if (each == 0) {
    return {request.out, io::partial_name(request.out), io::name_while_writing(request.out)};
  }
  auto files = first_and_those_there((request.images + each - 1) / each, [&](std::size_t piece) {
    return data_name(request.out, piece);
  });
  files.push_back(master_name(request.out));
  return files;
}

}  // namespace

std::unique_ptr<Destination> open_destination(const SeriesRequest& request, const Shots& shots,
                                              const std::string& writer) {
  const io::ImageFormat& format = io::format_of(request.out);
  if (format.describes_only) {
    throw UsageError(fmt::format("'{}' would hold no images ({})", request.out, format.name), "",
                     "what was measured how is written beside the images anyway");
  }
  if (format.check) format.check(request.out, shots.description(0).experiment);
  io::check_type(request.out, request.written.type);
  if (!format.series && request.images_per_file > 0) {
    throw UsageError(fmt::format("--images-per-file with '{}' (each file of {} holds one image)",
                                 request.out, format.name),
                     "", "leave it out, or write .nxs or .h5");
  }
  if (!format.series) return std::make_unique<NumberedSeries>(request, format, writer);
  if (request.images_per_file > 0) {
    return std::make_unique<DataFiles>(request, shots, DataFiles::Last::master);
  }
  if (!writer.empty() || has_data_files(request.out)) {
    return std::make_unique<DataFiles>(request, shots, DataFiles::Last::one_file);
  }
  return std::make_unique<OneFile>(request, shots);
}

std::vector<io::NamedFile> files_written(const SeriesRequest& request) {
  std::vector<io::NamedFile> files;
  for (const fs::path& file : image_files(request)) files.push_back({"--out", file});
  for (const fs::path& file : truth_files(request)) files.push_back({"--out", file});
  return files;
}

}  // namespace nanobragg::commands
