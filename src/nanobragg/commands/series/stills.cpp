// Draws orientations, pulses and mosaicities.
#include "nanobragg/commands/series/stills.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/units.hpp"
#include "nanobragg/commands/series/series_settings.hpp"
#include "nanobragg/commands/series/variations.hpp"
#include "nanobragg/config/options/file_settings.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/config/resolve/resolve_beam.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/io/lists/orientation_list.hpp"
#include "nanobragg/io/lists/spectrum_file.hpp"
#include "nanobragg/random/uniform_rotation.hpp"

namespace nanobragg::commands {
namespace {

constexpr std::string_view kRandom = "random:";

// The orientations of a file, or none where they are random, and the seed.
struct Orientations {
  std::vector<Mat3<double>> listed;
  std::uint64_t seed = 1;
};

Orientations read_orientations(const StillsOptions& options) {
  const std::string& text = options.orientations;
  if (!text.starts_with(kRandom)) {
    Orientations out{io::read_orientation_list(text)};
    if (out.listed.size() < options.images) {
      throw Error(fmt::format("too few orientations ({} of {})", out.listed.size(), options.images),
                  text);
    }
    return out;
  }
  const std::string_view number = std::string_view(text).substr(kRandom.size());
  std::uint64_t seed = 0;
  const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), seed);
  if (code != std::errc() || end != number.data() + number.size()) {
    throw UsageError(fmt::format("--orientations needs random:SEED or a file, found '{}'", text),
                     "", "SEED is a whole number, at least 0");
  }
  return {{}, seed};
}

void check_weights_count(compat::QuirkSet quirks) {
  if (!config::ignores_source_weights(quirks)) return;
  throw UsageError("--spectra with -compat reference (it would ignore the weights)");
}

using Spectra = std::vector<std::vector<io::SpectrumPoint>>;

Spectra spectra_of_file(const StillsOptions& options) {
  Spectra spectra = io::read_spectra(options.spectra);
  if (spectra.size() < options.images) {
    throw Error(fmt::format("too few spectra ({} of {})", spectra.size(), options.images),
                options.spectra);
  }
  spectra.resize(options.images);
  return spectra;
}

Spectra read_spectra(const StillsOptions& options, const config::Settings& settings) {
  if (options.spectra.empty()) return {};
  if (settings.spectrum_file || settings.source_file || settings.dispersion_percent ||
      settings.hdiv_range_mrad || settings.vdiv_range_mrad) {
    throw UsageError(
        "--spectra with -spectrum, -sourcefile, -dispersion or a divergence (each says where the "
        "light comes from)");
  }
  check_weights_count(settings.compat.value_or(compat::Mode{}).quirks);
  return spectra_of_file(options);
}

// The wavelength for what all images share: amplitudes of a model, the finest resolution.
Metre mean_wavelength(const Spectra& spectra) {
  double sum = 0.0;
  for (const auto& spectrum : spectra) {
    sum += config::mean_wavelength(config::sources_of(spectrum, {1.0, 0.0, 0.0})).value();
  }
  return Metre(sum / static_cast<double>(spectra.size()));
}

// What is drawn for an exposure. Each quantity has a stream of its own, so that one distribution
// changes nothing of the others.
class ShotMaker {
 public:
  ShotMaker(Experiment experiment, Orientations orientations, Spectra spectra,
            const StillsOptions& options)
      : experiment_(std::move(experiment)),
        orientations_(std::move(orientations)),
        spectra_(std::move(spectra)),
        fluence_(options.fluence),
        mosaic_(options.mosaic),
        wavelength_(options.wavelength),
        variations_(parse_variations(options.vary, experiment_)) {
    if (!options.lattices.empty()) lattices_ = parse_lattice_counts(options.lattices);
  }

  Shot operator()(std::size_t i) const {
    const std::uint64_t seed = bits_at(orientations_.seed, variations);
    const Experiment set = varied(experiment_, variations_, seed, i);
    Shot shot{set, set.spindle.start};
    shot.experiment.crystal = crystal(*set.crystal, i);
    shot.experiment.beam = beam(*set.beam, i);
    if (lattices_) {
      shot.experiment.lattices =
          random_lattices(*lattices_, bits_at(orientations_.seed, lattices), i);
    }
    return shot;
  }

 private:
  enum Quantity : std::uint64_t {
    orientation,
    domains,
    fluence,
    mosaic,
    wavelength,
    variations,
    lattices
  };

  NumberedDeviates deviates(Quantity quantity, std::size_t i) const {
    return {bits_at(orientations_.seed, quantity), i};
  }

