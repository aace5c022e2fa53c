// Renders shot after shot into one file or many.
#include "nanobragg/commands/series/series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/numbered_series.hpp"
#include "nanobragg/image/pipeline.hpp"
#include "nanobragg/io/experiment/experiment_file.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/series/series_files.hpp"
#include "nanobragg/io/truth/crystfel.hpp"
#include "nanobragg/io/truth/dials_experiments.hpp"
#include "nanobragg/plan/sampling_plan.hpp"
#include "nanobragg/random/counter.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;

struct Stopped {};

// Ends a rendering between two of its tiles.
class StopSink : public ProgressSink {
 public:
  explicit StopSink(const std::atomic<bool>* stop) : stop_(stop) {}
  void advance(std::size_t /*pixels*/) override {
    if (stop_ && *stop_) throw Stopped{};
  }

 private:
  const std::atomic<bool>* stop_;
};

// Endings of the files of the truth; the first two come with every series.
constexpr std::array kTruth{".expt", io::kExperimentExtension, ".geom", ".cell", ".lst", ".sol"};

std::vector<const char*> truth_of(io::SeriesKind kind) {
  return {kTruth.begin(), kind == io::SeriesKind::stills ? kTruth.end() : kTruth.begin() + 2};
}

// Every file that the series may write.
std::vector<io::NamedFile> files_of(const SeriesRequest& request) {
  std::vector<io::NamedFile> files;
  const auto add = [&](const fs::path& file) { files.push_back({"--out", file}); };
  const bool is_one_file = io::format_of(request.out).open_series != nullptr;
  const std::string pattern = io::numbered_pattern(request.out);
  add(is_one_file ? request.out : io::numbered_name(pattern, 1));
  for (const char* extension : truth_of(request.kind)) {
    add(io::companion(request.out, extension));
  }
  if (is_one_file) {
    add(io::partial_name(request.out));
    add(io::name_while_writing(request.out));
    return files;
  }
  add(io::companion(request.out, io::kSeriesNote));
  // Of the other images those that are there: what is not there cannot have been read.
  for (std::size_t i = 1; i < request.images; ++i) {
    const fs::path image = io::numbered_name(pattern, i + 1);
    if (fs::exists(image)) add(image);
  }
  return files;
}

// Where exposures go, whichever way the format has.
class Destination {
 public:
  Destination(const SeriesRequest& request, const io::ImageDescription& first) : request_(request) {
    const io::ImageFormat& format = io::format_of(request.out);
    if (format.describes_only) {
      throw UsageError(fmt::format("'{}' would hold no images ({})", request.out, format.name), "",
                       "what was measured how is written beside the images anyway");
    }
    if (format.check) format.check(request.out, first.experiment);
    if (!format.open_series) {
      numbered_.emplace(request, format);
      return;
    }
    one_ = format.open_series(request.out, {.first = first,
                                            .frames = request.images,
                                            .settings = request.settings,
                                            .identity = request.identity,
                                            .kind = request.kind});
  }
  bool has(std::size_t i) const { return numbered_ ? numbered_->has(i) : i < one_->complete(); }
  void write(std::size_t i, const io::DetectorImage& image) {
    if (numbered_) return numbered_->write(i, image);
    one_->append(image);
  }
  void finish() {
    if (one_) one_->finish();
  }
  void name_files(io::SeriesRecord& record) const {
    if (!numbered_) {
      record.files = {request_.out};
      return;
    }
    record.pattern = numbered_->pattern();
    for (std::size_t i = 0; i < request_.images; ++i) record.files.push_back(numbered_->name(i));
  }

 private:
  const SeriesRequest& request_;
  std::optional<NumberedSeries> numbered_;
  std::unique_ptr<io::FrameSeries> one_;
};

class Series {
 public:
  Series(const SeriesRequest& request, const SeriesObserver& observer)
      : request_(request), observer_(observer), exposure_s_(request.run.response.exposure_s) {}

  SeriesReport run();

 private:
  io::ImageDescription description(const Shot& shot, const plan::SamplingPlan& plan,
                                   std::size_t i) const;
  void compute(const Shot& shot, const plan::SamplingPlan& plan, std::size_t i, Destination& to);
  void note_light(ImageView<const float> photons);
  void write_truth(const io::SeriesRecord& record);

