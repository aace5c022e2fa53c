// sin(πx) on half a period.
#pragma once

namespace nanobragg::physics {

// sin(πx)/x for |x| ≤ ½, as a polynomial in x² whose relative error is least in the maximum (by the
// Remez exchange): 5.3e-9 (single precision) and 2.6e-19 (double precision). With rounding, at most
// 4 units in the last place of either (tested).
struct SinPiSingle {
  static constexpr double c0 = 3.1415926368954012;
  static constexpr double c1 = -5.1677096847986404;
  static constexpr double c2 = 2.5500697263291621;
  static constexpr double c3 = -0.59824212638714887;
  static constexpr double c4 = 0.077560386935181818;
};
template <class T>
constexpr T sin_pi_over_x_single(const T& x) {
  using C = SinPiSingle;
  const T u = x * x;
  T p = T(C::c4);
  p = p * u + T(C::c3);
  p = p * u + T(C::c2);
  p = p * u + T(C::c1);
  return p * u + T(C::c0);
}
// The same divided by its leading coefficient, from u = x²: enough for quotients of sines.
template <class T>
constexpr T sin_pi_over_x_single_monic(const T& u) {
  using C = SinPiSingle;
  T p = u + T(C::c3 / C::c4);
  p = p * u + T(C::c2 / C::c4);
  p = p * u + T(C::c1 / C::c4);
  return p * u + T(C::c0 / C::c4);
}

template <class T>
constexpr T sin_pi_over_root_double(const T& u) {
  T p = T(7.6947272216022183e-7);
  p = p * u + T(-0.000021903185413581440);
  p = p * u + T(0.00046629968877280738);
  p = p * u + T(-0.0073704304787633087);
  p = p * u + T(0.082145886569892886);
  p = p * u + T(-0.59926452931873825);
  p = p * u + T(2.5501640398772939);
  p = p * u + T(-5.1677127800499695);
  return p * u + T(3.1415926535897932);
}
template <class T>
constexpr T sin_pi_over_x_double(const T& x) {
  return sin_pi_over_root_double(T(x * x));
}

// cos(πx) for |x| ≤ ½: in single precision 1 − x²·(a polynomial in x², found alike), within
// 7.6e-7·x² before rounding, so that differences of two cosines near 1 keep their digits; in double
// precision 1 − 2 sin²(πx/2), within 3e-16.
struct CosPiSingle {
  static constexpr double c1 = -4.9348014489564251;
  static constexpr double c2 = 4.0586154692940584;
  static constexpr double c3 = -1.333318680717908;
  static constexpr double c4 = 0.22276804902617315;
};
// Divided by its leading coefficient, from u = x².
template <class T>
constexpr T cos_pi_single_monic(const T& u) {
  using C = CosPiSingle;
  T p = u + T(C::c3 / C::c4);
  p = p * u + T(C::c2 / C::c4);
  p = p * u + T(C::c1 / C::c4);
  return p * u + T(1.0 / C::c4);
}

template <class T>
constexpr T cos_pi_root_double(const T& u) {
  const T quarter = T(0.25) * u;
  const T sine = sin_pi_over_root_double(quarter);
  return T(1.0) - T(2.0) * quarter * sine * sine;
}
template <class T>
constexpr T cos_pi_double(const T& x) {
  return cos_pi_root_double(T(x * x));
}

}  // namespace nanobragg::physics
