// Each option that a command line sets: its default instead, another unit, sign, order or count.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <variant>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/commands/audit/generators.hpp"
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
      : changes_(changes), settings_(settings), flag_(option.spellings.front().flag) {
    name_ = flag_.substr(1);
  }

  template <class T>
  void operator()(Member<T> member) {
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
  using Edit = std::function<Settings(Settings)>;

  void add(const std::string& what, const std::string& does, const Edit& edit) {
    changes_.settings(name_ + "_" + what, does, edit);
  }
  void add_ignored(const Edit& edit) {
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
  void add_factors(const config::Members<double>& members) {
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
  void add_others(Member<Vector> member);
  void add_others(Member<std::vector<double>> member);
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
  std::string flag_, name_;
};

struct Order {
  std::array<int, 3> of;
  const char* name;
};
constexpr std::array kOrders{Order{{0, 2, 1}, "xzy"}, Order{{1, 0, 2}, "yxz"},
                             Order{{1, 2, 0}, "yzx"}, Order{{2, 0, 1}, "zxy"},
                             Order{{2, 1, 0}, "zyx"}};

Vector reordered(const Vector& v, const Order& order) {
  const std::array<double, 3> x{v.x, v.y, v.z};
  const auto at = [&](std::size_t i) { return x.at(static_cast<std::size_t>(order.of.at(i))); };
  return {at(0), at(1), at(2)};
}

void OptionChanges::add_others(Member<Vector> member) {
  const auto edited = [member](auto change) {
    return [=](Settings s) {
      s.*member = change(*(s.*member));
      return s;
    };
  };
  add("negated", fmt::format("takes {} with the opposite signs", flag_),
      edited([](const Vector& v) { return -v; }));
  add("x_negated", fmt::format("takes the first number of {} with the opposite sign", flag_),
      edited([](const Vector& v) {
        return Vector{-v.x, v.y, v.z};
      }));
  add("y_negated", fmt::format("takes the second number of {} with the opposite sign", flag_),
      edited([](const Vector& v) {
        return Vector{v.x, -v.y, v.z};
      }));
  add("z_negated", fmt::format("takes the third number of {} with the opposite sign", flag_),
      edited([](const Vector& v) {
        return Vector{v.x, v.y, -v.z};
      }));
  add("degrees_as_radians", fmt::format("takes {} in degrees for radians", flag_),
      edited([](const Vector& v) { return kDegrees * v; }));
  add("to_radians_twice", fmt::format("turns {} from degrees into radians twice", flag_),
      edited([](const Vector& v) { return v / kDegrees; }));
  for (const Order& order : kOrders) {
    add(order.name, fmt::format("takes the numbers of {} in the order {}", flag_, order.name),
        edited([order](const Vector& v) { return reordered(v, order); }));
  }
}

// Lengths and angles of a cell.
void OptionChanges::add_others(Member<std::vector<double>> member) {
  const std::size_t numbers = (settings_.*member)->size();
  for (const std::size_t first : {std::size_t{0}, std::size_t{3}}) {
    if (numbers < first + 3) continue;
    const char* const what = first == 0 ? "lengths" : "angles";
    for (const Order& order : kOrders) {
      add(fmt::format("{}_{}", what, order.name),
          fmt::format("takes the {} of {} in the order {}", what, flag_, order.name),
          [=](Settings s) {
            std::vector<double>& cell = *(s.*member);
            const Vector v = reordered({cell[first], cell[first + 1], cell[first + 2]}, order);
            cell[first] = v.x, cell[first + 1] = v.y, cell[first + 2] = v.z;
            return s;
          });
    }
  }
  add("angles_of_90", fmt::format("takes angles of 90 degrees for those of {}", flag_),
      [member](Settings s) {
        (s.*member)->resize(std::min<std::size_t>((s.*member)->size(), 3));
        return s;
      });
  for (const double factor : {10.0, 0.1, 1e10, 1e-10}) {
    add(fmt::format("lengths_times_{:g}", factor),
        fmt::format("takes the lengths of {} {:g} times as long", flag_, factor), [=](Settings s) {
          for (std::size_t i = 0; i < std::min<std::size_t>(3, numbers); ++i) {
            (*(s.*member))[i] *= factor;
          }
          return s;
        });
  }
}

void add_swapped(Changes& changes) {
  changes.settings("swapped_beam_centre", "swaps the two numbers of the beam centre",
                   [](Settings s) {
                     std::swap(s.beam_x_mm, s.beam_y_mm);
                     std::swap(s.close_x_mm, s.close_y_mm);
                     std::swap(s.org_x, s.org_y);
                     return s;
                   });
  changes.settings("swapped_divergence", "swaps the horizontal and the vertical divergence",
                   [](Settings s) {
                     std::swap(s.hdiv_range_mrad, s.vdiv_range_mrad);
                     std::swap(s.hdiv_step_mrad, s.vdiv_step_mrad);
                     std::swap(s.hdiv_steps, s.vdiv_steps);
                     return s;
                   });
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
  add_swapped(changes);
  add_conventions(changes, scene.settings);
}

}  // namespace nanobragg::commands