  Crystal crystal(CrystalValues values, std::size_t i) const {
    NumberedDeviates of_orientation = deviates(orientation, i);
    values.misset_rad = xyz_angles_rad(
        orientations_.listed.empty() ? uniform_rotation(of_orientation) : orientations_.listed[i]);
    // The stream of domains takes seeds of 31 bits, from 1.
    constexpr std::uint64_t kSeeds = (std::uint64_t{1} << 31) - 2;
    values.mosaicity.seed =
        static_cast<std::int64_t>(1 + deviates(domains, i).next_bits() % kSeeds);
    NumberedDeviates of_mosaic = deviates(mosaic, i);
    values.mosaicity.spread = draw(mosaic_, of_mosaic) * values.mosaicity.spread;
    return Crystal(values);
  }

  Beam beam(BeamValues values, std::size_t i) const {
    NumberedDeviates of_fluence = deviates(fluence, i);
    values.fluence *= draw(fluence_, of_fluence);
    if (!spectra_.empty()) {
      values.sources = config::sources_of(spectra_[i], values.direction);
      values.wavelength = config::mean_wavelength(values.sources);
    }
    NumberedDeviates of_wavelength = deviates(wavelength, i);
    const double factor = draw(wavelength_, of_wavelength);
    values.wavelength = factor * values.wavelength;
    for (Source& source : values.sources) source.wavelength = factor * source.wavelength;
    return Beam(values);
  }

  Experiment experiment_;
  Orientations orientations_;
  Spectra spectra_;  // empty: that of the experiment
  Spread fluence_, mosaic_, wavelength_;
  std::vector<Variation> variations_;
  std::optional<LatticeCounts> lattices_;
};

std::string word(const Spread& spread) {
  return fmt::format("[{}, {}]", static_cast<int>(spread.shape), spread.width);
}

// The orientations themselves, where a file gives them: it may be another one next time.
std::string listed(const Orientations& orientations) {
  std::string text;
  for (const Mat3<double>& u : orientations.listed) {
    for (const Vec3<double>& row : u.row) text += fmt::format("# {} {} {}\n", row.x, row.y, row.z);
  }
  return text;
}

// The experiment in the light of one spectrum, which the kernel can take.
Experiment with_lines(const config::Job& run, const std::vector<io::SpectrumPoint>& spectrum,
                      double line_width) {
  Experiment out = run.experiment;
  BeamValues beam = *out.beam;
  beam.sources = config::sources_of(spectrum, beam.direction);
  beam.line_width = line_width;
  out.beam = Beam(beam);
  if (line_width > 0.0) {
    kernel::check_can_render(*run.compute.kernel, plan::make_plan(out, run.compute.quirks));
  }
  return out;
}

// What scatters besides, as TOML; empty where nothing does.
std::string further(const StillsOptions& options) {
  std::string text;
  if (!options.vary.empty()) text += fmt::format("vary = {}\n", options.vary);
  if (!options.lattices.empty()) text += fmt::format("lattices = \"{}\"\n", options.lattices);
  return text;
}

// Which pixels are written as what, as TOML; empty where they are those of the detector.
std::string pixels_of(const WrittenPart& written) {
  std::string text;
  if (const auto& crop = written.pixels.crop) {
    text += fmt::format("crop = [{}, {}, {}, {}]\n", crop->first.slow, crop->first.fast,
                        crop->shape.slow, crop->shape.fast);
  }
  if (written.pixels.bin > 1) text += fmt::format("bin = {}\n", written.pixels.bin);
  if (written.type != io::PixelType::standard) {
    text += fmt::format("type = \"{}\"\n", io::name_of(written.type));
  }
  return text;
}

// A digest of the spectra, which may have been changed in their file.
std::string digest(const Spectra& spectra, double line_width) {
  std::uint64_t state = 0;
  for (const auto& spectrum : spectra) {
    for (const auto& [wavelength, weight] : spectrum) {
      state = bits_at(state, std::bit_cast<std::uint64_t>(wavelength));
      state = bits_at(state, std::bit_cast<std::uint64_t>(weight));
    }
  }
  if (spectra.empty()) return "";
  const std::string text = fmt::format("spectra_digest = \"{:016x}\"\n", state);
  return line_width > 0.0 ? text + fmt::format("line_width = {}\n", line_width) : text;
}

