// Gathers the words for each axis of the detector and takes the first that counts.
#include "nanobragg/config/resolve/centre_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "nanobragg/base/units.hpp"

namespace nanobragg::config {
namespace {

enum class Axis : std::uint8_t { fast, slow };

// One flag or entry of a header, and the coordinate that it means.
struct Word {
  const char* name;
  CentreCoordinate coordinate;
};

std::optional<double> metres(const std::optional<double>& mm) {
  if (!mm) return std::nullopt;
  return to_metre(Millimetre(*mm)).value();
}

class Words {
 public:
  Words(Convention convention, Pivot pivot, const DetectorSize& size)
      : convention_(convention), pivot_(pivot), size_(size) {}

  // X and Y of a beam centre, each of which is one axis of the detector.
  std::vector<Word> beam(Axis axis, const std::optional<double>& x, const char* x_name,
                         const std::optional<double>& y, const char* y_name) const {
    const auto coordinate = [&](const BeamCentre& centre) {
      const DetectorPoint point = to_detector(centre, convention_, size_);
      return axis == Axis::fast ? point.fast : point.slow;
    };
    const bool is_x = coordinate({1.0, 0.0}) != coordinate({0.0, 0.0});
    const auto& given = is_x ? x : y;
    if (!given) return {};
    const BeamCentre centre = is_x ? BeamCentre{*given, 0.0} : BeamCentre{0.0, *given};
    return {{is_x ? x_name : y_name, {CentreKind::beam, coordinate(centre)}}};
  }

  std::vector<Word> origin(const std::optional<double>& pixels, const char* name) const {
    if (!pixels) return {};
    return {{name, {CentreKind::closest, (*pixels - 0.5) * size_.pixel}}};
  }

  static std::vector<Word> closest(const std::optional<double>& mm, const char* name) {
    if (!mm) return {};
    return {{name, {CentreKind::closest, *metres(mm), true}}};
  }

  // The words in the order in which they count.
  std::vector<Word> ordered(std::vector<Word> words) const {
    const CentreKind first = pivot_ == Pivot::sample ? CentreKind::closest : CentreKind::beam;
    std::stable_partition(words.begin(), words.end(),
                          [&](const Word& word) { return word.coordinate.kind == first; });
    return words;
  }

 private:
  Convention convention_;
  Pivot pivot_;
  const DetectorSize& size_;
};

std::vector<Word> joined(std::vector<Word> words, const std::vector<Word>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void warn_of_unused(const std::vector<Word>& words, double pixel,
                    std::vector<std::string>& warnings) {
  constexpr double kRounding = 1e-3;  // pixels
  for (std::size_t i = 1; i < words.size(); ++i) {
    const double apart = std::abs(words[i].coordinate.at - words[0].coordinate.at) / pixel;
    if (apart <= kRounding) continue;
    warnings.push_back(
        fmt::format("{} is not used ({:.3g} pixels from what {} says, which counts "
                    "where the detector turns about that point)",
                    words[i].name, apart, words[0].name));
  }
}

}  // namespace

GivenCentre given_centre(const Settings& s, const HeaderGeometry& header, Convention convention,
                         Pivot pivot, const DetectorSize& size) {
  const Words words(convention, pivot, size);
  const std::optional<double> x = metres(s.beam_x_mm);
  const std::optional<double> y = metres(s.beam_y_mm);
  GivenCentre out;
  const auto choose = [&](const std::vector<Word>& flags, const std::vector<Word>& entries) {
    const std::vector<Word>& first = flags.empty() ? entries : flags;
    if (first.empty()) return CentreCoordinate{};
    warn_of_unused(flags, size.pixel, out.warnings);
    return first.front().coordinate;
  };
  const auto axis = [&](Axis which, const std::optional<double>& org, const char* org_name,
                        const std::optional<double>& close, const char* close_name,
                        const std::optional<double>& header_org) {
    return choose(
        words.ordered(joined(joined(words.origin(org, org_name), Words::closest(close, close_name)),
                             words.beam(which, x, "-Xbeam", y, "-Ybeam"))),
        words.ordered(joined(words.origin(header_org, "the origin of XDS"),
                             words.beam(which, header.beam_x_m, "the beam centre of the header",
                                        header.beam_y_m, "the beam centre of the header"))));
  };
  out.fast = axis(Axis::fast, s.org_x, "-ORGX", s.close_x_mm, "-Xclose", header.org_x);
  out.slow = axis(Axis::slow, s.org_y, "-ORGY", s.close_y_mm, "-Yclose", header.org_y);
  return out;
}

}  // namespace nanobragg::config
