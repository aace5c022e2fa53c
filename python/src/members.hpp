// The members of the values that make an experiment and a refinement, in their order. A structured
// binding has to name all of them: what is added to a type has to be added here.
#pragma once

#include <string>
#include <tuple>

#include "nanobragg/config/resolve/job.hpp"
#include "nanobragg/model/experiment.hpp"
#include "nanobragg/refine/problem.hpp"

namespace nanobragg::python {

// members(value): a tuple of references. Types of plain numbers need none.
inline auto members(const BeamValues& v) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = v;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
}
inline auto members(const ScatteringTable& v) {
  const auto& [a, b] = v;
  return std::tie(a, b);
}
inline auto members(const AmorphousMaterial& v) {
  const auto& [a, b, c, d] = v;
  return std::tie(a, b, c, d);
}
inline auto members(const AmorphousSlab& v) {
  const auto& [a, b] = v;
  return std::tie(a, b);
}
inline auto members(const RadialPhotons& v) {
  const auto& [a, b] = v;
  return std::tie(a, b);
}
inline auto members(const MeasuredBackground& v) {
  const auto& [a, b, c, d] = v;
  return std::tie(a, b, c, d);
}
inline auto members(const Sensor& v) {
  const auto& [a, b, c] = v;
  return std::tie(a, b, c);
}
inline auto members(const Detector& v) {
  const auto& [a, b, c, d, e, f, g, h] = v;
  return std::tie(a, b, c, d, e, f, g, h);
}
inline auto members(const Sampling& v) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k] = v;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k);
}
inline auto members(const Experiment& v) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k] = v;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k);
}
inline auto members(const config::DetectorFrame& v) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k] = v;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k);
}
// A kernel is kept by its name and not by its address.
inline auto members(const config::Compute& v) {
  const auto& [a, b, c, d] = v;
  return std::tie(a, b, c, d);
}
inline auto members(const ReadOut& v) {
  const auto& [a, b, c, d, e, f, g, h, i, j] = v;
  return std::tie(a, b, c, d, e, f, g, h, i, j);
}
inline auto members(const config::Response& v) {
  const auto& [a, b, c, d, e, f, g] = v;
  return std::tie(a, b, c, d, e, f, g);
}
inline auto members(const config::AmplitudeFiles& v) {
  const auto& [a, b, c] = v;
  return std::tie(a, b, c);
}
inline auto members(const config::Outputs& v) {
  const auto& [a, b, c, d, e, f, g, h, i, j] = v;
  return std::tie(a, b, c, d, e, f, g, h, i, j);
}
inline auto members(const io::NamedFile& v) {
  const auto& [a, b] = v;
  return std::tie(a, b);
}
inline auto members(const config::NamedInputs& v) {
  const auto& [a, b, c, d, e] = v;
  return std::tie(a, b, c, d, e);
}
inline auto members(const config::Origin& v) {
  const auto& [a, b, c] = v;
  return std::tie(a, b, c);
}
inline auto members(const config::Job& v) {
  const auto& [a, b, c, d, e, f, g] = v;
  return std::tie(a, b, c, d, e, f, g);
}
inline auto members(const refine::FreeParameter& v) {
  const auto& [a, b, c, d, e, f, g, h, i] = v;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
inline auto members(const refine::RefinedParameter& v) {
  const auto& [a, b, c, d, e] = v;
  return std::tie(a, b, c, d, e);
}
inline auto members(const refine::Correlations& v) {
  const auto& [a, b, c] = v;
  return std::tie(a, b, c);
}
inline auto members(const refine::Fit& v) {
  const auto& [a, b, c, d, e] = v;
  return std::tie(a, b, c, d, e);
}
inline auto members(const refine::Result& v) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = v;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
}

}  // namespace nanobragg::python
