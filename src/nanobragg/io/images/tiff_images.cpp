// Reads TIFF from memory through libtiff.
#include "nanobragg/io/images/tiff_images.hpp"

#include <fmt/format.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/claimed_size.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

struct Close {
  void operator()(TIFF* file) const { TIFFClose(file); }
};
using File = std::unique_ptr<TIFF, Close>;

// The bytes that libtiff reads, in the form of its callbacks.
struct Source {
  std::string bytes;
  std::size_t at = 0;
  std::string message;
};

tmsize_t read_bytes(thandle_t handle, void* to, tmsize_t wanted) {
  auto& source = *static_cast<Source*>(handle);
  const std::size_t left = source.bytes.size() - std::min(source.at, source.bytes.size());
  const std::size_t count = std::min(left, static_cast<std::size_t>(std::max<tmsize_t>(wanted, 0)));
  std::memcpy(to, source.bytes.data() + std::min(source.at, source.bytes.size()), count);
  source.at += count;
  return static_cast<tmsize_t>(count);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }
toff_t seek(thandle_t handle, toff_t offset, int from) {
  auto& source = *static_cast<Source*>(handle);
  const std::size_t base = from == SEEK_CUR   ? source.at
                           : from == SEEK_END ? source.bytes.size()
                                              : std::size_t{0};
  source.at = base + static_cast<std::size_t>(offset);
  return source.at;
}
int close_nothing(thandle_t) { return 0; }
toff_t size_of(thandle_t handle) { return static_cast<Source*>(handle)->bytes.size(); }

int keep_message(TIFF*, void* target, const char*, const char* format, va_list arguments) {
  constexpr std::size_t kLongest = 300;
  std::string text(kLongest, '\0');
  const int length = std::vsnprintf(text.data(), text.size(), format, arguments);
  text.resize(std::min(text.size() - 1, static_cast<std::size_t>(std::max(length, 0))));
  *static_cast<std::string*>(target) = text;
  return 1;
}
int ignore_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

File open(Source& source, const std::string& name) {
  source.at = 0;
  TIFFOpenOptions* const options = TIFFOpenOptionsAlloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep_message, &source.message);
  TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_warning, nullptr);
  File file(TIFFClientOpenExt(name.c_str(), "rm", &source, read_bytes, write_nothing, seek,
                              close_nothing, size_of, nullptr, nullptr, options));
  TIFFOpenOptionsFree(options);
  if (!file) throw Error(fmt::format("cannot read TIFF image ({})", source.message), name);
  return file;
}

struct Pixels {
  ImageShape shape;
  std::uint16_t bits = 1, format = SAMPLEFORMAT_UINT;
};

// As many bytes as one of the file can stand for. (TIFF 6.0 is Adobe's specification of 1992.)
double largest_ratio(TIFF* file, const std::string& name) {
  std::uint16_t compression = COMPRESSION_NONE;
  TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &compression);
  switch (compression) {
    case COMPRESSION_NONE:
      return 1.0;
    case COMPRESSION_PACKBITS:  // two bytes repeat one 128 times (TIFF 6.0, section 9)
      return 64.0;
    case COMPRESSION_LZW:  // 9 bits stand for at most 4096 bytes (TIFF 6.0, section 13)
      return 4096.0 * 8.0 / 9.0;
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
      return kDeflateRatio;
    case COMPRESSION_ZSTD:
      return kZstdRatio;
    case COMPRESSION_LZMA:
      // 273 bytes take 14 decisions of log2(2048/2017) bits (LZMA specification of the LZMA SDK).
      return 7100.0;
    default:
      throw Error(fmt::format("TIFF image in compression {} (it cannot be read)", compression),
                  name,
                  "none, PackBits, LZW, Deflate, LZMA and Zstandard keep counts and are read");
  }
}

Pixels pixels_of(TIFF* file, std::size_t file_bytes, const std::string& name) {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint16_t samples = 1;
  Pixels out;
  TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(file, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &out.bits);
  TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLEFORMAT, &out.format);
  out.shape = {height, width};
  std::uint16_t orientation = ORIENTATION_TOPLEFT;
  TIFFGetFieldDefaulted(file, TIFFTAG_ORIENTATION, &orientation);
  if (orientation != ORIENTATION_TOPLEFT) {
    throw Error(fmt::format("TIFF image of orientation {} (it is turned or mirrored; 1 is read)",
                            orientation),
                name);
  }
  const bool is_float = out.format == SAMPLEFORMAT_IEEEFP;
  const bool is_whole = out.format == SAMPLEFORMAT_UINT || out.format == SAMPLEFORMAT_INT;
  const bool is_known = (is_float && (out.bits == 32 || out.bits == 64)) ||
                        (is_whole && (out.bits == 8 || out.bits == 16 || out.bits == 32));
  if (!is_known || samples != 1 || TIFFIsTiled(file)) {
    throw Error(fmt::format("TIFF image of {} samples of {} bits{} (one of 8, 16 or 32 bits, or of "
                            "floats, can be read)",
                            samples, out.bits, TIFFIsTiled(file) ? " in tiles" : ""),
                name);
  }
  const bool fits =
      width > 0 && height > 0 &&
      static_cast<std::size_t>(TIFFScanlineSize(file)) == std::size_t{width} * (out.bits / 8U);
  if (!fits) throw Error("damaged TIFF image (its rows have another length)", name);
  check_claimed_size(out.shape, name);
  constexpr double kBitsInByte = 8.0;
  check_stored_size("TIFF", out.shape, out.bits / kBitsInByte,
                    {file_bytes, largest_ratio(file, name)}, name);
  return out;
}

