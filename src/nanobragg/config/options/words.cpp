// The words of each enumeration.
#include "nanobragg/config/options/words.hpp"

#include <array>

namespace nanobragg::config {
namespace {

constexpr auto kShapes = [] {
  std::array<Word<CrystalShape>, kCrystalShapes.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = {kCrystalShapes[i].shape, kCrystalShapes[i].name};
  }
  return all;
}();

constexpr auto kConventions = std::to_array<Word<Convention>>({{Convention::mosflm, "mosflm"},
                                                               {Convention::denzo, "denzo"},
                                                               {Convention::adxv, "adxv"},
                                                               {Convention::xds, "xds"},
                                                               {Convention::dials, "dials"},
                                                               {Convention::custom, "custom"}});

constexpr auto kPivots =
    std::to_array<Word<Pivot>>({{Pivot::beam, "beam"}, {Pivot::sample, "sample"}});

constexpr auto kMosaicShapes =
    std::to_array<Word<MosaicShape>>({{MosaicShape::cap, "cap"}, {MosaicShape::gauss, "gauss"}});

constexpr auto kProfiles =
    std::to_array<Word<Profile>>({{Profile::uniform, "uniform"}, {Profile::gauss, "gauss"}});

// The first word of a value is the one that is written.
constexpr auto kPointSpreadShapes =
    std::to_array<Word<PointSpreadShape>>({{PointSpreadShape::gauss, "gauss"},
                                           {PointSpreadShape::fibre, "fibre"},
                                           {PointSpreadShape::fibre, "fiber"}});

constexpr auto kCountRateModels =
    std::to_array<Word<CountRateModel>>({{CountRateModel::paralysable, "paralysable"},
                                         {CountRateModel::nonparalysable, "nonparalysable"}});

constexpr auto kNoiseSources = std::to_array<Word<NoiseSource>>(
    {{NoiseSource::reference, "reference"}, {NoiseSource::counter, "counter"}});

constexpr auto kPrecisions = std::to_array<Word<kernel::Precision>>(
    {{kernel::Precision::float64, "float64"}, {kernel::Precision::float32, "float32"}});

}  // namespace

template <>
std::span<const Word<CrystalShape>> words<CrystalShape>() {
  return kShapes;
}
template <>
std::span<const Word<Convention>> words<Convention>() {
  return kConventions;
}
template <>
std::span<const Word<Pivot>> words<Pivot>() {
  return kPivots;
}
template <>
std::span<const Word<MosaicShape>> words<MosaicShape>() {
  return kMosaicShapes;
}
template <>
std::span<const Word<Profile>> words<Profile>() {
  return kProfiles;
}
template <>
std::span<const Word<PointSpreadShape>> words<PointSpreadShape>() {
  return kPointSpreadShapes;
}
template <>
std::span<const Word<CountRateModel>> words<CountRateModel>() {
  return kCountRateModels;
}
template <>
std::span<const Word<NoiseSource>> words<NoiseSource>() {
  return kNoiseSources;
}
template <>
std::span<const Word<kernel::Precision>> words<kernel::Precision>() {
  return kPrecisions;
}

}  // namespace nanobragg::config
