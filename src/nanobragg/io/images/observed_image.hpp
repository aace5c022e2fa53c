// An image as a detector wrote it: the numbers of its file, and which of them measure something.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"
#include "nanobragg/io/files/external_files.hpp"

namespace nanobragg::io {

// Why the number of a pixel is not a measurement.
enum class Validity : std::uint8_t {
  valid,
  not_measured,  // a reserved number, a mask of the file, a place between panels
  overloaded,    // at or beyond the largest reading that the file or its format allows
  underloaded,   // below the smallest reading that the file allows
  negative,
  not_finite,
};
inline constexpr std::size_t kValidities = 6;

// "not measured", for people.
std::string_view words_of(Validity validity);

// What a file and its format say about the numbers in it.
struct ValidityRules {
  std::vector<double> reserved;           // they stand for no measurement
  std::optional<double> overloaded_from;  // this reading and larger ones
  std::optional<double> least;            // smaller readings are none
};

Validity validity_of(double value, const ValidityRules& rules);

// All panels in one array (model/panel_stack.hpp).
struct ObservedImage {
  std::string_view format;  // "CBF", as in the registry
  Image<double> values;     // as they stand in the file, those that measure nothing too
  Image<Validity> validity;
  std::optional<double> pedestal;  // the reading of no photon, where the file says it
  std::optional<double> gain;      // readings a photon, where the file says it

  ImageShape shape() const { return values.shape(); }
};

ObservedImage observed_image(std::string_view format, Image<double> values,
                             const ValidityRules& rules);

// How many pixels are of each kind.
using ValidityCounts = std::array<std::size_t, kValidities>;
ValidityCounts counts_of(ImageView<const Validity> validity);
// "15 pixels do not count (12 not measured, 3 overloaded)"; empty where all are valid.
std::string invalid_pixels(const ValidityCounts& counts);

// The exposures of an image file, read one at a time, from 0 on.
class ImageFile {
 public:
  ImageFile() = default;
  ImageFile(const ImageFile&) = delete;
  ImageFile& operator=(const ImageFile&) = delete;
  virtual ~ImageFile() = default;
  virtual std::size_t exposures() const = 0;
  // Throws Error for what cannot be read, and for an exposure that is not there.
  virtual ObservedImage read(std::size_t exposure) const = 0;
};

// A file of one exposure, which is in memory.
std::unique_ptr<ImageFile> single_exposure(ObservedImage image);

// Throws Error for an exposure beyond the last.
void check_exposure(std::size_t exposure, std::size_t exposures, const std::string& name);

// Opens by what the file holds, and raw floats by the end of their name (.bin) or because it is
// nothing else; these need `shape`. Bytes may be compressed. Throws UsageError for raw floats
// without a shape, Error for what cannot be read.
std::unique_ptr<ImageFile> open_image(const std::filesystem::path& path,
                                      std::optional<ImageShape> shape,
                                      ExternalFiles external = ExternalFiles::beside);

}  // namespace nanobragg::io
