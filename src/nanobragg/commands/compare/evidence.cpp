// Encodes pictures and writes the files of the evidence folder.
#include "nanobragg/commands/compare/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <system_error>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/folder.hpp"
#include "nanobragg/io/images/png.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/report/html.hpp"
#include "nanobragg/report/pictures.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFiles{"summary.json",   "report.html",    "reference.png", "candidate.png",
                            "difference.png", "difference.bin", "audit.md",      "audit.json"};
// Of programs.
constexpr std::array kFolders{"reference", "candidate"};
// Says that the folder was made by a comparison, which was broken off if it is still there.
constexpr const char* kUnfinished = "unfinished.txt";

void move_file(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::rename(from, to, failed);
  if (failed) throw Error(fmt::format("cannot write '{}' ({})", to.string(), failed.message()));
}

// Of a picture inside the page, pixels: fills a column on a screen of any density, and keeps the
// page small enough to send.
constexpr std::size_t kPagePixels = 900;

// The three pictures of the whole region and the scales that they share.
struct Pictures {
  Image<float> reference, candidate, difference;
  report::PreviewLevels levels;
  double difference_scale;
};

Pictures pictures_of(const compare::ImagePair& pair, double percentile) {
  Image<float> delta = report::difference(pair);
  const double scale =
      report::difference_scale(static_cast<const Image<float>&>(delta).view(), percentile);
  return {compare::crop(pair.reference(), pair.region()),
          compare::crop(pair.candidate(), pair.region()), std::move(delta),
          report::common_levels(pair, percentile), scale};
}

// What every picture of the same kind shares: its pixels become colours by this.
using Colouring = report::Preview (*)(ImageView<const float>, const Pictures&);

report::Preview as_photons(ImageView<const float> image, const Pictures& pictures) {
  return report::make_preview(image, {}, pictures.levels);
}

report::Preview as_difference(ImageView<const float> image, const Pictures& pictures) {
  return report::difference_map(image, pictures.difference_scale);
}

struct Target {
  const Image<float>& image;
  Colouring colouring;
  std::string file;
};

void write_picture(const Target& target, const Pictures& pictures, const fs::path& folder) {
  const report::Preview preview = target.colouring(target.image.view(), pictures);
  io::write_png(folder / target.file, preview.index.view(), preview.palette);
}

std::string page_picture(const Target& target, const Pictures& pictures) {
  const Image<float> small = report::fit_for_screen(target.image.view(), kPagePixels);
  const report::Preview preview = target.colouring(small.view(), pictures);
  const auto bytes = io::encode_png(preview.index.view(), preview.palette);
  return {bytes.begin(), bytes.end()};
}

report::ReportPictures write_pictures(const compare::ImagePair& pair,
                                      const CompareOptions& options) {
  const Pictures pictures = pictures_of(pair, options.png_percentile);
  const Target reference{pictures.reference, as_photons, "reference.png"};
  const Target candidate{pictures.candidate, as_photons, "candidate.png"};
  const Target difference{pictures.difference, as_difference, "difference.png"};
  for (const Target* target : {&reference, &candidate, &difference}) {
    write_picture(*target, pictures, options.folder);
  }
  if (options.difference_file == DifferenceFile::raw_float) {
    io::write_raw_float(options.folder / "difference.bin", pictures.difference.view());
  }
  return {page_picture(reference, pictures), page_picture(candidate, pictures),
          page_picture(difference, pictures), pictures.levels, pictures.difference_scale};
}

}  // namespace

EvidenceFolder::EvidenceFolder(fs::path out, const std::vector<io::NamedFile>& read)
    : out_(std::move(out)), is_new_(!fs::exists(out_)), place_(out_ / "unfinished") {
  io::RunFiles files{.read = read, .written = {}};
  for (const char* name : kFiles) files.written.push_back({"--out", out_ / name});
  for (const char* name : kFolders) files.replaced_folders.push_back({"--out", out_ / name});
  io::check_inputs_survive(files);
  for (const char* name : kFolders) io::check_marked(out_ / name, kCommandFile);
  io::make_empty_folder(place_, kUnfinished);
  io::write_file_atomically(place_ / kUnfinished, "");
}

EvidenceFolder::~EvidenceFolder() {
  std::error_code ignored;
  fs::remove_all(place_, ignored);
  if (is_new_) fs::remove(out_, ignored);
}

fs::path EvidenceFolder::move(const compare::Report& report) {
  io::remove_files(place_, {kUnfinished});
  const std::vector<std::string> names = io::names_in(place_);
  const auto is_there = [&](const std::string& name) { return fs::exists(out_ / name); };
  // A summary without pictures is that of another failure, which counts no longer.
  const bool only_failed = is_there("summary.json") && !is_there("difference.png");
  if (!report.comparison && !only_failed && std::ranges::any_of(names, is_there)) {
    std::size_t number = 1;
    while (is_there(fmt::format("failed-{}", number))) ++number;
    fs::path failed = out_ / fmt::format("failed-{}", number);
    move_file(place_, failed);
    return failed;
  }
  if (report.comparison) io::remove_files(out_, {kFiles.begin(), kFiles.end()});
  io::remove_files(out_, names);
  for (const std::string& name : names) move_file(place_ / name, out_ / name);
  return out_;
}

void write_evidence(const compare::Report& report, const std::optional<compare::ImagePair>& pair,
                    const CompareOptions& options) {
  std::optional<report::ReportPictures> pictures;
  if (pair) pictures = write_pictures(*pair, options);
  io::write_file_atomically(options.folder / "summary.json", compare::summary_json(report));
  io::write_file_atomically(options.folder / "report.html", report::html_report(report, pictures));
}

}  // namespace nanobragg::commands
