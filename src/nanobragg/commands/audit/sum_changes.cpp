// Which terms join the sum of a pixel, and what the last step multiplies.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <memory>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/commands/audit/generators.hpp"

namespace nanobragg::commands {
namespace {

using kernel::reference::Formulas;
using kernel::reference::LastStep;
using kernel::reference::TermPlace;

struct Loop {
  const char* name;
  const char* one;
  const char* all;
  std::size_t count;
  std::size_t (*at)(const TermPlace&);
};

std::vector<Loop> loops_of(const plan::SamplingPlan& plan) {
  const auto n = static_cast<std::size_t>(plan.sampling.oversample);
  return {{"layer", "layer of the sensor", "layers",
           static_cast<std::size_t>(plan.detector.layers.count),
           [](const TermPlace& at) { return static_cast<std::size_t>(at.layer); }},
          {"subpixel_row", "row of sub-pixels", "rows of sub-pixels", n,
           [](const TermPlace& at) { return at.sub.slow; }},
          {"subpixel_column", "column of sub-pixels", "columns of sub-pixels", n,
           [](const TermPlace& at) { return at.sub.fast; }},
          {"source", "source", "sources", plan.beam.sources.size(),
           [](const TermPlace& at) { return at.source; }},
          {"spindle_step", "spindle step", "spindle steps", plan.crystal.phi_rad.size(),
           [](const TermPlace& at) { return at.spindle_step; }},
          {"domain", "mosaic domain", "mosaic domains", plan.crystal.domains.size(),
           [](const TermPlace& at) { return at.domain; }}};
}

void add_terms(Changes& changes, const plan::SamplingPlan& plan) {
  const auto counted = [&](const std::string& name, const std::string& does, auto counts) {
    changes.formulas(name, does, [=](ChangedFormulas& f) {
      f.intensity = [=, own = f.intensity](double cell, double lattice, const TermPlace& at) {
        return counts(at) ? own(cell, lattice, at) : 0.0;
      };
    });
  };
  for (const Loop& loop : loops_of(plan)) {
    if (loop.count < 2) continue;
    const std::size_t last = loop.count - 1;
    const auto at = loop.at;
    counted(fmt::format("{}_first_alone", loop.name),
            fmt::format("adds up the first {} alone", loop.one),
            [=](const TermPlace& term) { return at(term) == 0; });
    counted(fmt::format("{}_last_alone", loop.name),
            fmt::format("adds up the last {} alone", loop.one),
            [=](const TermPlace& term) { return at(term) == last; });
    counted(fmt::format("{}_first_left_out", loop.name),
            fmt::format("leaves the first {} out", loop.one),
            [=](const TermPlace& term) { return at(term) != 0; });
    counted(fmt::format("{}_last_left_out", loop.name),
            fmt::format("leaves the last {} out", loop.one),
            [=](const TermPlace& term) { return at(term) != last; });
    constexpr std::size_t kMostCounted = 20;
    for (std::size_t i = 1; i < last && loop.count <= kMostCounted; ++i) {
      counted(fmt::format("{}_{}_alone", loop.name, i),
              fmt::format("adds up {} {} alone (counted from 0)", loop.one, i),
              [=](const TermPlace& term) { return at(term) == i; });
      counted(fmt::format("{}_{}_left_out", loop.name, i),
              fmt::format("leaves {} {} out (counted from 0)", loop.one, i),
              [=](const TermPlace& term) { return at(term) != i; });
    }
    changes.plan(
        fmt::format("steps_without_{}s", loop.name),
        fmt::format("does not divide by the number of {}", loop.all),
        [count = static_cast<double>(loop.count)](plan::SamplingPlan& p) { p.steps /= count; });
    changes.plan(
        fmt::format("steps_by_{}s_twice", loop.name),
        fmt::format("divides by the number of {} twice", loop.all),
        [count = static_cast<double>(loop.count)](plan::SamplingPlan& p) { p.steps *= count; });
    changes.formulas(fmt::format("steps_without_{}s_unseen", loop.name),
                     fmt::format("counts the {}, but does not divide by their number", loop.all),
                     [count = static_cast<double>(loop.count)](ChangedFormulas& f) {
                       f.photons = [=, own = f.photons](LastStep last_step) {
                         last_step.steps /= count;
                         return own(last_step);
                       };
                     });
  }
}

void add_counts(Changes& changes) {
  for (const double more : {1.0, -1.0}) {
    changes.plan(more > 0.0 ? "steps_one_more" : "steps_one_less",
                 fmt::format("divides by one step {} than there are", more > 0.0 ? "more" : "less"),
                 [more](plan::SamplingPlan& plan) { plan.steps += more; });
  }
  changes.plan("steps_is_1", "divides by no steps",
               [](plan::SamplingPlan& plan) { plan.steps = 1.0; });
}

// Of sub-pixels, which are two loops.
void add_subpixels(Changes& changes, double n) {
  if (n == 1.0) return;
  const auto counted = [&](const char* name, const char* does, auto counts) {
    changes.formulas(name, does, [=](ChangedFormulas& f) {
      f.intensity = [=, own = f.intensity](double cell, double lattice, const TermPlace& at) {
        return counts(at) ? own(cell, lattice, at) : 0.0;
      };
    });
  };
  counted("subpixel_first_alone", "evaluates the first sub-pixel alone", [](const TermPlace& at) {
    return at.sub == PixelIndex{0, 0};
  });
  const auto end = static_cast<std::size_t>(n) - 1;
  counted("subpixel_last_alone", "keeps the last sub-pixel alone (starts the sum anew at each)",
          [end](const TermPlace& at) {
            return at.sub == PixelIndex{end, end};
          });
  changes.plan("steps_without_subpixels", "does not divide by the number of sub-pixels",
               [n](plan::SamplingPlan& p) { p.steps /= n * n; });
  changes.formulas("steps_without_subpixels_unseen",
                   "counts the sub-pixels, but does not divide by their number",
                   [n](ChangedFormulas& f) {
                     f.photons = [=, own = f.photons](LastStep last) {
                       last.steps /= n * n;
                       return own(last);
                     };
                   });
}

// Each factor of the last step another number of times than once.
void add_last_step(Changes& changes) {
  struct FactorRow {
    const char *name, *what;
    double (*value)(const LastStep&);
  };
  const std::array rows{
      FactorRow{"polarisation", "the polarisation factor",
                [](const LastStep& s) { return s.polarisation; }},
      FactorRow{"solid_angle", "the solid angle", [](const LastStep& s) { return s.solid_angle; }},
      FactorRow{"capture", "the captured fraction", [](const LastStep& s) { return s.capture; }},
      FactorRow{"steps", "the number of steps (as a divisor)",
                [](const LastStep& s) { return 1.0 / s.steps; }},
      FactorRow{"fluence", "the fluence", [](const LastStep& s) { return s.fluence; }},
      FactorRow{"r_e_sqr", "r_e squared",
                [](const LastStep&) { return constants::kClassicalElectronRadiusSquared; }}};
  struct Times {
    const char *name, *does;
    double power;
  };
  for (const FactorRow& row : rows) {
    for (const Times& times :
         {Times{"not_applied", "computes {} but does not multiply by it", -1.0},
          Times{"applied_twice", "multiplies by {} twice", 1.0},
          Times{"divides", "divides by {} instead of multiplying", -2.0},
          Times{"rooted", "multiplies by the square root of {}", -0.5}}) {
      changes.formulas(fmt::format("{}_{}", row.name, times.name),
                       fmt::format(fmt::runtime(times.does), row.what), [=](ChangedFormulas& f) {
                         f.photons = [=, own = f.photons](const LastStep& last) {
                           return own(last) * std::pow(row.value(last), times.power);
                         };
                       });
    }
  }
}

// Factors that are taken again at each sub-pixel or source, so that the last stays.
void add_last_factors(Changes& changes) {
  using kernel::reference::KeptFactors;
  struct Again {
    const char *name, *what;
    bool KeptFactors::*factor;
  };
  for (const Again& again :
       {Again{"solid_angle_of_last", "solid angle", &KeptFactors::solid_angle},
        Again{"capture_of_last", "captured fraction", &KeptFactors::capture},
        Again{"polarisation_of_last", "polarisation factor", &KeptFactors::polarisation}}) {
    changes.formulas(
        again.name,
        fmt::format("takes the {} anew at each sub-pixel and source, and multiplies by "
                    "the last instead of the first",
                    again.what),
        [again](ChangedFormulas& f) { f.kept.*again.factor = false; });
  }
  // (Σ a)² by increments: (S + a)² − S², S from the first term of each pixel on.
  changes.formulas("terms_coherent", "adds amplitudes, not intensities, of all terms (coherently)",
                   [](ChangedFormulas& f) {
                     f.intensity = [sum = std::make_shared<double>(0.0)](
                                       double cell, double lattice, const TermPlace& at) {
                       const bool is_first = at.layer == 0 && at.sub == PixelIndex{} &&
                                             at.source == 0 && at.spindle_step == 0 &&
                                             at.domain == 0;
                       if (is_first) *sum = 0.0;
                       const double before = *sum;
                       *sum += cell * lattice;
                       return *sum * *sum - before * before;
                     };
                   });
}

}  // namespace

void add_sums(Changes& changes, const Scene& scene) {
  add_terms(changes, scene.plan);
  add_counts(changes);
  add_subpixels(changes, scene.plan.sampling.oversample);
  add_last_step(changes);
  add_last_factors(changes);
}

void add_quirks(Changes& changes, const Scene& scene) {
  for (const compat::QuirkInfo& row : compat::quirk_table()) {
    if (row.fate != compat::Fate::repaired) continue;
    const std::string does = scene.quirks.has(row.quirk)
                                 ? fmt::format("switched off, our simulation {}; nanoBragg.c {}",
                                               row.physical_does, row.reference_does)
                                 : fmt::format("switched on, our simulation {}; without it, it {}",
                                               row.reference_does, row.physical_does);
    Change& change = changes.add(std::string(row.name), does);
    change.kind = audit::ChangeKind::quirk;
    change.quirk = row.quirk;
  }
}

std::vector<Change> generated_changes(const Scene& scene) {
  Changes changes;
  for (const auto& generate :
       {add_quirks, add_options, add_placements, add_positions, add_beams, add_polarisations,
        add_crystals, add_orientations, add_mosaics, add_lattices, add_radial_lattices,
        add_amplitudes, add_rotations, add_sums, add_constants}) {
    generate(changes, scene);
  }
  return changes.take();
}

}  // namespace nanobragg::commands
