// Reads bits, lowest first, and undoes differences.
#include "nanobragg/io/images/cbf_compression.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <span>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

// The number of elements, the least, the largest, and a reserved one, 64 bits each.
constexpr std::size_t kHeader = 32;

Error damaged(std::size_t at, std::size_t count, const std::string& name) {
  return Error(fmt::format("damaged CBF image (at pixel {} of {})", at, count), name);
}

// Takes numbers of any width from bytes, the lowest bit of each byte first.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  std::optional<unsigned> bit() {
    if (at_ / 8 >= bytes_.size()) return std::nullopt;
    const auto byte = static_cast<unsigned char>(bytes_[at_ / 8]);
    const unsigned value = (byte >> (at_ % 8)) & 1U;
    ++at_;
    return value;
  }
  // Bits beyond the 64th are passed over.
  std::optional<std::uint64_t> number(unsigned width) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < width;) {
      if (at_ / 8 >= bytes_.size()) return std::nullopt;
      const auto offset = static_cast<unsigned>(at_ % 8);
      const unsigned taken = std::min(8 - offset, width - i);
      const auto byte = static_cast<unsigned char>(bytes_[at_ / 8]);
      const std::uint64_t part = (byte >> offset) & ((1U << taken) - 1U);
      if (i < 64) value |= part << i;
      i += taken;
      at_ += taken;
    }
    return value;
  }
  // The same with the highest of its bits as the sign.
  std::optional<std::uint64_t> signed_number(unsigned width) {
    auto value = number(width);
    if (value && width > 0 && width < 64 && ((*value >> (width - 1)) & 1U) != 0) {
      *value |= ~std::uint64_t{0} << width;
    }
    return value;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;  // bits
};

std::uint64_t mask_of(unsigned bits) {
  return bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

// Codes of one length follow one another; longer codes are smaller numbers (Moffat & Turpin (1997),
// IEEE Trans. Commun. 45, 1200).
class CanonicalCode {
 public:
  // `lengths` of the codes of symbols 0, 1, …; 0: the symbol does not occur.
  explicit CanonicalCode(std::span<const std::uint8_t> lengths) {
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] > 0) symbols_[lengths[symbol]].push_back(symbol);
    }
    for (std::size_t length = kLongest; length > 0; --length) {
      first_[length - 1] = (first_[length] + symbols_[length].size()) / 2;
    }
  }
  std::optional<std::size_t> next(BitReader& reader) const {
    std::uint64_t code = 0;
    for (std::size_t length = 1; length <= kLongest; ++length) {
      const auto bit = reader.bit();
      if (!bit) return std::nullopt;
      code = 2 * code + *bit;
      const std::uint64_t place = code - first_[length];
      if (code >= first_[length] && place < symbols_[length].size()) {
        return symbols_[length][static_cast<std::size_t>(place)];
      }
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kLongest = 255;
  std::array<std::vector<std::size_t>, kLongest + 1> symbols_;
  std::array<std::uint64_t, kLongest + 1> first_{};
};

// What an element of a packed array is expected to be.
class Predictor {
 public:
  Predictor(const PackedLayout& layout, unsigned bits, std::size_t count)
      : layout_(layout), bits_(bits), section_(layout.fast * layout.slow) {
    averages_ = section_ > 0 && layout.fast > 1 && count % section_ == 0;
  }
  std::uint64_t operator()(std::span<const std::uint64_t> known) const {
    const std::size_t n = known.size();
    if (n == 0) return 0;
    if (!averages_) return known.back();
    const std::size_t fast = n % layout_.fast;
    const std::size_t slow = n / layout_.fast % layout_.slow;
    const bool has_section = n >= section_;
    if (slow == 0) return fast == 0 ? known[n - section_] : known[n - 1];
    const bool is_last = fast + 1 == layout_.fast;
    std::array<std::size_t, 4> back{};
    std::size_t neighbours = 0;
    const auto use = [&](std::size_t distance) { back[neighbours++] = distance; };
    use(layout_.fast);  // the row before
    if (!is_last) use(layout_.fast - 1);
    if (fast > 0) {
      use(1);
      if (!is_last) use(layout_.fast + 1);
    }
    std::uint32_t sum = 0;
    std::size_t used = 0;
    const auto add = [&](std::size_t distance) {
      sum += static_cast<std::uint32_t>(known[n - distance] & mask_of(bits_));
      ++used;
    };
    for (std::size_t i = 0; i < neighbours; ++i) {
      add(back[i]);
      if (!has_section || !layout_.correlated_sections) continue;
      // In the section before, the one at the place of the element itself stands for the one
      // before.
      add(back[i] == 1 ? section_ : back[i] + section_);
    }
    return mean(sum, used);
  }

 private:
  // Rounded up from the half, in the arithmetic of 32-bit integers.
  std::uint64_t mean(std::uint32_t sum, std::size_t used) const {
    const auto mask = static_cast<std::uint32_t>(mask_of(bits_));
    const std::uint32_t sign = std::uint32_t{1} << (bits_ - 1);
    sum = (sum & sign) != 0 ? sum | ~mask : sum & mask;
    const auto half = static_cast<std::int32_t>(used / 2);
    const unsigned shift = used == 8 ? 3 : used == 4 ? 2 : used == 2 ? 1 : 0;
    const auto total = static_cast<std::int64_t>(static_cast<std::int32_t>(sum)) + half;
    return static_cast<std::uint64_t>(total >> shift);
  }

  const PackedLayout& layout_;
  const unsigned bits_;
  const std::size_t section_;
  bool averages_ = false;
};

}  // namespace

