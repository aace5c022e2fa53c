// Each option that a command line sets: its default instead, another unit, sign, order or count.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <variant>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/commands/audit/generators.hpp"
#include "nanobragg/commands/audit/option_numbers.hpp"
#include "nanobragg/config/options/option.hpp"
#include "nanobragg/config/options/words.hpp"

namespace nanobragg::commands {
namespace {

using config::Member;
using config::Option;
using config::Settings;

struct Factor {
  double by;
  const char* name;
  const char* does;  // with the flag
};

constexpr double kPi = constants::kPi;
constexpr double kDegrees = constants::kDegreesPerRadian;

// Of any number; what is not possible is not simulated.
constexpr std::array kFactors{
    Factor{-1.0, "sign", "takes {} with the opposite sign"},
    Factor{0.5, "half",
           "takes half of {} (a half width for a full one, or a radius for a diameter)"},
    Factor{2.0, "double", "takes {} twice (a full width for a half one)"},
    Factor{kDegrees, "degrees_as_radians", "takes {} in degrees for radians"},
    Factor{1.0 / kDegrees, "to_radians_twice", "turns {} from degrees into radians twice"},
    Factor{1e3, "times_1e+03", "takes {} in a unit that makes it 1000 times as large"},
    Factor{1e-3, "times_1e-03", "takes {} in a unit that makes it 1000 times smaller"},
    Factor{1e10, "times_1e+10", "takes {} in a unit that makes it 1e10 times as large"},
    Factor{1e-10, "times_1e-10", "takes {} in a unit that makes it 1e10 times smaller"},
    Factor{10.0, "times_10", "takes {} in a unit that makes it 10 times as large"},
    Factor{0.1, "times_0.1", "takes {} in a unit that makes it 10 times smaller"},
    Factor{100.0, "times_100", "takes {} 100 times as large (a percentage for a fraction)"},
    Factor{0.01, "times_0.01", "takes {} 100 times smaller (a percentage for a fraction)"},
    Factor{1e6, "times_1e+06", "takes {} in a unit that makes it 1e6 times as large"},
    Factor{1e-6, "times_1e-06", "takes {} in a unit that makes it 1e6 times smaller"},
    Factor{2.0 * kPi, "times_2pi", "takes {} times 2 pi"},
    Factor{0.5 / kPi, "over_2pi", "takes {} divided by 2 pi"},
};

// Makes the changes of one option, by what its value is.
class OptionChanges {
 public:
  OptionChanges(Changes& changes, const Settings& settings, const Option& option)
      : changes_(changes),
        settings_(settings),
        spellings_(option.spellings),
        flag_(option.spellings.front().flag),
        is_in_mrad_(option.value_names == "mrad") {
    name_ = flag_.substr(1);
  }

  template <class T>
  void operator()(Member<T> member) {
    if constexpr (std::is_same_v<T, bool>) {
      if (!(settings_.*member)) add_unasked(member);
    }
    if (!(settings_.*member)) return;
    add_ignored([member](Settings s) {
      (s.*member).reset();
      return s;
    });
    add_others(member);
  }
  template <class T>
  void operator()(const config::Members<T>& members) {
    for (const Member<T> member : members) {
      if (!(settings_.*member)) return;
    }
    add_ignored([members](Settings s) {
      for (const Member<T> member : members) (s.*member).reset();
      return s;
    });
    if constexpr (std::is_same_v<T, double>) add_factors(members);
    if constexpr (std::is_same_v<T, long>) add_counts(members);
  }
  void operator()(const config::NumbersOrWord& value) { (*this)(value.numbers); }
  template <class T>
  void operator()(const T&) {}

