// "Si:450um" and its like.
#include "nanobragg/config/resolve/sensor_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"

namespace nanobragg::config {
namespace {

using testing::HasSubstr;

Settings with_sensor(const std::string& words) {
  Settings settings;
  settings.sensor = words;
  return settings;
}

TEST(SensorWords, MaterialAndThickness) {
  const SensorWords silicon = parse_sensor("Si:450um");
  EXPECT_EQ(silicon.material.formula, "Si");
  EXPECT_DOUBLE_EQ(silicon.material.density_kg_per_m3, 2330.0);
  EXPECT_DOUBLE_EQ(silicon.thickness.value(), 450e-6);
  EXPECT_DOUBLE_EQ(parse_sensor("CdTe:0.75mm").thickness.value(), 750e-6);
  EXPECT_DOUBLE_EQ(parse_sensor("Si:45e-5m").thickness.value(), 450e-6);
  EXPECT_DOUBLE_EQ(parse_sensor("Si:450µm").thickness.value(), 450e-6);
  const SensorWords phosphor = parse_sensor("Gd2O2S@3.7:40um");
  EXPECT_EQ(phosphor.material.formula, "Gd2O2S");
  EXPECT_DOUBLE_EQ(phosphor.material.density_kg_per_m3, 3700.0);
}

TEST(SensorWords, ReadBackAsTheSame) {
  for (const char* words : {"Si:450um", "CdTe:1mm", "Gd2O2S@3.7:40um", "Cd0.9Zn0.1Te@5.78:2mm"}) {
    const SensorWords once = parse_sensor(words);
    const SensorWords twice = parse_sensor(to_words(once));
    EXPECT_EQ(twice.material.formula, once.material.formula);
    EXPECT_DOUBLE_EQ(twice.material.density_kg_per_m3, once.material.density_kg_per_m3);
    EXPECT_DOUBLE_EQ(twice.thickness.value(), once.thickness.value());
  }
}

TEST(SensorWords, RefuseOtherWords) {
  const std::pair<const char*, const char*> rows[] = {{"Si", "a colon"},
                                                      {":450um", "a colon"},
                                                      {"Si:", "not a thickness"},
                                                      {"Si:450", "not a thickness"},
                                                      {"Si:450furlongs", "not a thickness"},
                                                      {"Si:-450um", "impossible thickness"},
                                                      {"Si:0um", "impossible thickness"},
                                                      {"Unobtainium:1mm", "not a chemical formula"},
                                                      {"Si@x:1mm", "not a density"},
                                                      {"Si@0:1mm", "not a density"},
                                                      {"Si@-2:1mm", "not a density"},
                                                      {"Bi4Ge3O12:1mm", "density of Bi4Ge3O12"}};
  for (const auto& [words, says] : rows) {
    try {
      parse_sensor(words);
      ADD_FAILURE() << words << " was taken";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), HasSubstr(says)) << words;
    }
  }
}

// µ of silicon at 15 keV: 10.34 cm²/g (NISTIR 5632) times 2.33 g/cm³.
TEST(SensorWords, SensorOfAWavelength) {
  const Sensor sensor = resolve_sensor(with_sensor("Si:450um"), Metre(12398.42 / 15000.0 * 1e-10));
  EXPECT_DOUBLE_EQ(*sensor.thickness.range, 450e-6);
  EXPECT_NEAR(*sensor.attenuation_per_m, 1034.0 * 2.33, 2.0);
  EXPECT_EQ(sensor.material, "Si");
}

TEST(SensorWords, NoAttenuationIsKnownForOpticalLight) {
  EXPECT_THROW(resolve_sensor(with_sensor("Si:450um"), Metre(5e-7)), Error);
}

TEST(SensorWords, OneDescriptionOfASensor) {
  Settings thick = with_sensor("Si:450um");
  thick.thickness_um = 320;
  EXPECT_THROW(resolve_sensor(thick, Metre(1e-10)), UsageError);
  Settings deep = with_sensor("Si:450um");
  deep.absorption_depth_um = 320;
  EXPECT_THROW(resolve_sensor(deep, Metre(1e-10)), UsageError);
}

}  // namespace
}  // namespace nanobragg::config
