// Transforms rows, then columns, multiplies, and goes back.
#include "nanobragg/image/convolution.hpp"

#include <algorithm>
#include <unsupported/Eigen/FFT>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/parallel_for.hpp"

namespace nanobragg::image {
namespace {

using Complex = std::complex<double>;

// The least even number from n on of which 2, 3 and 5 are the only factors: fast to transform.
std::size_t fast_size(std::size_t n) {
  for (std::size_t size = std::max<std::size_t>(n, 2);; ++size) {
    std::size_t rest = size;
    for (const std::size_t factor : {2, 3, 5}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1 && size % 2 == 0) return size;
  }
}

// Plans of transforms are kept from one row to the next, and are one thread's own.
constexpr std::size_t kRowsAtOnce = 16;

template <class Task>
void for_each_block(std::size_t count, std::size_t threads, Task task) {
  parallel_for((count + kRowsAtOnce - 1) / kRowsAtOnce, threads, [&](std::size_t block) {
    Eigen::FFT<double> fft;
    fft.SetFlag(Eigen::FFT<double>::HalfSpectrum);
    fft.SetFlag(Eigen::FFT<double>::Unscaled);
    task(fft, block * kRowsAtOnce, std::min(count, (block + 1) * kRowsAtOnce));
  });
}

template <class Task>
void for_each_row(std::size_t count, std::size_t threads, Task task) {
  for_each_block(count, threads, [&](Eigen::FFT<double>& fft, std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) task(fft, i);
  });
}

}  // namespace

FourierConvolution::FourierConvolution(
    ImageShape shape, const std::function<double(std::size_t, std::size_t)>& kernel,
    std::size_t threads)
    : shape_(shape), padded_{fast_size(2 * shape.slow), fast_size(2 * shape.fast)} {
  Image<double> whole(padded_);
  // Farther than the image is wide, nothing is given.
  parallel_for(shape.slow, threads, [&](std::size_t slow) {
    const std::size_t other = (padded_.slow - slow) % padded_.slow;
    for (std::size_t fast = 0; fast < shape.fast; ++fast) {
      const std::size_t back = (padded_.fast - fast) % padded_.fast;
      const double given = kernel(slow, fast);
      whole[{slow, fast}] = whole[{slow, back}] = given;
      whole[{other, fast}] = whole[{other, back}] = given;
    }
  });
  const Spectrum spectrum = transform(std::as_const(whole).view(), threads);
  kernel_.resize(spectrum.size());
  const double scale = 1.0 / static_cast<double>(padded_.size());
  std::ranges::transform(spectrum, kernel_.begin(),
                         [&](const Complex& c) { return scale * c.real(); });
}

FourierConvolution::Spectrum FourierConvolution::transform(ImageView<const double> image,
                                                           std::size_t threads) const {
  const std::size_t columns = frequencies();
  Spectrum spectrum(padded_.slow * columns);
  for_each_row(image.shape().slow, threads, [&](Eigen::FFT<double>& fft, std::size_t slow) {
    std::vector<double> row(padded_.fast, 0.0);
    std::ranges::copy(image.row(slow), row.begin());
    fft.fwd(&spectrum[slow * columns], row.data(), static_cast<Eigen::Index>(row.size()));
  });
  transform_columns(spectrum, true, threads);
  return spectrum;
}

void FourierConvolution::transform_columns(Spectrum& spectrum, bool forward,
                                           std::size_t threads) const {
  const std::size_t columns = frequencies();
  const std::size_t rows = padded_.slow;
  // Some columns at once, as numbers that stand beside each other come from memory together.
  for_each_block(columns, threads,
                 [&](Eigen::FFT<double>& fft, std::size_t first, std::size_t end) {
                   const std::size_t width = end - first;
                   Spectrum from(rows * width), to(rows);
                   for (std::size_t i = 0; i < rows; ++i) {
                     for (std::size_t j = 0; j < width; ++j) {
                       from[j * rows + i] = spectrum[i * columns + first + j];
                     }
                   }
                   const auto size = static_cast<Eigen::Index>(rows);
                   for (std::size_t j = 0; j < width; ++j) {
                     Complex* const column = &from[j * rows];
                     if (forward) {
                       fft.fwd(to.data(), column, size);
                     } else {
                       fft.inv(to.data(), column, size);
                     }
                     std::ranges::copy(to, column);
                   }
                   for (std::size_t i = 0; i < rows; ++i) {
                     for (std::size_t j = 0; j < width; ++j) {
                       spectrum[i * columns + first + j] = from[j * rows + i];
                     }
                   }
                 });
}

void FourierConvolution::apply_to(ImageView<double> image, std::size_t threads) const {
  NANOBRAGG_EXPECTS(image.shape() == shape_);
  Spectrum spectrum = transform(image, threads);
  for (std::size_t i = 0; i < spectrum.size(); ++i) spectrum[i] *= kernel_[i];
  transform_columns(spectrum, false, threads);
  const std::size_t columns = frequencies();
  for_each_row(shape_.slow, threads, [&](Eigen::FFT<double>& fft, std::size_t slow) {
    std::vector<double> row(padded_.fast);
    fft.inv(row.data(), &spectrum[slow * columns], static_cast<Eigen::Index>(row.size()));
    std::copy_n(row.begin(), shape_.fast, image.row(slow).begin());
  });
}

}  // namespace nanobragg::image