 private:
  AddEdit adding() {
    return [this](const std::string& what, const std::string& does, const SettingsEdit& edit) {
      add(what, does, edit);
    };
  }
  void add(const std::string& what, const std::string& does, const SettingsEdit& edit) {
    const std::string ignored = name_ + "_ignored";
    Change& change = changes_.settings(name_ + "_" + what, does, edit);
    if (change.name != ignored) change.implied_by = ignored;
  }
  void add_ignored(const SettingsEdit& edit) {
    add("ignored", fmt::format("ignores {} and takes its default", flag_), edit);
    // Where an option also chooses the pivot, a program that ignores it chooses another.
    if (!settings_.implied_pivot) return;
    add("ignored_with_its_pivot",
        fmt::format("ignores {}, and that it makes the detector turn about another point", flag_),
        [edit](Settings s) {
          s = edit(std::move(s));
          s.implied_pivot = *s.implied_pivot == Pivot::beam ? Pivot::sample : Pivot::beam;
          return s;
        });
  }
  // A switch that is not given, by each of its spellings.
  void add_unasked(Member<bool> member) {
    for (const config::Spelling& spelling : spellings_) {
      const bool value = spelling.preset != "false";
      changes_.settings(spelling.flag.substr(1) + "_unasked",
                        fmt::format("does what {} asks for, which is not given", spelling.flag),
                        [member, value](Settings s) {
                          s.*member = value;
                          return s;
                        });
    }
  }
  void add_factors(const config::Members<double>& members) {
    if (is_in_mrad_) {
      add("mrad_as_degrees", fmt::format("takes {} in mrad for degrees", flag_), [=](Settings s) {
        for (const Member<double> member : members) *(s.*member) *= 1e3 / kDegrees;
        return s;
      });
    }
    for (const Factor& factor : kFactors) {
      add(factor.name, fmt::format(fmt::runtime(factor.does), flag_), [=](Settings s) {
        for (const Member<double> member : members) *(s.*member) *= factor.by;
        return s;
      });
    }
  }
  void add_counts(const config::Members<long>& members) {
    for (const long more : {1L, -1L}) {
      add(more > 0 ? "one_more" : "one_less",
          fmt::format("takes one {} than {} says", more > 0 ? "more" : "less", flag_),
          [=](Settings s) {
            for (const Member<long> member : members) *(s.*member) += more;
            return s;
          });
    }
  }
  void add_others(Member<double> member) {
    add_factors({member});
    const double value = *(settings_.*member);
    if (value != std::floor(value)) {
      add("whole", fmt::format("cuts {} down to a whole number", flag_), [=](Settings s) {
        s.*member = std::floor(value);
        return s;
      });
    }
    if (value >= 2.0 && value == std::floor(value) && name_.starts_with("N")) {
      for (const double more : {1.0, -1.0}) {
        add(more > 0 ? "one_more" : "one_less",
            fmt::format("takes one cell {} than {} says", more > 0 ? "more" : "less", flag_),
            [=](Settings s) {
              *(s.*member) += more;
              return s;
            });
      }
    }
  }
  void add_others(Member<long> member) { add_counts({member}); }
  void add_others(Member<bool> member) {
    add("inverted", fmt::format("does the opposite of {}", flag_), [member](Settings s) {
      s.*member = !*(s.*member);
      return s;
    });
  }
  void add_others(Member<Vector> member) { add_vector_changes(member, flag_, adding()); }
  void add_others(Member<std::vector<double>> member) {
    add_cell_changes(member, {flag_, *(settings_.*member)}, adding());
  }
  void add_others(Member<CrystalShape> member) {
    using enum CrystalShape;
    for (const CrystalShape shape : {square, round, gauss, tophat, gauss_cells, tophat_cells}) {
      add(fmt::format("shape_{}", static_cast<int>(shape)),
          fmt::format("takes the shape {} for {}", config::word_of(shape),
                      config::word_of(*(settings_.*member))),
          [=](Settings s) {
            s.*member = shape;
            return s;
          });
    }
  }
  void add_others(Member<Pivot> member) {
    add("other", fmt::format("turns the detector about the other point than {} says", flag_),
        [member](Settings s) {
          s.*member = *(s.*member) == Pivot::beam ? Pivot::sample : Pivot::beam;
          s.implied_pivot = s.*member;
          return s;
        });
  }
  template <class T>
  void add_others(Member<T>) {}

