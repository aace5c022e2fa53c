// Adds to the readers of these formats what their numbers mean.
#include "nanobragg/io/images/plain_images.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/images/pgm.hpp"
#include "nanobragg/io/images/png.hpp"
#include "nanobragg/io/images/smv.hpp"

namespace nanobragg::io {
namespace {

constexpr double kLargest16 = 65535.0;

template <class T>
Image<double> as_double(const Image<T>& image) {
  Image<double> result(image.shape());
  std::ranges::copy(image.pixels(), result.pixels().begin());
  return result;
}

// The first of these keys that a header has.
std::optional<double> first_number(const SmvHeader& header,
                                   std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const auto value = header.number(key)) return value;
  }
  return std::nullopt;
}

}  // namespace

bool is_smv_text(std::string_view start) {
  const std::string_view text = skip_space(start);
  if (!text.starts_with('{')) return false;
  const std::string_view key = skip_space(text.substr(1));
  return !key.empty() && std::isalpha(static_cast<unsigned char>(key.front())) != 0;
}

std::unique_ptr<ImageFile> open_smv_images(const std::filesystem::path& path) {
  const SmvImage image = parse_smv(read_input(path), path.string());
  const auto limit = first_number(image.header, {"CCD_IMAGE_SATURATION", "SATURATED_VALUE"});
  ValidityRules rules;
  rules.overloaded_from = limit && *limit > 0.0 ? std::min(*limit, kLargest16) : kLargest16;
  ObservedImage out = observed_image("SMV", as_double(image.pixels), rules);
  out.pedestal = first_number(image.header, {"ADC_OFFSET", "IMAGE_PEDESTAL"});
  if (const auto gain = image.header.number("GAIN"); gain && *gain > 0.0) out.gain = gain;
  return single_exposure(std::move(out));
}

bool is_png(std::string_view start) { return start.starts_with("\x89PNG\r\n\x1a\n"); }

std::unique_ptr<ImageFile> open_png_images(const std::filesystem::path& path) {
  return single_exposure(observed_image("PNG", as_double(read_png(path)), {{kLargest16}, {}, {}}));
}

bool is_pgm(std::string_view start) {
  return start.starts_with("P5") && start.size() > 2 && (is_space(start[2]) || start[2] == '#');
}

std::unique_ptr<ImageFile> open_pgm_images(const std::filesystem::path& path) {
  return single_exposure(observed_image(kPgm, as_double(read_pgm(path)), {}));
}

}  // namespace nanobragg::io