// What is drawn for each image has to be there, and no setting may replace it.
void check_experiment(const config::Job& run, bool is_there, const StillsOptions& options) {
  const Experiment& e = run.experiment;
  if (options.mosaic.shape != SpreadShape::none && e.crystal->mosaicity.spread.value() == 0.0) {
    throw UsageError("--mosaic scatters the mosaic spread (which is 0)", "", "give -mosaic");
  }
  if (!options.lattices.empty() && !e.lattices.empty()) {
    throw UsageError("--lattices with -lattice (each says which lattices an image has)");
  }
  if (options.spectra.empty()) return;
  check_weights_count(run.compute.quirks);
  const auto spreads = [](const SteppedRangeRequest& r) { return r.range.value_or(0.0) > 0.0; };
  if (is_there &&
      (!e.beam->sources.empty() || spreads(e.beam->dispersion) ||
       spreads(e.beam->divergence.horizontal) || spreads(e.beam->divergence.vertical))) {
    throw UsageError(
        "--spectra with the sources of an experiment file (each says where the light "
        "comes from)",
        "", "take the sources, the dispersion and the divergence out of the file");
  }
}

std::vector<io::NamedFile> files_read(const StillsOptions& options) {
  std::vector<io::NamedFile> files;
  if (!options.orientations.starts_with(kRandom)) {
    files.push_back({"--orientations", options.orientations});
  }
  if (!options.spectra.empty()) files.push_back({"--spectra", options.spectra});
  return files;
}

// `run` stands still, and lines of spectra have this width.
SeriesRequest stills_of(config::Job run, Spectra spectra, double line_width,
                        const StillsOptions& options) {
  check(options.written, run.experiment.detector, run.response.values);
  region_of(options.written.pixels, run.experiment, 0);  // there is one
  Orientations orientations = read_orientations(options);
  SeriesIdentity of_series =
      identity(run, fmt::format("[stills]\nimages = {}\nseed = {}\nfluence = {}\nmosaic = {}\n"
                                "wavelength = {}\n{}{}{}{}",
                                options.images, orientations.seed, word(options.fluence),
                                word(options.mosaic), word(options.wavelength), further(options),
                                pixels_of(options.written), digest(spectra, line_width),
                                listed(orientations)));
  Experiment of_shots =
      spectra.empty() ? run.experiment : with_lines(run, spectra.front(), line_width);
  const auto variations = parse_variations(options.vary, of_shots);
  if (std::string text = warning_of(variations); !text.empty()) {
    run.warnings.push_back(std::move(text));
  }
  ShotMaker shot(std::move(of_shots), std::move(orientations), std::move(spectra), options);
  return {.out = options.out,
          .images = options.images,
          .kind = io::SeriesKind::stills,
          .run = std::move(run),
          .shot = std::move(shot),
          .settings = std::move(of_series.settings),
          .identity = std::move(of_series.digest),
          .read = files_read(options),
          .written = options.written};
}

}  // namespace

SeriesRequest make_stills(const config::Settings& given, const StillsOptions& options) {
  check_for_series(given, "stills");
  if (given.oscillation_deg || given.phi_steps || given.phi_step_deg || given.misset_deg ||
      given.misset_random) {
    throw UsageError(
        "stills do not take -osc, -phisteps, -phistep or -misset (their crystals stand "
        "still, as --orientations says)");
  }
  config::Settings settings = given;
  settings.out_files.emplace();  // none of nanoBragg.c's own
  // Whatever a file of -geometry or -img says of a rotation.
  settings.oscillation_deg = 0.0;
  settings.phi_steps = 1;
  // The same command makes the same noise: otherwise it could not continue a series.
  if (!settings.seed) settings.seed = 1;
  Spectra spectra = read_spectra(options, settings);
  const double line_width = 0.01 * settings.line_width_percent.value_or(0.0);
  // Without the spectra there are no lines to be wide.
  if (!spectra.empty()) settings.line_width_percent.reset();
  if (!spectra.empty() && !settings.wavelength_A && !settings.experiment_file) {
    settings.wavelength_A = to_angstrom(mean_wavelength(spectra)).value();
  }
  config::Job run = config::resolve(settings);
  check_no_dump(run, "stills");
  check_experiment(run, settings.experiment_file.has_value(), options);
  SeriesRequest request = stills_of(std::move(run), std::move(spectra), line_width, options);
  check_divides(options.written.pixels, request.run.experiment.detector);
  const std::vector<io::NamedFile> files = config::files_read(settings);
  request.read.insert(request.read.end(), files.begin(), files.end());
  return request;
}

SeriesRequest make_stills(const config::Job& run, const StillsOptions& options) {
  config::Job still = run;
  still.experiment.spindle.oscillation = {1, 0.0, std::nullopt};
  const Spectra spectra = options.spectra.empty() ? Spectra{} : spectra_of_file(options);
  check_experiment(still, true, options);
  return stills_of(std::move(still), spectra, still.experiment.beam->line_width, options);
}

}  // namespace nanobragg::commands