  Changes& changes_;
  const Settings& settings_;
  const std::vector<config::Spelling>& spellings_;
  std::string flag_, name_;
  bool is_in_mrad_;
};

template <class Edit>
void add_edited(Changes& changes, const char* name, const char* does, Edit edit) {
  changes.settings(name, does, [edit](Settings s) {
    edit(s);
    return s;
  });
}

// Of the divergence, the sizes of the crystal, and lists.
void add_pairs(Changes& changes) {
  add_edited(changes, "swapped_divergence", "swaps the horizontal and the vertical divergence",
             [](Settings& s) {
               std::swap(s.hdiv_range_mrad, s.vdiv_range_mrad);
               std::swap(s.hdiv_step_mrad, s.vdiv_step_mrad);
               std::swap(s.hdiv_steps, s.vdiv_steps);
             });
  add_edited(changes, "divergence_horizontal_for_both", "takes the horizontal divergence for both",
             [](Settings& s) {
               s.vdiv_range_mrad = s.hdiv_range_mrad;
               s.vdiv_step_mrad = s.hdiv_step_mrad;
               s.vdiv_steps = s.hdiv_steps;
             });
  add_edited(changes, "divergence_vertical_for_both", "takes the vertical divergence for both",
             [](Settings& s) {
               s.hdiv_range_mrad = s.vdiv_range_mrad;
               s.hdiv_step_mrad = s.vdiv_step_mrad;
               s.hdiv_steps = s.vdiv_steps;
             });
  add_edited(changes, "divergence_range_horizontal_for_both",
             "takes the range of the horizontal divergence for both",
             [](Settings& s) { s.vdiv_range_mrad = s.hdiv_range_mrad; });
  add_edited(changes, "divergence_range_vertical_for_both",
             "takes the range of the vertical divergence for both",
             [](Settings& s) { s.hdiv_range_mrad = s.vdiv_range_mrad; });
  add_edited(changes, "swapped_sizes_xy", "swaps the sizes of the crystal along a and b",
             [](Settings& s) { std::swap(s.size_x_mm, s.size_y_mm); });
  add_edited(changes, "swapped_sizes_xz", "swaps the sizes of the crystal along a and c",
             [](Settings& s) { std::swap(s.size_x_mm, s.size_z_mm); });
  add_edited(changes, "swapped_sizes_yz", "swaps the sizes of the crystal along b and c",
             [](Settings& s) { std::swap(s.size_y_mm, s.size_z_mm); });
  // Of -sourcefile, which is read once.
  add_edited(changes, "sourcefile_ignored",
             "ignores -sourcefile: one source along the beam, or those of "
             "divergence and dispersion",
             [](Settings& s) { s.source_file.reset(); });
}

// Of where the detector stands.
void add_swapped(Changes& changes, const Settings& settings) {
  add_edited(changes, "swapped_beam_centre", "swaps the two numbers of the beam centre",
             [](Settings& s) {
               std::swap(s.beam_x_mm, s.beam_y_mm);
               std::swap(s.close_x_mm, s.close_y_mm);
               std::swap(s.org_x, s.org_y);
             });
  const double pixel_mm = settings.pixel_mm.value_or(*config::default_settings().pixel_mm);
  for (const auto& [name, times] : {std::pair{"centre_mm_as_pixels", pixel_mm},
                                    std::pair{"centre_pixels_as_mm", 1.0 / pixel_mm}}) {
    add_edited(changes, name,
               times == pixel_mm ? "takes the beam centre in mm for pixels"
                                 : "takes the beam centre in pixels for mm",
               [times = times](Settings& s) {
                 for (const Member<double> member :
                      {&Settings::beam_x_mm, &Settings::beam_y_mm, &Settings::close_x_mm,
                       &Settings::close_y_mm, &Settings::org_x, &Settings::org_y}) {
                   if (s.*member) *(s.*member) *= times;
                 }
               });
  }
  // The two differ where the beam is not along the detector's normal.
  changes.settings("distance_along_normal",
                   "takes -distance, which is along the beam, for the distance along the "
                   "detector's normal (-close_distance)",
                   [](Settings s) {
                     if (s.distance_mm) s.close_distance_mm = std::exchange(s.distance_mm, {});
                     return s;
                   });
  changes.settings("close_distance_along_beam",
                   "takes -close_distance, which is along the detector's normal, for the distance "
                   "along the beam (-distance)",
                   [](Settings s) {
                     if (s.close_distance_mm) {
                       s.distance_mm = std::exchange(s.close_distance_mm, {});
                     }
                     return s;
                   });
}

void add_conventions(Changes& changes, const Settings& settings) {
  using enum config::Convention;
  const config::Convention given = settings.convention.value_or(mosflm);
  for (const config::Convention other : {mosflm, denzo, adxv, xds, dials, custom}) {
    if (other == given) continue;
    changes.settings(fmt::format("convention_{}", config::word_of(other)),
                     fmt::format("takes the convention {} for {}", config::word_of(other),
                                 config::word_of(given)),
                     [other](Settings s) {
                       s.convention = other;
                       return s;
                     });
  }
}

}  // namespace

void add_options(Changes& changes, const Scene& scene) {
  for (const Option& option : config::option_table()) {
    const bool is_flag = !option.spellings.empty();
    if (!is_flag || !config::describes_experiment(option) || config::names_file(option)) continue;
    std::visit(OptionChanges(changes, scene.settings, option), option.binding);
  }
  add_pairs(changes);
  add_swapped(changes, scene.settings);
  add_conventions(changes, scene.settings);
}

}  // namespace nanobragg::commands
