// Experiment lists of DIALS: taken apart, refined and put together, they say the same as before.
#include "nanobragg/io/geometry/dials_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/io/geometry/geometry_file.hpp"
#include "nanobragg/io/reflections/space_group.hpp"
#include "nanobragg/model/lattice.hpp"
#include "support/program.hpp"
#include "support/refinement.hpp"

namespace nanobragg::io {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::ThrowsMessage;

// Of the folder with files as DIALS writes them, and as it may.
std::string field_file(const std::string& name) {
  return test::read_bytes(std::string(NANOBRAGG_TEST_DATA) + "/field/" + name);
}

void expect_near(const Vec3<double>& found, const Vec3<double>& expected, double within,
                 const char* what) {
  EXPECT_LT(length(found - expected), within)
      << what << ": " << found.x << ' ' << found.y << ' ' << found.z << " is not " << expected.x
      << ' ' << expected.y << ' ' << expected.z;
}

void expect_same_axes(const Axes<double>& found, const Axes<double>& expected, double within) {
  expect_near(found.a, expected.a, within, "a");
  expect_near(found.b, expected.b, within, "b");
  expect_near(found.c, expected.c, within, "c");
}

// What a file says of the geometry.
void expect_same(const GeometryFile& found, const GeometryFile& expected) {
  ASSERT_EQ(found.panels.size(), expected.panels.size());
  for (std::size_t i = 0; i < found.panels.size(); ++i) {
    const GeometryPanel &one = found.panels[i], &other = expected.panels[i];
    EXPECT_EQ(one.name, other.name);
    expect_near(one.corner_m, other.corner_m, 1e-12, "corner");
    expect_near(one.fast, other.fast, 1e-12, "fast");
    expect_near(one.slow, other.slow, 1e-12, "slow");
    EXPECT_EQ(one.pixel_m, other.pixel_m);
    EXPECT_EQ(one.shape, other.shape);
    EXPECT_EQ(one.trusted, other.trusted);
  }
  expect_near(found.beam_direction, expected.beam_direction, 1e-12, "beam");
  EXPECT_EQ(found.wavelength_m, expected.wavelength_m);
  EXPECT_EQ(found.kahn_factor, expected.kahn_factor);
  EXPECT_EQ(found.phi_rad, expected.phi_rad);
  EXPECT_EQ(found.oscillation_rad, expected.oscillation_rad);
  EXPECT_EQ(found.sensor_m, expected.sensor_m);
  EXPECT_EQ(found.mask == nullptr, expected.mask == nullptr);
  ASSERT_EQ(found.reciprocal_axes.has_value(), expected.reciprocal_axes.has_value());
  if (found.reciprocal_axes) {
    expect_same_axes(*found.reciprocal_axes, *expected.reciprocal_axes, 1e-12);
  }
  EXPECT_EQ(found.warnings, expected.warnings);
}

// What a run makes of a list of one experiment.
Experiment resolved(const std::string& list) {
  const test::TemporaryFolder folder;
  const std::string file = (folder / "x.expt").string();
  std::ofstream(file) << list;
  std::vector<std::string> flags{"-geometry", file, "-default_F", "100", "-N", "5"};
  if (parse_geometry_file(list, "x.expt", std::nullopt).reciprocal_axes) {
    flags.insert(flags.end(), {"-crystal", file});
  } else {
    flags.insert(flags.end(), {"-cell", "50"});
  }
  return config::resolve(config::parse_arguments(flags).settings).experiment;
}

class ListOfOne : public testing::TestWithParam<const char*> {
 protected:
  const std::string text_ = field_file(GetParam());
  const DialsList list_{text_, "x.expt"};
};

TEST_P(ListOfOne, SaysTheSameAlone) {
  ASSERT_EQ(list_.size(), 1U);
  expect_same(parse_geometry_file(list_.alone(0), "x.expt", std::nullopt),
              parse_geometry_file(text_, "x.expt", std::nullopt));
}

TEST_P(ListOfOne, HoldsWhatWasRefined) {
  const Experiment start = resolved(text_);
  std::vector<test::Setting> moves{{"misset_x", 0.3}, {"misset_z", -0.2}};
  moves.push_back({"cell_a", 1.002 * test::value_of(start, "cell_a")});
  for (const char* name : {"origin_x", "origin_z", "roty"}) {
    moves.push_back({name, test::value_of(start, name) + 0.4});
  }
  const Experiment refined = test::with(start, moves);
  const bool has_crystal =
      parse_geometry_file(text_, "x.expt", std::nullopt).reciprocal_axes.has_value();
  RefinedList refined_list(list_);
  refined_list.add(0, refined, "other.cbf");
  const std::string text = refined_list.text();
  const Experiment found = resolved(text);
  ASSERT_EQ(found.detector.panels.size(), refined.detector.panels.size());
  EXPECT_GT(
      length(refined.detector.panels.front()->corner_m - start.detector.panels.front()->corner_m),
      1e-4);
  for (std::size_t i = 0; i < found.detector.panels.size(); ++i) {
    const PanelValues& one = *found.detector.panels[i];
    const PanelValues& other = *refined.detector.panels[i];
    expect_near(one.corner_m, other.corner_m, 1e-10, "corner");
    expect_near(one.fast, other.fast, 1e-10, "fast");
    expect_near(one.slow, other.slow, 1e-10, "slow");
    EXPECT_EQ(one.shape, other.shape);
  }
  expect_near(found.beam->direction, refined.beam->direction, 1e-10, "beam");
  expect_near(found.spindle.axis, refined.spindle.axis, 1e-10, "spindle");
  EXPECT_NEAR(found.beam->wavelength.value(), refined.beam->wavelength.value(), 1e-20);
  EXPECT_NEAR(found.spindle.start.value(), refined.spindle.start.value(), 1e-10);
  if (has_crystal) {
    expect_same_axes(lattice_of(*found.crystal).direct, lattice_of(*refined.crystal).direct, 1e-7);
  }
  // What is not refined stays.
  const GeometryFile was = parse_geometry_file(text_, "x.expt", std::nullopt);
  const GeometryFile is = parse_geometry_file(text, "x.expt", std::nullopt);
  for (std::size_t i = 0; i < was.panels.size(); ++i) {
    EXPECT_EQ(is.panels[i].name, was.panels[i].name);
    EXPECT_EQ(is.panels[i].trusted, was.panels[i].trusted);
  }
  EXPECT_EQ(is.sensor_m, was.sensor_m);
  EXPECT_EQ(is.kahn_factor, was.kahn_factor);
  EXPECT_EQ(is.oscillation_rad, was.oscillation_rad);
}

INSTANTIATE_TEST_SUITE_P(
    Files, ListOfOne,
    testing::Values("expt_goniometer_and_flux/plain.expt", "expt_goniometer_and_flux/turned.expt",
                    "expt_several_panels/four.expt", "expt_what_is_not_read/beam.expt",
                    "expt_what_is_not_read/trusted.expt", "expt_what_is_not_read/trusted_nan.expt",
                    "expt_habits/one_image.expt", "expt_habits/electron.expt",
                    "osc_negative_expt/a.expt"));

Json turned() { return Json::parse(field_file("expt_goniometer_and_flux/turned.expt")); }

ListedExperiment listed(const Json& json) { return DialsList(json.dump(), "x.expt").at(0); }
void expect_error(const std::string& text, const std::string& message) {
  EXPECT_THAT(
      [&] {
        const DialsList list(text, "x.expt");
        for (std::size_t i = 0; i < list.size(); ++i) {
          list.at(i);
          list.alone(i);
        }
      },
      ThrowsMessage<Error>(HasSubstr(message)))
      << text.substr(0, 200);
}
void expect_error(const Json& json, const std::string& message) {
  expect_error(json.dump(), message);
}

// Two experiments of one detector, and a third with a crystal alone.
Json three_experiments() {
  Json json = turned();
  Json other = json["crystal"][0];
  for (Json& component : other["real_space_a"]) component = 1.1 * component.get<double>();
  json["crystal"].push_back(other);
  Json second = json["experiment"][0], third = second;
  json["experiment"][0]["identifier"] = "first";
  second["identifier"] = "second";
  second["crystal"] = 1;
  third["identifier"] = "third";
  json["experiment"].push_back(second);
  json["experiment"].push_back(third);
  return json;
}

TEST(DialsList, TakesExperimentsApart) {
  const Json json = three_experiments();
  const DialsList list(json.dump(), "x.expt");
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list.at(1).identifier, "second");
  for (std::size_t i = 0; i < 3; ++i) {
    expect_same(parse_geometry_file(list.alone(i), "x.expt", std::nullopt),
                parse_geometry_file(json.dump(), "x.expt", i));
  }
}

