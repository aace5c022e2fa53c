// Writes and reads TIFF through libtiff.
#include "nanobragg/io/images/tiff.hpp"

#include <fmt/format.h>
#include <tiffio.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/file.hpp"

namespace nanobragg::io {
namespace {

struct Close {
  void operator()(TIFF* file) const { TIFFClose(file); }
};
using File = std::unique_ptr<TIFF, Close>;

// Keeps the error messages of libtiff.
int keep_message(TIFF* /*file*/, void* target, const char* /*module*/, const char* format,
                 va_list arguments) {
  constexpr std::size_t kLongest = 300;
  std::string text(kLongest, '\0');
  const int length = std::vsnprintf(text.data(), text.size(), format, arguments);
  text.resize(std::min(text.size() - 1, static_cast<std::size_t>(std::max(length, 0))));
  *static_cast<std::string*>(target) = text;
  return 1;
}

int ignore_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

// `message` outlives the file.
File open(const std::filesystem::path& place, const char* mode, std::string& message) {
  TIFFOpenOptions* const options = TIFFOpenOptionsAlloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep_message, &message);
  TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_warning, nullptr);
  File file(TIFFOpenExt(place.c_str(), mode, options));
  TIFFOpenOptionsFree(options);
  return file;
}

// As TIFF files of PILATUS detectors say it; readers of 8 bits know of no reserved number.
bool mark_8_bits(TIFF* file) {
  return TIFFSetField(file, TIFFTAG_IMAGEDESCRIPTION, "# Count_cutoff 254 counts") != 0;
}

template <class T>
bool write_all(TIFF* file, ImageShape shape, const NextRows<T>& next_rows) {
  constexpr int kBits = 8 * sizeof(T);
  constexpr int kFormat = std::is_floating_point_v<T> ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT;
  const bool is_described =
      TIFFSetField(file, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(shape.fast)) &&
      TIFFSetField(file, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(shape.slow)) &&
      TIFFSetField(file, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(shape.slow)) &&
      TIFFSetField(file, TIFFTAG_BITSPERSAMPLE, kBits) &&
      TIFFSetField(file, TIFFTAG_SAMPLESPERPIXEL, 1) &&
      TIFFSetField(file, TIFFTAG_SAMPLEFORMAT, kFormat) && (kBits > 8 || mark_8_bits(file)) &&
      TIFFSetField(file, TIFFTAG_COMPRESSION, COMPRESSION_NONE) &&
      TIFFSetField(file, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK) &&
      TIFFSetField(file, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  // By itself libtiff keeps a whole strip in memory.
  constexpr tmsize_t kBuffer = tmsize_t{1} << 20;
  if (!is_described || !TIFFWriteBufferSetup(file, nullptr, kBuffer)) return false;
  for (std::size_t slow = 0; slow < shape.slow;) {
    const ImageView<const T> rows = next_rows(slow);
    for (std::size_t i = 0; i < rows.shape().slow; ++i, ++slow) {
      // libtiff does not write to the buffer, but takes it without const.
      auto* const row = const_cast<T*>(rows.row(i).data());  // NOLINT
      if (TIFFWriteScanline(file, row, static_cast<std::uint32_t>(slow), 0) < 0) return false;
    }
  }
  return TIFFFlush(file) != 0;
}

}  // namespace

template <class T>
void write_tiff(const std::filesystem::path& path, ImageShape shape, const NextRows<T>& next_rows) {
  AtomicFile target(path);
  std::string message;
  {
    errno = 0;
    const File file = open(target.place(), "w", message);
    if (!file || !write_all(file.get(), shape, next_rows)) {
      // libtiff says where writing stopped, the system why.
      const std::string reason = errno != 0 ? std::generic_category().message(errno) : message;
      throw Error(fmt::format("cannot write '{}' ({})", path.string(), reason));
    }
  }
  target.commit();
}

template void write_tiff(const std::filesystem::path&, ImageShape, const NextRows<std::uint8_t>&);
template void write_tiff(const std::filesystem::path&, ImageShape, const NextRows<std::uint16_t>&);
template void write_tiff(const std::filesystem::path&, ImageShape, const NextRows<float>&);

void write_tiff(const std::filesystem::path& path, ImageView<const std::uint16_t> image) {
  write_tiff<std::uint16_t>(path, image.shape(), [&](std::size_t) { return image; });
}

}  // namespace nanobragg::io
