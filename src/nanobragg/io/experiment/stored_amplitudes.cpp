// Takes tables of amplitudes apart and makes them again.
#include "nanobragg/io/experiment/stored_amplitudes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/reflections/space_group.hpp"
#include "nanobragg/model/equivalents.hpp"

namespace nanobragg::io {
namespace {

// Checked without multiplying: indices of 32 bits make numbers that overflow.
void check_size(const MillerBox& box, std::size_t amplitudes) {
  const auto& [first, last] = box;
  const bool is_box = first.h <= last.h && first.k <= last.k && first.l <= last.l;
  const auto fits = [&] {
    const std::size_t rows = amplitudes / box.size_l();
    return amplitudes % box.size_l() == 0 && rows % box.size_k() == 0 &&
           rows / box.size_k() == box.size_h();
  };
  if (amplitudes > 0 && is_box && fits()) return;
  throw Error(
      fmt::format("{} amplitudes over the indices {} {} {} to {} {} {} (the box holds "
                  "another number)",
                  amplitudes, first.h, first.k, first.l, last.h, last.k, last.l));
}

// The name of a group may be any text; what is written has neither quotes nor escapes.
std::string plain(std::string name) {
  constexpr std::string_view kKept = " -/:()_";
  std::erase_if(name, [&](char c) {
    const bool is_word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return !is_word && kKept.find(c) == std::string_view::npos;
  });
  return name;
}

StoredSymmetry stored(const Equivalents& equivalents) {
  const auto& [group, mates] = equivalents.symmetry();
  StoredSymmetry out{.space_group = plain(group.name),
                     .mates = mates,
                     .operations = {},
                     .reflections = {},
                     .unlisted = {}};
  for (const SymmetryOperation& operation : group.operations) {
    out.operations.push_back(triplet_of(operation));
  }
  out.reflections.assign(equivalents.reflections().begin(), equivalents.reflections().end());
  for (std::uint32_t i = 0; i < equivalents.size(); ++i) {
    if (!equivalents.is_listed(i)) out.unlisted.push_back(i);
  }
  return out;
}

std::shared_ptr<const Equivalents> restored(const MillerBox& box, StoredSymmetry stored) {
  constexpr const char* kWhere = "structure_factors.table.symmetry";
  const auto most = std::ranges::max_element(stored.reflections);
  std::vector<bool> listed(most == stored.reflections.end() ? 0 : std::size_t{*most} + 1, true);
  // More reflections than positions are those of another table.
  if (listed.size() > stored.reflections.size()) {
    throw Error(fmt::format("reflection {} of {} positions", *most, stored.reflections.size()),
                kWhere);
  }
  for (const std::uint32_t i : stored.unlisted) {
    if (i >= listed.size()) throw Error(fmt::format("no reflection {}", i), kWhere);
    listed[i] = false;
  }
  AmplitudeSymmetry symmetry{
      {std::move(stored.space_group), operations_of_triplets(stored.operations, kWhere)},
      stored.mates};
  return std::make_shared<const Equivalents>(box, std::move(symmetry),
                                             std::move(stored.reflections), std::move(listed));
}

}  // namespace

StoredAmplitudes stored(const StructureFactors& factors) {
  StoredAmplitudes out{.default_amplitude = factors.default_amplitude(), .table = {}};
  if (!factors.has_table()) return out;
  const auto& [first, last] = factors.box();
  out.table = StoredTable{first, last, {factors.table().begin(), factors.table().end()}, {}};
  if (factors.equivalents()) out.table->symmetry = stored(*factors.equivalents());
  return out;
}

StructureFactors restored(StoredAmplitudes stored) {
  if (!stored.table) return StructureFactors(stored.default_amplitude);
  const MillerBox box{stored.table->first, stored.table->last};
  check_size(box, stored.table->amplitudes.size());
  std::shared_ptr<const Equivalents> equivalents;
  if (stored.table->symmetry) equivalents = restored(box, *std::move(stored.table->symmetry));
  return StructureFactors::from_table(box, std::move(stored.table->amplitudes),
                                      stored.default_amplitude, std::move(equivalents));
}

}  // namespace nanobragg::io