// Those that were asked for, in that order, each with its models.
TEST(DialsList, PutsRefinedExperimentsTogether) {
  const DialsList list(three_experiments().dump(), "x.expt");
  const Experiment third = test::with(resolved(list.alone(2)), {{"origin_x", 2.0}});
  const Experiment second = test::with(resolved(list.alone(1)), {{"misset_y", 0.5}});
  RefinedList refined(list);
  refined.add(2, third, "c.cbf");
  refined.add(1, second, "b.cbf");
  refined.add(0, second, "a.cbf");
  const DialsList found(refined.text(), "y.expt");
  ASSERT_EQ(found.size(), 3U);
  // One detector of two experiments stands once.
  EXPECT_EQ(Json::parse(refined.text())["detector"].size(), 2U);
  EXPECT_EQ(found.at(0).identifier, "third");
  EXPECT_EQ(found.at(1).identifier, "second");
  const auto corner = [](const Experiment& experiment) {
    return experiment.detector.panels.front()->corner_m;
  };
  expect_near(corner(resolved(found.alone(0))), corner(third), 1e-10, "third");
  expect_near(corner(resolved(found.alone(1))), corner(second), 1e-10, "second");
  EXPECT_GT(length(corner(third) - corner(second)), 1e-3);
  expect_same_axes(lattice_of(*resolved(found.alone(1)).crystal).direct,
                   lattice_of(*second.crystal).direct, 1e-7);
}

