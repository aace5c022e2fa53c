// Chooses and reads the source of amplitudes.
#include "nanobragg/config/resolve/amplitudes.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/amplitude_column.hpp"
#include "nanobragg/config/resolve/convert.hpp"
#include "nanobragg/config/resolve/resolve_background.hpp"
#include "nanobragg/io/reflections/hkl_text.hpp"
#include "nanobragg/model/expand_to_p1.hpp"
#include "nanobragg/model/wilson.hpp"

namespace nanobragg::config {
namespace {

using compat::Quirk;

Amplitudes from_wilson(const Settings& settings, const Crystal& crystal, double default_F) {
  if (!settings.dmin_A || *settings.dmin_A <= 0.0) {
    throw UsageError("-wilson needs a resolution limit (amplitudes are made down to it)", "",
                     "add -dmin, for example -dmin 2.0");
  }
  const auto [b_factor, seed] = *settings.wilson;
  Amplitudes out;
  out.source = "made up by Wilson statistics";
  out.structure_factors = std::make_shared<StructureFactors>(
      wilson_amplitudes(cell_of(lattice_of(*crystal)), b_factor, static_cast<std::uint64_t>(seed),
                        *settings.dmin_A, default_F));
  out.dump = settings.dump_file;
  return out;
}

// Both faults of the reference's reader come from reading four numbers at a time.
io::HklLayout layout_of(compat::QuirkSet quirks) {
  if (quirks.has(Quirk::hkl_extra_columns)) {
    return quirks.has(Quirk::fractional_hkl) ? io::HklLayout::groups_of_four
                                             : io::HklLayout::groups_of_integers;
  }
  return quirks.has(Quirk::fractional_hkl) ? io::HklLayout::groups_of_columns
                                           : io::HklLayout::lines;
}

Amplitudes from_text(const std::string& text_of_file, const std::string& file, double default_F,
                     compat::QuirkSet quirks) {
  const io::HklText text = io::parse_hkl_text(text_of_file, file, layout_of(quirks));
  Amplitudes out;
  out.source = file;
  out.warnings = text.warnings;
  if (text.has_fractional_indices) out.exercised.push_back(Quirk::fractional_hkl);
  if (text.has_further_text) out.exercised.push_back(Quirk::hkl_extra_columns);
  out.structure_factors = std::make_shared<StructureFactors>(
      StructureFactors::from_reflections(text.reflections, text.box, default_F));
  return out;
}

Amplitudes from_table(const io::ReflectionTable& table, const std::optional<std::string>& name,
                      double default_F) {
  const AmplitudeColumn column = choose_column(table, name);
  const ColumnAmplitudes listed = amplitudes_of(table, column);
  ExpandedAmplitudes expanded =
      expand_to_p1(listed.reflections, {table.space_group, table.operations}, default_F);
  Amplitudes out;
  out.source = fmt::format("{} ({}), column {}, {} reflections of {} expanded to {}", table.file,
                           table.format, column.description(), listed.reflections.size(),
                           table.space_group, expanded.reflections);
  if (listed.negative_intensities > 0) {
    out.warnings.push_back(fmt::format("{}: negative intensities taken as 0: {}", table.file,
                                       listed.negative_intensities));
  }
  if (expanded.absences_given > 0) {
    out.warnings.push_back(fmt::format("{}: amplitudes taken as 0 because {} makes them absent: {}",
                                       table.file, table.space_group, expanded.absences_given));
  }
  if (expanded.contradictions > 0) {
    out.warnings.push_back(fmt::format(
        "{}: amplitudes that differ from that of an equivalent by {}: {} (each stands for itself)",
        table.file, table.space_group, expanded.contradictions));
  }
  out.structure_factors = std::make_shared<StructureFactors>(std::move(expanded.structure_factors));
  return out;
}

Amplitudes from_file(const Settings& settings, const AmplitudeFile& file, double default_F,
                     compat::QuirkSet quirks) {
  if (file.table) return from_table(*file.table, settings.hkl_column, default_F);
  return from_text(file.text, *settings.hkl_file, default_F, quirks);
}

Amplitudes from_model(const Settings& settings, const io::AtomicModel& model,
                      const Illumination& light, double default_F) {
  const io::BulkSolvent solvent{value(settings, &Settings::solvent_density),
                                value(settings, &Settings::solvent_B)};
  const double energy = constants::kAngstromElectronVolt / light.wavelength_A;
  const auto forward = value(settings, &Settings::forward_scattering)
                           ? io::ForwardScattering::kept
                           : io::ForwardScattering::left_out;
  Amplitudes out;
  const std::string models = model.models() > 1 ? fmt::format(" of {} models", model.models()) : "";
  out.source =
      fmt::format("{}: {} atoms{} in {}, {}, to {:.3g} Å at {:.6g} eV", *settings.model_file,
                  model.atoms(), models, model.space_group(),
                  solvent.density > 0.0 ? "with bulk solvent" : "in vacuum", light.dmin_A, energy);
  out.structure_factors = std::make_shared<StructureFactors>(
      model.amplitudes({light.dmin_A, energy, forward}, solvent, default_F));
  out.dump = settings.dump_file;
  return out;
}

}  // namespace

Amplitudes resolve_amplitudes(const Settings& settings, const AmplitudeFile& file,
                              const Illumination& light, const Crystal& crystal,
                              compat::QuirkSet quirks) {
  if (file.made) {
    Amplitudes out;
    out.structure_factors = file.made;
    out.source = "an earlier run";
    return out;
  }
  const Settings defaults = default_settings();
  const double default_F = settings.default_F.value_or(*defaults.default_F);
  const std::string dump = settings.dump_file.value_or(*defaults.dump_file);
  if (settings.wilson && settings.hkl_file) {
    throw UsageError("both -wilson and -hkl (amplitudes come from one of them)");
  }
  if (settings.wilson && settings.model_file) {
    throw UsageError("both -wilson and -model (amplitudes come from one of them)");
  }
  if (settings.wilson) return from_wilson(settings, crystal, default_F);
  if (file.model) return from_model(settings, *file.model, light, default_F);
  if (settings.hkl_file) {
    Amplitudes out = from_file(settings, file, default_F, quirks);
    out.dump = dump;
    return out;
  }

  Amplitudes out;
  out.source = dump;
  const bool is_asked_for = dump != *defaults.dump_file;
  if (file.dump) {
    out.structure_factors = std::make_shared<StructureFactors>(*file.dump);
    if (!is_asked_for) {
      out.warnings.push_back("amplitudes come from '" + dump +
                             "', the cache of an earlier run: remove it to run without them");
    }
    return out;
  }
  if (is_asked_for && default_F != 0.0) {
    out.warnings.push_back(fmt::format(
        "'{}' does not exist, and there is no -hkl to make it from: every amplitude is {:g}", dump,
        default_F));
  }
  // An image of nothing but its background is asked for by an explicit 0.
  const bool has_background = settings.water_um.value_or(0.0) > 0.0 || gives_slabs(settings);
  const bool is_of_background = settings.default_F && has_background;
  if (default_F == 0.0 && !is_of_background) {
    throw UsageError(
        "no structure factors (neither -hkl nor an earlier '" + dump + "')", "",
        "give -hkl FILE, -model FILE, -default_F 100 for equal amplitudes, or -wilson 20,1");
  }
  out.structure_factors = std::make_shared<StructureFactors>(default_F);
  return out;
}

}  // namespace nanobragg::config
