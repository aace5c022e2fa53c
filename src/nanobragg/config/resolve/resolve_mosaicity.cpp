// Spreads, correlations and domains of flags.
#include "nanobragg/config/resolve/resolve_mosaicity.hpp"

#include <algorithm>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/resolve/convert.hpp"

namespace nanobragg::config {
namespace {

// The largest of the spreads that are given.
double spread_deg(const Settings& settings) {
  const Vec3<double> each = settings.mosaic_spread_abc_deg.value_or(Vec3<double>{});
  return std::max({settings.mosaic_spread_deg.value_or(0.0), each.x, each.y, each.z});
}

constexpr int kDefaultDomains = 10;  // where there is a spread
// Where nobody names a seed, Gaussian domains are spread evenly.
DomainDraw draw_of(const Settings& settings) {
  const bool is_even =
      value(settings, &Settings::mosaic_shape) == MosaicShape::gauss && !settings.mosaic_seed;
  return is_even ? DomainDraw::even : DomainDraw::random;
}

// Those of three about axes that are given; unset where they are alike.
std::optional<std::array<double, 3>> relative_spreads(const Settings& settings) {
  if (!settings.mosaic_spread_abc_deg) return std::nullopt;
  const double largest = spread_deg(settings);
  if (largest == 0.0) return std::nullopt;
  const auto& [x, y, z] = *settings.mosaic_spread_abc_deg;
  if (x == y && y == z && !settings.mosaic_correlation) return std::nullopt;
  return std::array{x / largest, y / largest, z / largest};
}

std::array<double, 3> correlations(const Settings& settings) {
  const auto& [yz, xz, xy] = settings.mosaic_correlation.value_or(Vec3<double>{});
  return {yz, xz, xy};
}

void check_spreads(const Settings& settings, MosaicShape shape) {
  if (settings.mosaic_correlation && !settings.mosaic_spread_abc_deg) {
    throw UsageError("-mosaic_correlation without -mosaic_spread_abc", "",
                     "it is of turns whose half widths about three axes are given");
  }
  if (!settings.mosaic_spread_abc_deg) return;
  if (settings.mosaic_spread_deg.value_or(0.0) > 0.0) {
    throw UsageError("-mosaic with -mosaic_spread_abc (each gives the mosaic spread)");
  }
  if (shape != MosaicShape::gauss) {
    throw UsageError("-mosaic_spread_abc of a cap (its turns have one largest angle)", "",
                     "-mosaic_shape gauss has a half width about each axis");
  }
}

}  // namespace

bool useless_domains(const Settings& settings) {
  return spread_deg(settings) == 0.0 && settings.cell_spread_percent.value_or(0.0) == 0.0 &&
         settings.mosaic_domains.value_or(0) > 1;
}

Mosaicity resolve_mosaicity(const Settings& settings, std::optional<std::int64_t> setting_seed) {
  const double spread = spread_deg(settings);
  check_spreads(settings, value(settings, &Settings::mosaic_shape));
  const int domains = static_cast<int>(settings.mosaic_domains.value_or(0));
  Mosaicity out{.spread = Radian(0.0),
                .domains = 1,
                .seed = value(settings, &Settings::mosaic_seed),
                .setting_seed = setting_seed,
                .shape = value(settings, &Settings::mosaic_shape),
                .draw = draw_of(settings)};
  if (spread == 0.0 && value(settings, &Settings::cell_spread_percent) == 0.0) return out;
  out.spread = Radian(radians_from_degrees(spread));
  out.relative_spreads = relative_spreads(settings);
  out.correlations = correlations(settings);
  out.domains = domains > 0 ? domains : kDefaultDomains;
  return out;
}

bool take_mosaicity_flags(const Settings& s, CrystalValues& values) {
  Mosaicity& mosaicity = values.mosaicity;
  if (s.mosaic_shape) {
    mosaicity.shape = *s.mosaic_shape;
    mosaicity.draw = draw_of(s);
  }
  if (s.mosaic_seed) {
    mosaicity.seed = *s.mosaic_seed;
    mosaicity.draw = DomainDraw::random;
  }
  check_spreads(s, mosaicity.shape);
  const bool gives_spread = s.mosaic_spread_deg || s.mosaic_spread_abc_deg;
  if (gives_spread) {
    mosaicity.spread = Radian(radians_from_degrees(spread_deg(s)));
    mosaicity.relative_spreads = relative_spreads(s);
    mosaicity.correlations = correlations(s);
  }
  const long domains = s.mosaic_domains.value_or(0);
  const bool has_spread = mosaicity.spread.value() > 0.0 || values.cell_spread > 0.0;
  if (!has_spread) {
    mosaicity.domains = 1;
  } else if (domains > 0) {
    mosaicity.domains = static_cast<int>(domains);
  } else if (s.mosaic_domains ||
             ((gives_spread || s.cell_spread_percent) && mosaicity.domains == 1)) {
    mosaicity.domains = kDefaultDomains;
  }
  return has_spread;
}

}  // namespace nanobragg::config