TEST(DialsList, SaysWhichImageAnExperimentIsOf) {
  Json json = turned();
  Json& set = json["imageset"][0];
  set = {{"__id__", "ImageSet"}, {"images", {"a.h5", "a.h5"}}, {"single_file_indices", {7, 8}}};
  json["experiment"][0]["imageset"] = 0;
  json["experiment"][0].erase("scan");
  ListedExperiment about = listed(json);
  EXPECT_EQ(about.image, "a.h5");
  EXPECT_EQ(about.exposure, 7U);
  EXPECT_EQ(about.exposures, 2U);
  set = {{"__id__", "ImageSequence"}, {"template", "x_####.cbf"}, {"mask", "m.pickle"}};
  json["scan"] = {{{"image_range", {12, 12}}, {"oscillation", {0.0, 0.0}}}};
  json["experiment"][0]["scan"] = 0;
  about = listed(json);
  EXPECT_EQ(about.image, "x_0012.cbf");
  EXPECT_EQ(about.exposures, 1U);
  EXPECT_EQ(about.mask, "m.pickle");
  json["scan"][0]["image_range"] = {1, 90};
  EXPECT_EQ(listed(json).exposures, 90U);
  json["experiment"][0].erase("imageset");
  EXPECT_FALSE(listed(json).image);
}

