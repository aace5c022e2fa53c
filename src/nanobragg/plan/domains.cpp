// Draws the orientations of mosaic domains.
#include "nanobragg/plan/domains.hpp"

namespace nanobragg::plan {
namespace {

std::vector<EarlierStream> drawn_before(const Mosaicity& mosaicity) {
  if (!mosaicity.setting_seed) return {};
  return {{*mosaicity.setting_seed, kDeviatesOfATurn}};
}

}  // namespace

std::vector<UnitTurn> mosaic_turns(const Mosaicity& mosaicity) {
  UniformStream stream = stream_of(mosaicity.seed, drawn_before(mosaicity));
  std::vector<UnitTurn> turns;
  for (int i = 0; i < mosaicity.domains; ++i) turns.push_back(draw_turn(stream));
  // The first is aligned only after its deviates are drawn, so that the others do not shift.
  turns.front().angle = 0.0F;
  return turns;
}

std::vector<Mat3<double>> mosaic_domains(const Mosaicity& mosaicity, AngleRounding rounding) {
  const double spread = mosaicity.spread.value();
  std::vector<Mat3<double>> rotations;
  for (const UnitTurn& turn : mosaic_turns(mosaicity)) {
    const double angle_rad = rounding == AngleRounding::to_single
                                 ? static_cast<double>(static_cast<float>(spread) * turn.angle)
                                 : spread * static_cast<double>(turn.angle);
    rotations.push_back(rotation_matrix(turn.axis, angle_rad));
  }
  rotations.front() = Mat3<double>::identity();
  return rotations;
}

std::vector<EarlierStream> streams_drawn(const Mosaicity& mosaicity) {
  std::vector<EarlierStream> drawn = drawn_before(mosaicity);
  drawn.push_back({mosaicity.seed, kDeviatesOfATurn * static_cast<std::size_t>(mosaicity.domains)});
  return drawn;
}

}  // namespace nanobragg::plan
