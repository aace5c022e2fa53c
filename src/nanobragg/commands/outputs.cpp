// Expected photons through the detector's response into files.
#include "nanobragg/commands/outputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/exposure.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/resolve/resolution.hpp"
#include "nanobragg/config/resolve/smv_header.hpp"
#include "nanobragg/image/adc.hpp"
#include "nanobragg/image/noise.hpp"
#include "nanobragg/image/photon_counts.hpp"
#include "nanobragg/image/row_blocks.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/run_files.hpp"
#include "nanobragg/io/images/pgm.hpp"
#include "nanobragg/io/images/png.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/io/images/sixteen_bit.hpp"
#include "nanobragg/io/images/smv.hpp"
#include "nanobragg/io/images/smv_entries.hpp"
#include "nanobragg/io/reflections/fdump.hpp"
#include "nanobragg/io/reflections/prediction_file.hpp"
#include "nanobragg/io/reflections/reflection_formats.hpp"
#include "nanobragg/io/reflections/reflection_list.hpp"
#include "nanobragg/kernel/analytic/reflection_table.hpp"
#include "nanobragg/physics/pixel_position.hpp"
#include "nanobragg/plan/domains.hpp"
#include "nanobragg/report/greymap.hpp"
#include "nanobragg/report/preview.hpp"
#include "nanobragg/report/rings.hpp"
#include "nanobragg/report/statistics.hpp"

namespace nanobragg::commands {
namespace {

// One run's image on its way into files; collects the report.
class Writer {
 public:
  Writer(const config::Job& run, const plan::SamplingPlan& plan, ImageView<const float> photons);

  void write_float();
  void write_integers();
  void write_pgm();
  void write_png();
  void write_noise();
  void write_amplitudes();
  void write_reflections();
  void write_predictions();
  void write_images();
  OutputReport report() const { return {report_, warnings_}; }

 private:
  void write_reference_noise();
  void write_read_out_noise();
  Exposure exposure() const;
  // Of the counts that make(photons, region) makes, a few rows at a time.
  template <class Make>
  void write_smv(const std::string& file, const Make& make);
  void say(const std::string& file, const std::string& content);