TEST(DialsList, KnowsReadingsSensorAndMosaicity) {
  Json json = turned();
  for (Json& panel : json["detector"][0]["panels"]) {
    panel["gain"] = 1.5;
    panel["pedestal"] = -10.0;
    panel["thickness"] = 0.45;
    panel["mu"] = 3.9;
  }
  json["crystal"][0]["ML_half_mosaicity_deg"] = 0.09;
  json["crystal"][0]["ML_domain_size_ang"] = 1234.0;
  const ListedExperiment about = listed(json);
  EXPECT_EQ(about.readings.gain, 1.5);
  EXPECT_EQ(about.readings.pedestal, -10.0);
  ASSERT_TRUE(about.sensor);
  EXPECT_NEAR(about.sensor->thickness_m, 450e-6, 1e-12);
  EXPECT_NEAR(about.sensor->attenuation_per_m, 3900.0, 1e-9);
  EXPECT_NEAR(*about.mosaicity.half_width_rad, 0.09 * std::acos(-1.0) / 180.0, 1e-12);
  EXPECT_EQ(about.mosaicity.domain_size_A, 1234.0);
  Json panels = json;
  panels["detector"][0].erase("hierarchy");
  panels["detector"][0]["panels"] = Json::array();
  for (int i = 0; i < 3; ++i)
    panels["detector"][0]["panels"].push_back(turned()["detector"][0]["panels"][0]);
  panels["detector"][0]["panels"][2]["gain"] = 3.0;
  expect_error(panels, "panels with other gains or pedestals (3 and 0 here, 1 and 0 of the first)");
  panels["detector"][0]["panels"][2]["gain"] = -3.0;
  expect_error(panels, "a gain of -3");
}

TEST(DialsList, NamesTheSpaceGroup) {
  Json json = turned();
  json["crystal"][0]["space_group_hall_symbol"] = " P 4nw 2abw";
  ASSERT_TRUE(listed(json).group);
  EXPECT_EQ(listed(json).group->name, "P 43 21 2");
  EXPECT_EQ(listed(json).group->operations.size(), 8U);
  // As cctbx writes a group on other axes.
  json["crystal"][0]["space_group_hall_symbol"] = " P 61 2 (x,y,z+5/12)";
  ASSERT_TRUE(listed(json).group);
  EXPECT_EQ(listed(json).group->operations.size(), 12U);
  json["crystal"][0]["space_group_hall_symbol"] = "P four";
  expect_error(json, "space_group_hall_symbol: the space group 'P four' is none");
}

TEST(DialsList, SaysWhatIsNoList) {
  expect_error(std::string("not JSON"), "x.expt");
  expect_error(std::string("[1, 2]"), "x.expt");
  expect_error(std::string("{}"), "x.expt: JSON without experiments");
  expect_error(std::string(R"({"experiment": []})"), "x.expt: a list without experiments");
}

// Lists that name what they do not hold, or other kinds of things.
TEST(DialsList, SaysWhatAnExperimentLacks) {
  for (const char* list : {R"({"experiment": 5})", R"({"experiment": {"a": 1}})",
                           R"({"experiment": [5]})", R"({"experiment": [null]})"}) {
    expect_error(std::string(list), "x.expt");
  }
  Json json = turned();
  json["experiment"][0].erase("detector");
  expect_error(json, "experiment 0: an experiment without detector or beam");
  for (const Json& number : {Json(9), Json(-1), Json(0.5), Json("a"), Json::array(), Json(1e300)}) {
    json = turned();
    json["experiment"][0]["detector"] = number;
    expect_error(json, "x.expt");
    json = turned();
    json["experiment"][0]["crystal"] = number;
    expect_error(json, "x.expt");
  }
  for (const char* kind : {"detector", "beam", "crystal"}) {
    for (const Json& models : {Json(1), Json::object(), Json::array()}) {
      json = turned();
      json[kind] = models;
      expect_error(json, "x.expt");
    }
    json = turned();
    json.erase(kind);
    expect_error(json, "x.expt");
  }
}

TEST(HallSymbols, NameGroups) {
  const auto size = [](const char* symbol) {
    const auto group = group_of_hall_symbol(symbol);
    return group ? group->size() : 0;
  };
  const auto name = [](const char* symbol) {
    return name_of_group(group_of_hall_symbol(symbol).value());
  };
  EXPECT_EQ(size(" P 1"), 1U);
  EXPECT_EQ(name("P 2ac 2ab"), "P 21 21 21");
  EXPECT_EQ(name(" P 4nw 2abw"), "P 43 21 2");
  EXPECT_EQ(name(" P 61 2 (0 0 5)"), "P 61 2 2");
  EXPECT_EQ(size(" F 4 2 3"), 96U);
  for (const char* symbol : {"", "Q 2", "P 4nw 2abw 7"}) {
    EXPECT_EQ(size(symbol), 0U) << symbol;
  }
}

}  // namespace
}  // namespace nanobragg::io
