// Draws the orientations of mosaic domains.
#include "nanobragg/plan/domains.hpp"

#include <array>
#include <cmath>

#include "nanobragg/model/turn_spreads.hpp"
#include "nanobragg/random/normal_quantile.hpp"

namespace nanobragg::plan {
namespace {

std::vector<EarlierStream> drawn_before(const Mosaicity& mosaicity) {
  if (!mosaicity.setting_seed) return {};
  return {{*mosaicity.setting_seed, kDeviatesOfATurn}};
}

// About three axes by normal deviates, in half widths.
UnitTurn normal_turn(const Vec3<double>& deviates) {
  const double angle = length(deviates);
  if (angle == 0.0) return {{1.0, 0.0, 0.0}, 0.0F};
  return {deviates / angle, static_cast<float>(angle / kHalfWidthOfNormal)};
}

// Deviates about the axes of the crystal's frame, where its spreads about these differ.
std::vector<UnitTurn> normal_turns(const Mosaicity& mosaicity,
                                   const std::vector<Vec3<double>>& deviates) {
  std::vector<UnitTurn> turns;
  const auto& [of_x, of_y, of_z] = root_of(mosaicity.correlations);
  for (const Vec3<double>& v : deviates) {
    if (mosaicity.relative_spreads) {
      const auto& [x, y, z] = *mosaicity.relative_spreads;
      turns.push_back(normal_turn({x * dot(of_x, v), y * dot(of_y, v), z * dot(of_z, v)}));
    } else {
      turns.push_back(normal_turn(v));
    }
  }
  return turns;
}

std::vector<Vec3<double>> random_deviates(const Mosaicity& mosaicity) {
  UniformStream stream = mosaic_stream(mosaicity);
  const auto deviate = [&] {
    // A uniform deviate may be 0 or 1.
    constexpr double kSmallest = 1e-9;
    const double u = static_cast<double>(stream.next());
    return normal_quantile(std::fmin(std::fmax(u, kSmallest), 1.0 - kSmallest));
  };
  std::vector<Vec3<double>> deviates;
  for (int i = 0; i < mosaicity.domains; ++i) {
    const double x = deviate();
    const double y = deviate();
    deviates.push_back({x, y, deviate()});
  }
  return deviates;
}

// Point n of an additive sequence of low discrepancy in three dimensions: fractional parts of
// ½ + n·g⁻¹, n·g⁻², n·g⁻³ with g⁴ = g + 1 (the golden ratio's relative there; Roberts 2018).
std::array<double, 3> evenly_spread(int n) {
  constexpr double kRoot = 1.2207440846057596;
  std::array<double, 3> point{};
  double step = 1.0;
  for (double& x : point) {
    step /= kRoot;
    const double at = 0.5 + n * step;
    x = at - std::floor(at);
  }
  return point;
}

// In pairs of a turn and its opposite, so that their mean is 0, an odd one being no turn at all;
// scaled so that the variance about each axis is that of the distribution.
std::vector<Vec3<double>> even_deviates(int domains) {
  std::vector<Vec3<double>> deviates;
  if (domains % 2 != 0) deviates.push_back({0.0, 0.0, 0.0});
  Vec3<double> squares;
  for (int i = 1; static_cast<int>(deviates.size()) < domains; ++i) {
    const auto [x, y, z] = evenly_spread(i);
    const Vec3<double> v{normal_quantile(x), normal_quantile(y), normal_quantile(z)};
    squares = squares + 2.0 * Vec3<double>{v.x * v.x, v.y * v.y, v.z * v.z};
    deviates.push_back(v);
    deviates.push_back(-v);
  }
  const auto scale = [&](double sum) { return sum > 0.0 ? std::sqrt(domains / sum) : 1.0; };
  for (Vec3<double>& v : deviates) {
    v = {scale(squares.x) * v.x, scale(squares.y) * v.y, scale(squares.z) * v.z};
  }
  return deviates;
}

std::vector<UnitTurn> random_cap_turns(const Mosaicity& mosaicity) {
  UniformStream stream = mosaic_stream(mosaicity);
  std::vector<UnitTurn> turns;
  for (int i = 0; i < mosaicity.domains; ++i) turns.push_back(draw_turn(stream));
  // The first is aligned only after its deviates are drawn, so that the others do not shift.
  turns.front().angle = 0.0F;
  return turns;
}

}  // namespace

UniformStream mosaic_stream(const Mosaicity& mosaicity) {
  return stream_of(mosaicity.seed, drawn_before(mosaicity));
}

std::vector<UnitTurn> mosaic_turns(const Mosaicity& mosaicity) {
  if (mosaicity.domains == 1) return {{{1.0, 0.0, 0.0}, 0.0F}};
  if (mosaicity.shape == MosaicShape::cap) return random_cap_turns(mosaicity);
  return normal_turns(mosaicity, mosaicity.draw == DomainDraw::even
                                     ? even_deviates(mosaicity.domains)
                                     : random_deviates(mosaicity));
}

// At the middles of equal parts of their distribution, in an order of low discrepancy that is none
// of the turns'.
std::vector<double> cell_deviates(int domains) {
  std::vector<double> deviates(static_cast<std::size_t>(domains), 0.0);
  if (domains == 1) return deviates;
  constexpr double kGolden = 0.6180339887498949;
  double sum = 0.0;
  for (std::size_t i = 0; i < deviates.size(); ++i) {
    const double at = 0.5 + static_cast<double>(i) * kGolden;
    deviates[i] = normal_quantile(at - std::floor(at));
    sum += deviates[i];
  }
  for (double& x : deviates) x -= sum / domains;
  return deviates;
}

std::vector<EarlierStream> streams_drawn(const Mosaicity& mosaicity) {
  std::vector<EarlierStream> drawn = drawn_before(mosaicity);
  drawn.push_back({mosaicity.seed, kDeviatesOfATurn * static_cast<std::size_t>(mosaicity.domains)});
  return drawn;
}

}  // namespace nanobragg::plan
