// The words that stand for the values of an enumeration.
#pragma once

#include <span>
#include <string_view>

#include "nanobragg/config/options/settings.hpp"

namespace nanobragg::config {

template <class E>
struct Word {
  E value;
  std::string_view text;
};

// All words of an enumeration; specialised for those that options have.
template <class E>
std::span<const Word<E>> words();

template <>
std::span<const Word<CrystalShape>> words<CrystalShape>();
template <>
std::span<const Word<Convention>> words<Convention>();
template <>
std::span<const Word<Pivot>> words<Pivot>();
template <>
std::span<const Word<MosaicShape>> words<MosaicShape>();
template <>
std::span<const Word<Profile>> words<Profile>();
template <>
std::span<const Word<PointSpreadShape>> words<PointSpreadShape>();
template <>
std::span<const Word<CountRateModel>> words<CountRateModel>();
template <>
std::span<const Word<NoiseSource>> words<NoiseSource>();
template <>
std::span<const Word<kernel::Precision>> words<kernel::Precision>();

template <class E>
std::string_view word_of(E value) {
  for (const Word<E>& word : words<E>()) {
    if (word.value == value) return word.text;
  }
  return {};
}

}  // namespace nanobragg::config