template <class T>
void append(std::span<const char> row, std::span<double> to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    T value{};
    std::memcpy(&value, row.data() + i * sizeof(T), sizeof(T));
    to[i] = static_cast<double>(value);
  }
}

void convert(std::span<const char> row, const Pixels& pixels, std::span<double> to) {
  if (pixels.format == SAMPLEFORMAT_IEEEFP) {
    return pixels.bits == 32 ? append<float>(row, to) : append<double>(row, to);
  }
  if (pixels.format == SAMPLEFORMAT_INT) {
    return pixels.bits == 8    ? append<std::int8_t>(row, to)
           : pixels.bits == 16 ? append<std::int16_t>(row, to)
                               : append<std::int32_t>(row, to);
  }
  return pixels.bits == 8    ? append<std::uint8_t>(row, to)
         : pixels.bits == 16 ? append<std::uint16_t>(row, to)
                             : append<std::uint32_t>(row, to);
}

ValidityRules rules_of(TIFF* file, const Pixels& pixels) {
  ValidityRules rules;
  const double numbers = std::ldexp(1.0, pixels.bits);
  if (pixels.format == SAMPLEFORMAT_UINT && pixels.bits > 8) rules.reserved = {numbers - 1.0};
  if (pixels.format == SAMPLEFORMAT_INT) rules.reserved = {-1.0, -2.0, numbers / 2.0 - 1.0};
  const char* description = nullptr;
  if (TIFFGetField(file, TIFFTAG_IMAGEDESCRIPTION, &description) == 1 && description != nullptr) {
    constexpr std::string_view kCutoff = "Count_cutoff";
    const std::string_view text(description);
    const std::size_t at = text.find(kCutoff);
    const auto cutoff = at == std::string_view::npos
                            ? std::nullopt
                            : number_prefix(skip_space(text.substr(at + kCutoff.size())));
    if (cutoff && cutoff->value > 0.0) rules.overloaded_from = cutoff->value;
  }
  return rules;
}

class TiffImages : public ImageFile {
 public:
  explicit TiffImages(const std::filesystem::path& path)
      : name_(path.string()), source_{read_input(path), 0, {}} {
    const File file = open(source_, name_);
    pages_ = TIFFNumberOfDirectories(file.get());
  }
  std::size_t exposures() const override { return pages_; }
  ObservedImage read(std::size_t exposure) const override {
    check_exposure(exposure, pages_, name_);
    const File file = open(source_, name_);
    if (TIFFSetDirectory(file.get(), static_cast<tdir_t>(exposure)) == 0) {
      throw Error(fmt::format("damaged TIFF image ({})", source_.message), name_);
    }
    const Pixels pixels = pixels_of(file.get(), source_.bytes.size(), name_);
    Image<double> values(pixels.shape);
    std::vector<char> row(static_cast<std::size_t>(TIFFScanlineSize(file.get())));
    for (std::size_t slow = 0; slow < pixels.shape.slow; ++slow) {
      if (TIFFReadScanline(file.get(), row.data(), static_cast<std::uint32_t>(slow)) < 0) {
        throw Error(fmt::format("damaged TIFF image ({})", source_.message), name_);
      }
      convert(row, pixels, values.view().row(slow));
    }
    return observed_image("TIFF", std::move(values), rules_of(file.get(), pixels));
  }

 private:
  std::string name_;
  mutable Source source_;  // libtiff moves in it
  std::size_t pages_ = 0;
};

}  // namespace

bool is_tiff(std::string_view start) {
  constexpr std::string_view kLittle("II*\0", 4), kBig("MM\0*", 4);
  return start.starts_with(kLittle) || start.starts_with(kBig);
}

std::unique_ptr<ImageFile> open_tiff_images(const std::filesystem::path& path) {
  return std::make_unique<TiffImages>(path);
}

}  // namespace nanobragg::io
