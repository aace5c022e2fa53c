// Writes what other programs read as the truth.
#include "nanobragg/commands/series/series_truth.hpp"

#include <array>

#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/series/series_files.hpp"
#include "nanobragg/io/truth/crystfel.hpp"
#include "nanobragg/io/truth/dials_experiments.hpp"
#include "nanobragg/io/truth/labels.hpp"

namespace nanobragg::commands {
namespace {

// Endings of the files of the truth; the first two come with every series.
constexpr std::array kTruth{
    ".expt", io::kExperimentExtension, ".geom", ".cell", ".lst", ".sol", "_labels.csv"};
constexpr std::ptrdiff_t kOfRotations = 2;

}  // namespace

std::vector<std::filesystem::path> truth_files(const SeriesRequest& request) {
  const bool are_stills = request.kind == io::SeriesKind::stills;
  std::vector<std::filesystem::path> files;
  for (auto ending = kTruth.begin();
       ending != (are_stills ? kTruth.end() : kTruth.begin() + kOfRotations); ++ending) {
    files.push_back(io::companion(request.out, *ending));
  }
  return files;
}

std::vector<std::string> write_truth(const SeriesRequest& request, const io::SeriesRecord& record) {
  std::vector<std::string> texts{
      io::dials_experiments(record),
      io::experiment_json({cropped_and_binned(request.run.experiment, request.written.pixels),
                           request.run.compute.quirks})};
  if (record.kind == io::SeriesKind::stills) {
    texts.push_back(io::crystfel_geometry(record.exposures.front(), record.in_one_file()));
    texts.push_back(io::crystfel_cell(record.exposures.front()));
    texts.push_back(io::crystfel_list(record));
    texts.push_back(io::crystfel_solutions(record));
    texts.push_back(io::label_table(record));
  }
  std::vector<std::string> names;
  const auto files = truth_files(request);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    io::write_file_atomically(files[i], texts[i]);
    names.push_back(files[i].string());
  }
  return names;
}

}  // namespace nanobragg::commands