  const SeriesRequest& request_;
  const SeriesObserver& observer_;
  const double exposure_s_;
  SeriesReport report_;
};

io::ImageDescription Series::description(const Shot& shot, const plan::SamplingPlan& plan,
                                         std::size_t i) const {
  io::ImageDescription about = io::describe(shot.experiment, plan);
  about.experiment.spindle.start = shot.start;
  about.exposure_s = exposure_s_;
  about.start_s = static_cast<double>(i) * exposure_s_;
  const config::Response& response = request_.run.response;
  about.pedestal = exposure_settings(response, 1).pedestal;
  about.values = response.values;
  if (response.read_out) about.readings = io::readings_of(*response.read_out);
  return about;
}

void Series::compute(const Shot& shot, const plan::SamplingPlan& plan, std::size_t i,
                     Destination& to) {
  StopSink sink(observer_.stop);
  const config::Job& run = request_.run;
  const image::Simulation simulation = image::simulate(
      plan, *run.compute.kernel, {run.compute.threads, &sink, run.compute.precision});
  image::check_finite(simulation.photons.view());
  note_light(simulation.photons.view());
  ExposureSettings settings = exposure_settings(run.response, run.compute.threads);
  settings.seed = bits_at(settings.seed, i);
  Exposure exposure(shot.experiment, plan, simulation.photons.view(), settings);
  exposure.description() = description(shot, plan, i);
  to.write(i, exposure.image());
}

void Series::note_light(ImageView<const float> photons) {
  if (request_.run.response.values != io::PixelValues::counts) return;
  double sum = 0.0;
  for (const float value : photons.pixels()) sum += static_cast<double>(value);
  if (sum >= image::kFewPhotons) return;
  ++report_.faint;
  report_.fewest_photons = std::min(report_.fewest_photons, sum);
}

void Series::write_truth(const io::SeriesRecord& record) {
  std::vector<std::string> texts{
      io::dials_experiments(record),
      io::experiment_json({request_.run.experiment, request_.run.compute.quirks})};
  if (record.kind == io::SeriesKind::stills) {
    texts.push_back(io::crystfel_geometry(record.exposures.front(), record.in_one_file()));
    texts.push_back(io::crystfel_cell(record.exposures.front()));
    texts.push_back(io::crystfel_list(record));
    texts.push_back(io::crystfel_solutions(record));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const fs::path file = io::companion(request_.out, kTruth.at(i));
    io::write_file_atomically(file, texts[i]);
    report_.files.push_back(file.string());
  }
}

SeriesReport Series::run() {
  io::SeriesRecord record{
      .kind = request_.kind, .frames = request_.images, .exposures = {}, .files = {}};
  const std::vector<io::NamedFile> files = files_of(request_);
  io::check_inputs_survive({.read = request_.read, .written = files});
  for (const io::NamedFile& file : files) io::check_writable(file.path);
  std::optional<Destination> to;
  for (std::size_t i = 0; i < request_.images && !report_.stopped; ++i) {
    const Shot shot = request_.shot(i);
    const plan::SamplingPlan plan = plan::make_plan(shot.experiment, request_.run.compute.quirks);
    const io::ImageDescription about = description(shot, plan, i);
    if (i == 0) to.emplace(request_, about);
    if (i == 0 || request_.kind == io::SeriesKind::stills) record.exposures.push_back(about);
    if (to->has(i)) {
      ++report_.found;
      continue;
    }
    try {
      compute(shot, plan, i, *to);
    } catch (const Stopped&) {
      report_.stopped = true;
      continue;
    }
    ++report_.computed;
    if (observer_.progress) observer_.progress(i + 1, report_.computed);
    report_.stopped = observer_.stop && *observer_.stop && i + 1 < request_.images;
  }
  if (report_.stopped) return report_;
  to->finish();
  to->name_files(record);
  write_truth(record);
  return report_;
}

}  // namespace

SeriesReport run_series(const SeriesRequest& request, const SeriesObserver& observer) {
  return Series(request, observer).run();
}

}  // namespace nanobragg::commands