std::vector<std::uint64_t> expand_canonical(std::string_view bytes, std::size_t count,
                                            unsigned bits, const std::string& name) {
  if (bytes.size() < kHeader + 2) throw damaged(0, count, name);
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[kHeader + i]); };
  const unsigned direct = byte(0);
  const unsigned most = byte(1);
  constexpr unsigned kMostDirect = 16;
  if (direct > kMostDirect || most < direct || most > 65) throw damaged(0, count, name);
  // Differences of few bits have symbols of their own; then come the stop and the widths of others.
  const std::size_t stop = std::size_t{1} << direct;
  const std::size_t symbols = stop + 1 + (most - direct);
  if (bytes.size() < kHeader + 2 + symbols) throw damaged(0, count, name);
  std::vector<std::uint8_t> lengths;
  for (std::size_t i = 0; i < symbols; ++i) lengths.push_back(byte(2 + i));
  const CanonicalCode code(lengths);
  BitReader reader(bytes.substr(kHeader + 2 + symbols));
  // A pixel takes at least a bit, so that a wrong number cannot take all memory.
  if (count / 8 > bytes.size()) throw damaged(0, count, name);
  std::vector<std::uint64_t> out;
  out.reserve(count);
  std::uint64_t value = 0;
  while (out.size() < count) {
    const auto symbol = code.next(reader);
    if (!symbol || *symbol == stop) throw damaged(out.size(), count, name);
    std::optional<std::uint64_t> difference;
    if (*symbol > stop) {
      difference = reader.signed_number(direct + static_cast<unsigned>(*symbol - stop));
    } else {
      const bool is_negative = direct > 0 && *symbol >= stop / 2;
      difference = static_cast<std::uint64_t>(*symbol) - (is_negative ? stop : 0);
    }
    if (!difference) throw damaged(out.size(), count, name);
    value = (value + *difference) & mask_of(bits);
    out.push_back(value);
  }
  return out;
}

std::vector<std::uint64_t> expand_packed(std::string_view bytes, std::size_t count, unsigned bits,
                                         const PackedLayout& layout, const std::string& name) {
  constexpr std::array<unsigned, 8> kWidths{0, 4, 5, 6, 7, 8, 16, 65};
  constexpr std::array<unsigned, 16> kOtherWidths{0,  3,  4,  5,  6,  7,  8,  9,
                                                  10, 11, 12, 13, 14, 15, 16, 65};
  if (bits > 32) throw Error("packed CBF image of more than 32 bits a pixel", name);
  // A block of 128 pixels takes at least six bits.
  if (bytes.size() < kHeader || count / 128 > bytes.size()) throw damaged(0, count, name);
  const Predictor predict(layout, bits, count);
  const bool is_flat = layout.fast == 0;
  BitReader reader(bytes.substr(kHeader));
  std::vector<std::uint64_t> out;
  out.reserve(count);
  while (out.size() < count) {
    const auto head = reader.number(layout.second_version ? 7 : 6);
    if (!head) throw damaged(out.size(), count, name);
    const std::size_t block = std::size_t{1} << (*head & 7U);
    unsigned width =
        layout.second_version ? kOtherWidths[(*head >> 3U) & 15U] : kWidths[(*head >> 3U) & 7U];
    if (width == 65 && !is_flat) width = bits;
    for (std::size_t i = 0; i < block && out.size() < count; ++i) {
      const auto difference = reader.signed_number(width);
      if (!difference) throw damaged(out.size(), count, name);
      out.push_back((predict(out) + *difference) & mask_of(bits));
    }
  }
  return out;
}

}  // namespace nanobragg::io
