// Edits numbers of an option one by one, in pairs, and in another order.
#include "nanobragg/commands/audit/option_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "nanobragg/base/constants.hpp"

namespace nanobragg::commands {
namespace {

using config::Member;
using config::Settings;

constexpr double kDegrees = constants::kDegreesPerRadian;

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

// Each number left out, alone, and for another.
template <class Edited>
void add_parts(const std::string& flag, Edited edited, const AddEdit& add) {
  struct Part {
    const char *name, *does;
    Vector (*of)(const Vector&);
  };
  for (const Part& part :
       {Part{"x_left_out", "leaves the first number of {} out",
             [](const Vector& v) {
               return Vector{0, v.y, v.z};
             }},
        Part{"y_left_out", "leaves the second number of {} out",
             [](const Vector& v) {
               return Vector{v.x, 0, v.z};
             }},
        Part{"z_left_out", "leaves the third number of {} out",
             [](const Vector& v) {
               return Vector{v.x, v.y, 0};
             }},
        Part{"x_alone", "takes the first number of {} alone",
             [](const Vector& v) {
               return Vector{v.x, 0, 0};
             }},
        Part{"y_alone", "takes the second number of {} alone",
             [](const Vector& v) {
               return Vector{0, v.y, 0};
             }},
        Part{"z_alone", "takes the third number of {} alone", [](const Vector& v) {
               return Vector{0, 0, v.z};
             }}}) {
    add(part.name, fmt::format(fmt::runtime(part.does), flag), edited(part.of));
  }
  constexpr std::array kNames{"first", "second", "third"};
  for (std::size_t to = 0; to < 3; ++to) {
    for (std::size_t from = 0; from < 3; ++from) {
      if (to == from) continue;
      add(fmt::format("{}_for_{}", kNames.at(from), kNames.at(to)),
          fmt::format("takes the {} number of {} for the {}", kNames.at(from), flag, kNames.at(to)),
          edited([to, from](const Vector& v) {
            std::array<double, 3> x{v.x, v.y, v.z};
            x.at(to) = x.at(from);
            return Vector{x[0], x[1], x[2]};
          }));
    }
  }
}

// One number of a cell for another, or for what it is not.
void add_cell_numbers(Member<std::vector<double>> member, const CellOption& of,
                      const AddEdit& add) {
  const std::size_t numbers = of.given.size();
  const std::string& flag = of.flag;
  constexpr std::array kNames{"a", "b", "c", "alpha", "beta", "gamma"};
  const auto with = [member](auto edit) -> SettingsEdit {
    return [=](Settings s) {
      edit(*(s.*member));
      return s;
    };
  };
  for (std::size_t to = 0; to < numbers; ++to) {
    for (std::size_t from = 0; from < numbers; ++from) {
      if (to == from || (to < 3) != (from < 3)) continue;
      add(fmt::format("{}_for_{}", kNames.at(from), kNames.at(to)),
          fmt::format("takes {} for {} of {}", kNames.at(from), kNames.at(to), flag),
          with([=](std::vector<double>& cell) { cell[to] = cell[from]; }));
    }
    if (to < 3) continue;
    add(fmt::format("{}_of_90", kNames.at(to)),
        fmt::format("takes 90 degrees for {} of {}", kNames.at(to), flag),
        with([to](std::vector<double>& cell) { cell[to] = 90.0; }));
    add(fmt::format("{}_supplement", kNames.at(to)),
        fmt::format("takes 180 degrees less {} for {} of {}", kNames.at(to), kNames.at(to), flag),
        with([to](std::vector<double>& cell) { cell[to] = 180.0 - cell[to]; }));
  }
  add("lengths_all_a", fmt::format("takes a for all three lengths of {}", flag),
      with([](std::vector<double>& cell) {
        for (std::size_t i = 1; i < std::min<std::size_t>(3, cell.size()); ++i) cell[i] = cell[0];
      }));
  add("angles_supplements", fmt::format("takes 180 degrees less the angles of {} for them", flag),
      with([](std::vector<double>& cell) {
        for (std::size_t i = 3; i < cell.size(); ++i) cell[i] = 180.0 - cell[i];
      }));
}

}  // namespace

void add_vector_changes(Member<Vector> member, const std::string& flag, const AddEdit& add) {
  const auto edited = [member](auto change) -> SettingsEdit {
    return [=](Settings s) {
      s.*member = change(*(s.*member));
      return s;
    };
  };
  add("negated", fmt::format("takes {} with the opposite signs", flag),
      edited([](const Vector& v) { return -v; }));
  add("x_negated", fmt::format("takes the first number of {} with the opposite sign", flag),
      edited([](const Vector& v) {
        return Vector{-v.x, v.y, v.z};
      }));
  add("y_negated", fmt::format("takes the second number of {} with the opposite sign", flag),
      edited([](const Vector& v) {
        return Vector{v.x, -v.y, v.z};
      }));
  add("z_negated", fmt::format("takes the third number of {} with the opposite sign", flag),
      edited([](const Vector& v) {
        return Vector{v.x, v.y, -v.z};
      }));
  add("degrees_as_radians", fmt::format("takes {} in degrees for radians", flag),
      edited([](const Vector& v) { return kDegrees * v; }));
  add("to_radians_twice", fmt::format("turns {} from degrees into radians twice", flag),
      edited([](const Vector& v) { return v / kDegrees; }));
  add_parts(flag, edited, add);
  for (const Order& order : kOrders) {
    add(order.name, fmt::format("takes the numbers of {} in the order {}", flag, order.name),
        edited([order](const Vector& v) { return reordered(v, order); }));
  }
}

// Lengths and angles of a cell.
void add_cell_changes(Member<std::vector<double>> member, const CellOption& of,
                      const AddEdit& add) {
  const std::size_t numbers = of.given.size();
  const std::string& flag = of.flag;
  for (const std::size_t first : {std::size_t{0}, std::size_t{3}}) {
    if (numbers < first + 3) continue;
    const char* const what = first == 0 ? "lengths" : "angles";
    for (const Order& order : kOrders) {
      add(fmt::format("{}_{}", what, order.name),
          fmt::format("takes the {} of {} in the order {}", what, flag, order.name),
          [=](Settings s) {
            std::vector<double>& cell = *(s.*member);
            const Vector v = reordered({cell[first], cell[first + 1], cell[first + 2]}, order);
            cell[first] = v.x, cell[first + 1] = v.y, cell[first + 2] = v.z;
            return s;
          });
    }
  }
  add_cell_numbers(member, of, add);
  add("angles_of_90", fmt::format("takes angles of 90 degrees for those of {}", flag),
      [member](Settings s) {
        (s.*member)->resize(std::min<std::size_t>((s.*member)->size(), 3));
        return s;
      });
  for (const double factor : {10.0, 0.1, 1e10, 1e-10}) {
    add(fmt::format("lengths_times_{:g}", factor),
        fmt::format("takes the lengths of {} {:g} times as long", flag, factor), [=](Settings s) {
          for (std::size_t i = 0; i < std::min<std::size_t>(3, numbers); ++i) {
            (*(s.*member))[i] *= factor;
          }
          return s;
        });
  }
}

}  // namespace nanobragg::commands
