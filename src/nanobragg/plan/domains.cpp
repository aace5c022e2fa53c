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

std::vector<EarlierStream> streams_drawn(const Mosaicity& mosaicity) {
  std::vector<EarlierStream> drawn = drawn_before(mosaicity);
  drawn.push_back({mosaicity.seed, kDeviatesOfATurn * static_cast<std::size_t>(mosaicity.domains)});
  return drawn;
}

}  // namespace nanobragg::plan
