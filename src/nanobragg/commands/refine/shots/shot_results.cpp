// Goes through the shots once.
#include "nanobragg/commands/refine/shots/shot_results.hpp"

#include "nanobragg/commands/refine/shots/merged_files.hpp"
#include "nanobragg/commands/refine/shots/shots_page.hpp"
#include "nanobragg/commands/refine/shots/shots_table.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/folder.hpp"
#include "nanobragg/io/reflections/cif_writer.hpp"
#include "nanobragg/io/reflections/dials_table_file.hpp"
#include "nanobragg/io/reflections/mtz_writer.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExperiments = "refined.expt";
constexpr const char* kReflections = "refined.refl";
constexpr const char* kTable = "shots.csv";
constexpr const char* kTableH5 = "shots.h5";
constexpr const char* kMtz = "merged.mtz";
constexpr const char* kCif = "merged.cif";
constexpr const char* kMerged = "merged.csv";
constexpr const char* kReport = "report.html";

class Results {
 public:
  Results(fs::path folder, const FoundShots& found, const std::vector<std::string>& command_line)
      : folder_(std::move(folder)),
        found_(found),
        page_(found.source->chosen().size(), command_line),
        experiments_(found.source->experiments()),
        reflections_(folder_ / kReflections) {}

  std::string write() {
    for (const std::size_t number : found_.source->chosen()) {
      add(found_.store->get(found_.rounds.last, number));
    }
    write_text(kTable, shots_csv(rows_));
    write_shots_h5(folder_ / kTableH5, rows_);
    std::string shown;
    if (refined_ > 0) {
      write_text(kExperiments, experiments_.text());
      reflections_.commit();
      shown = write_amplitudes();
    }
    write_text(kReport, page_.text());
    return shown;
  }

 private:
  void write_text(const fs::path& name, const std::string& text) const {
    io::write_file_atomically(folder_ / name, text);
  }

  void add(ShotRecord record) {
    rows_.push_back(record.row);
    if (const auto page = page_.add(record)) {
      io::make_folder((folder_ / page->name).parent_path());
      write_text(page->name, page->text);
    }
    if (!record.row.is_refined()) return;
    const Experiment& experiment = *record.experiment;
    if (refined_ == 0) first_ = record.row.number;
    experiments_.add(record.row.number, experiment, record.row.image);
    reflections_.add(std::move(record.spots), refined_, record.identifier);
    b_factors_ += experiment.crystal->b_factor;
    ++refined_;
  }

  std::string write_amplitudes() const {
    const auto& merge = found_.rounds.merge;
    if (!merge) return {};
    // Of free amplitudes nobody knows how they fall: it is the shots' mean B.
    const bool falls = found_.source->amplitudes().is_free;
    const StartOfShot start = found_.source->start(first_);
    const MergeBasis basis{&start.job.experiment, symmetry_of(start.about),
                           falls ? b_factors_ / refined_ : 0.0};
    const io::AmplitudeData amplitudes = merged_amplitudes(*merge, basis);
    write_text(kMtz, io::mtz_bytes(amplitudes));
    write_text(kCif, io::reflection_cif_text(amplitudes));
    write_text(kMerged, merged_csv(*merge, basis));
    return refined_ > 1 ? merge_table(*merge, basis) : "";
  }

  const fs::path folder_;
  const FoundShots& found_;
  ShotsPage page_;
  io::RefinedList experiments_;
  io::DialsTableFile reflections_;
  std::vector<ShotRow> rows_;
  int refined_ = 0;
  std::size_t first_ = 0;   // of those that are refined
  double b_factors_ = 0.0;  // their sum
};

}  // namespace

std::vector<std::string> result_files(const std::vector<std::size_t>& shots) {
  std::vector<std::string> out{kExperiments, kReflections, kTable,  kTableH5,
                               kMtz,         kCif,         kMerged, kReport};
  if (shots.size() <= kMostShotsOnOnePage) return out;
  for (const std::size_t number : shots) out.push_back(page_of_shot(number).string());
  return out;
}

std::string write_results(const fs::path& folder, const FoundShots& found,
                          const std::vector<std::string>& command_line) {
  return Results(folder, found, command_line).write();
}

}  // namespace nanobragg::commands
