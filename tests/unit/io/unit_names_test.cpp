// Names of units, as files spell them.
#include "nanobragg/io/files/unit_names.hpp"

#include <gtest/gtest.h>

#include "nanobragg/base/constants.hpp"

namespace nanobragg::io {
namespace {

TEST(UnitNames, KnowsLengths) {
  for (const char* name : {"m", "metre", "Meters", " m "}) EXPECT_EQ(metres_of(name), 1.0) << name;
  for (const char* name : {"um", "µm", "μm", "micron", "microns", "Micrometers", "micrometre"}) {
    EXPECT_EQ(metres_of(name), 1e-6) << name;
  }
  for (const char* name : {"A", "Å", "Å", "angstrom", "Angstroms", "ANGSTROM"}) {
    EXPECT_EQ(metres_of(name), 1e-10) << name;
  }
  EXPECT_EQ(metres_of("cm"), 1e-2);
  EXPECT_EQ(metres_of("nm"), 1e-9);
  EXPECT_EQ(metres_of("millimetres"), 1e-3);
}

TEST(UnitNames, KnowsAnglesAndEnergies) {
  for (const char* name : {"deg", "degree", "Degrees", "°"}) {
    EXPECT_DOUBLE_EQ(*radians_of(name), constants::kPi / 180.0) << name;
  }
  EXPECT_EQ(radians_of("rad"), 1.0);
  EXPECT_EQ(radians_of("mrad"), 1e-3);
  EXPECT_EQ(electron_volts_of("eV"), 1.0);
  EXPECT_EQ(electron_volts_of("keV"), 1e3);
  EXPECT_NEAR(*electron_volts_of("J") * 1.602176634e-19, 1.0, 1e-12);
}

TEST(UnitNames, KnowsReciprocals) {
  for (const char* name : {"1/angstrom", "1/Å", "angstrom^-1", "Angstrom-1", "A^-1", "Å⁻¹"}) {
    ASSERT_TRUE(per_metre_of(name)) << name;
    EXPECT_DOUBLE_EQ(*per_metre_of(name), 1e10) << name;
  }
  EXPECT_DOUBLE_EQ(*per_metre_of("nm^-1"), 1e9);
}

TEST(UnitNames, GuessesNothing) {
  for (const char* name : {"", "furlong", "Mm", "M", "MM", "pixel", "s", "ms"}) {
    EXPECT_FALSE(metres_of(name)) << name;
  }
  EXPECT_FALSE(radians_of("m"));
  EXPECT_FALSE(per_metre_of("angstrom"));
}

}  // namespace
}  // namespace nanobragg::io