  const config::Job& run_;
  const plan::SamplingPlan& plan_;
  const ImageView<const float> photons_;
  std::optional<ImageView<const std::uint16_t>> mask_;
  report::Statistics statistics_;
  double scale_;
  std::string report_;
  std::vector<std::string> warnings_;
};

constexpr const char* kDark =
    "every rendered pixel is 0: no known reflection comes near the detector, or everything is "
    "masked (-default_F 1 shows where unknown ones would be)";

constexpr const char* kNegative =
    "pixels are negative: the detector's normal (-odet_vector) points towards the sample";

// Whether anything is written that counts photons.
bool draws_counts(const config::Job& run) {
  const bool named = !run.outputs.images.empty() && run.response.values == io::PixelValues::counts;
  return named || run.outputs.noise_image.has_value();
}

// Readings above the pedestal, and which pixels measure something.
report::Preview preview_of(const io::DetectorImage& image) {
  const double pedestal = image.description.readings.value_or(io::Readings{}).pedestal;
  const ImageShape shape = image.counts.shape();
  Image<float> shown(shape);
  Image<std::uint16_t> mask(shape);
  for (std::size_t slow = 0; slow < shape.slow;) {
    const Image<std::int32_t> band = image.counts.band(slow);
    const std::size_t first = slow * shape.fast;
    for (std::size_t i = 0; i < band.shape().size(); ++i) {
      const std::int32_t count = band.pixels()[i];
      if (count == image::kNotMeasured) continue;
      shown.pixels()[first + i] = static_cast<float>(static_cast<double>(count) - pedestal);
      mask.pixels()[first + i] = 1;
    }
    slow += band.shape().slow;
  }
  return report::make_fitting_preview(shown.view(), mask.view());
}

void draw_rings(report::Preview& picture, const plan::SamplingPlan& plan,
                const Experiment& experiment) {
  const double finest = config::best_resolution_A(experiment.detector.panels, *experiment.beam);
  report::draw_rings(
      picture, {plan.detector.panels, experiment.beam->direction, experiment.beam->wavelength},
      report::ring_spacings_A(finest));
}

Writer::Writer(const config::Job& run, const plan::SamplingPlan& plan,
               ImageView<const float> photons)
    : run_(run), plan_(plan), photons_(photons) {
  if (plan.detector.mask) mask_ = plan.detector.mask->view();
  statistics_ = report::statistics(photons, plan.detector.region, mask_, run.outputs.statistics);
  scale_ = run.response.scale > 0.0 ? run.response.scale : image::automatic_scale(statistics_.max);
  report_ = fmt::format(
      "image\n  {:<16}{:g} photons at fast {} slow {}\n  {:<16}{:g}, rms {:g}, rmsd {:g}, sum {:g} "
      "photons over {} pixels\n",
      "max_I", statistics_.max, statistics_.max_at.fast, statistics_.max_at.slow, "mean",
      statistics_.mean, statistics_.rms, statistics_.rmsd, statistics_.sum, statistics_.pixels);
  if (statistics_.max <= 0.0) {
    warnings_.emplace_back(statistics_.sum < 0.0 ? kNegative : kDark);
  } else if (statistics_.sum < image::kFewPhotons && draws_counts(run)) {
    warnings_.push_back(
        fmt::format("the whole image has {:.2g} expected photons, so that hardly any pixel counts "
                    "a photon: -fluence "
                    "(or -flux, -exposure and -beamsize) and -N make it brighter",
                    statistics_.sum));
  }
}

void Writer::say(const std::string& file, const std::string& content) {
  report_ += fmt::format("  {:<16}{}\n", "wrote", file + ": " + content);
}

void Writer::write_float() {
  io::write_raw_float(*run_.outputs.float_image, photons_);
  say(*run_.outputs.float_image, "4-byte floats, photons");
}

template <class Make>
void Writer::write_smv(const std::string& file, const Make& make) {
  io::write_smv(file, photons_.shape(),
                image::row_blocks<std::uint16_t>(photons_, plan_.detector.region, make),
                config::smv_entries(run_, plan_), config::smv_header_length(run_.compute.quirks));
}

void Writer::write_integers() {
  const std::string& file = *run_.outputs.int_image;
  write_smv(file, [&](ImageView<const float> photons, const RegionOfInterest& region) {
    return image::digitise(photons, region, scale_, run_.response.adc_offset);
  });
  say(file, fmt::format("SMV without noise, {:g} counts a photon + {:g}", scale_,
                        run_.response.adc_offset));
}

void Writer::write_pgm() {
  const double scale = run_.outputs.pgm_scale > 0.0
                           ? run_.outputs.pgm_scale
                           : report::automatic_grey_scale(statistics_.rmsd, scale_);
  const auto make = [&](ImageView<const float> photons, const RegionOfInterest& region) {
    return report::greymap(photons, region, scale);
  };
  io::write_pgm(*run_.outputs.pgm, photons_.shape(),
                image::row_blocks<std::uint8_t>(photons_, plan_.detector.region, make), scale);
  say(*run_.outputs.pgm, fmt::format("8-bit grey, pixels scaled by {:g}", scale));
}

void Writer::write_png() {
  const bool shows_readings =
      run_.response.read_out && run_.response.values == io::PixelValues::counts;
  report::Preview preview = shows_readings ? preview_of(exposure().image())
                                           : report::make_fitting_preview(photons_, mask_);
  draw_rings(preview, plan_, run_.experiment);
  io::write_png(*run_.outputs.png, preview.index.view(), preview.palette);
  say(*run_.outputs.png, shows_readings ? "preview of the readings, with rings of resolution"
                                        : "preview, with rings of resolution");
}

void Writer::write_noise() {
  if (run_.response.noise_source == NoiseSource::reference) return write_reference_noise();
  write_read_out_noise();
}

void Writer::write_read_out_noise() {
  const std::string& file = *run_.outputs.noise_image;
  const Exposure exposed = exposure();
  const io::DetectorImage image = exposed.image();
  std::vector<io::SmvEntry> entries = config::smv_entries(run_, plan_);
  std::ranges::move(io::read_out_entries(image.description), std::back_inserter(entries));
  io::write_smv(
      file, photons_.shape(), io::rows_of_16_bit(image.counts, io::smv_bits(image.description)),
      io::fitted(photons_.shape(), entries), config::smv_header_length(run_.compute.quirks));
  say(file, fmt::format("SMV of what the detector reads (-seed {})", run_.response.seed));
}

void Writer::write_reference_noise() {
  const std::string& file = *run_.outputs.noise_image;
  image::PoissonCounts noise(
      stream_of(run_.response.seed, plan::streams_drawn(run_.experiment.crystal->mosaicity)),
      run_.response.adc_offset);
  write_smv(file, [&](ImageView<const float> photons, const RegionOfInterest& region) {
    return noise.next(photons, region);
  });
  say(file, fmt::format("SMV with Poisson noise (-seed {}), {:.0f} photons, {} overloads",
                        run_.response.seed, noise.photons(), noise.overloads()));
}

Exposure Writer::exposure() const {
  return {run_.experiment, plan_, photons_, exposure_settings(run_.response, run_.compute.threads)};
}

void Writer::write_images() {
  const Exposure exposed = exposure();
  for (const std::string& file : run_.outputs.images) {
    const io::ImageFormat& format = io::format_of(file);
    format.write(file, exposed.image());
    say(file, fmt::format("{}, {}", format.name, format.holds));
  }
}

// A dump that the user named must be written; the cache only saves the next run some time.
void Writer::write_amplitudes() {
  const StructureFactors& amplitudes = *run_.experiment.structure_factors;
  if (run_.outputs.amplitudes.dump) {
    io::write_fdump(*run_.outputs.amplitudes.dump, amplitudes);
    say(*run_.outputs.amplitudes.dump, "amplitudes, for runs without -hkl");
    return;
  }
  try {
    io::write_fdump(*run_.outputs.amplitudes.cache, amplitudes);
  } catch (const Error& error) {
    warnings_.push_back(std::string("the amplitudes are not cached: ") + error.what());
  }
}

void Writer::write_reflections() {
  const std::string& file = *run_.outputs.amplitudes.reflections;
  const io::ReflectionFormat& format = io::reflection_format_of(file);
  io::write_reflections(file, io::amplitudes_of(run_.experiment));
  say(file, fmt::format("{}, {}", format.name, format.holds));
}

void Writer::write_predictions() {
  const auto reflections = kernel::analytic::predicted_reflections(plan_, run_.compute.threads);
  io::write_predictions(*run_.outputs.predictions, reflections, run_.experiment);
  say(*run_.outputs.predictions, fmt::format("{} predicted reflections", reflections.size()));
}

std::vector<io::NamedFile> files_to_write(const config::Job& run) {
  const config::Outputs& outputs = run.outputs;
  std::vector<io::NamedFile> files;
  for (const auto& [flag, file] : {std::pair{"-floatfile", outputs.float_image},
                                   {"-intfile", outputs.int_image},
                                   {"-noisefile", outputs.noise_image},
                                   {"-pgmfile", outputs.pgm},
                                   {"-pngfile", outputs.png},
                                   {"-write_reflections", outputs.amplitudes.reflections},
                                   {"-reflections", outputs.predictions},
                                   {"-dump", outputs.amplitudes.dump},
                                   {"-dump", outputs.amplitudes.cache}}) {
    if (file) files.push_back({flag, *file});
  }
  for (const std::string& file : run.outputs.images) files.push_back({"-out", file});
  return files;
}

// The plan is small beside the image.
void check_predictions(const config::Job& run) {
  io::check_prediction_file(*run.outputs.predictions);
  const plan::SamplingPlan plan = plan::make_plan(run.experiment, run.compute.quirks);
  kernel::analytic::check_has_closed_form(plan);
}

}  // namespace

void check_outputs(const config::Job& run) {
  const std::vector<io::NamedFile> files = files_to_write(run);
  io::check_inputs_survive({.read = run.origin.inputs.files, .written = files});
  for (const io::NamedFile& output : files) {
    const bool is_cache = output.path.string() == run.outputs.amplitudes.cache;
    if (!is_cache) io::check_writable(output.path);
  }
  for (const std::string& file : run.outputs.images) {
    const io::ImageFormat& format = io::format_of(file);
    if (format.check) format.check(file, run.experiment);
  }
  if (run.outputs.predictions) check_predictions(run);
  if (run.outputs.amplitudes.reflections) {
    io::check_can_write(*run.outputs.amplitudes.reflections, *run.experiment.structure_factors);
  }
}

OutputReport write_outputs(const config::Job& run, const plan::SamplingPlan& plan,
                           ImageView<const float> photons) {
  Writer writer(run, plan, photons);
  const config::Outputs& outputs = run.outputs;
  if (outputs.amplitudes.dump || outputs.amplitudes.cache) writer.write_amplitudes();
  if (outputs.amplitudes.reflections) writer.write_reflections();
  if (outputs.predictions) writer.write_predictions();
  if (outputs.float_image) writer.write_float();
  if (outputs.int_image) writer.write_integers();
  if (outputs.pgm) writer.write_pgm();
  if (outputs.png) writer.write_png();
  if (outputs.noise_image) writer.write_noise();
  if (!run.outputs.images.empty()) writer.write_images();
  return writer.report();
}

}  // namespace nanobragg::commands
