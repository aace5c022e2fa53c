// Adds the information of shots, and solves.
#include "nanobragg/refine/shots/shared_parameters.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>

#include "nanobragg/plan/parameters.hpp"

namespace nanobragg::refine {
namespace {

double shared_value(const RefinedParameter& p) {
  return shared_as(p.parameter) == SharedAs::value ? p.value : p.value - p.parameter.start;
}

// The matrix of one shot among those of all names.
struct Information {
  std::vector<Eigen::Index> places;
  Eigen::MatrixXd normal;
  Eigen::VectorXd values;
};

Information information_of(const SharedEstimate& shot,
                           const std::map<std::string, Eigen::Index>& place_of) {
  const auto n = static_cast<Eigen::Index>(shot.names.size());
  Information out{{}, {}, Eigen::Map<const Eigen::VectorXd>(shot.values.data(), n)};
  for (const std::string& name : shot.names) out.places.push_back(place_of.at(name));
  out.normal = Eigen::Map<const Eigen::MatrixXd>(shot.covariance.data(), n, n).inverse();
  return out;
}

}  // namespace

SharedAs shared_as(const FreeParameter& parameter) {
  return is_of_cell(parameter.ids.front()) ? SharedAs::value : SharedAs::change;
}

SharedEstimate estimate_of(const ShotResult& result, std::span<const std::string> names) {
  SharedEstimate out;
  std::vector<std::size_t> places;  // in the table of correlations
  std::vector<double> sigmas;
  for (const RefinedParameter& p : result.parameters) {
    const std::string& name = p.parameter.name;
    const bool is_shared = std::ranges::find(names, name) != names.end();
    const auto at = std::ranges::find(result.correlations.names, name);
    const double sigma = p.uncertainty.value_or(0.0);
    if (!is_shared || at == result.correlations.names.end() || !(sigma > 0.0) ||
        !std::isfinite(sigma)) {
      continue;
    }
    out.names.push_back(name);
    out.ids.push_back(p.parameter.ids);
    out.values.push_back(shared_value(p));
    places.push_back(static_cast<std::size_t>(at - result.correlations.names.begin()));
    sigmas.push_back(sigma);
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = 0; j < places.size(); ++j) {
      const double c = i == j ? 1.0 : result.correlations.at(places[i], places[j]);
      out.covariance.push_back(c * sigmas[i] * sigmas[j]);
    }
  }
  return out;
}

std::vector<SharedValue> combined(std::span<const SharedEstimate> shots) {
  std::map<std::string, Eigen::Index> place_of;
  std::vector<SharedValue> out;
  for (const SharedEstimate& shot : shots) {
    for (std::size_t i = 0; i < shot.names.size(); ++i) {
      const auto [at, is_new] =
          place_of.emplace(shot.names[i], static_cast<Eigen::Index>(out.size()));
      if (is_new) out.push_back({.name = shot.names[i], .ids = shot.ids[i]});
      ++out[static_cast<std::size_t>(at->second)].shots;
    }
  }
  if (out.empty()) return out;
  std::vector<Information> all;
  for (const SharedEstimate& shot : shots) {
    if (!shot.names.empty()) all.push_back(information_of(shot, place_of));
  }
  const auto n = static_cast<Eigen::Index>(out.size());
  std::vector<double> weights(all.size(), 1.0);
  Eigen::VectorXd x = Eigen::VectorXd::Zero(n);
  Eigen::MatrixXd covariance;
  constexpr int kRounds = 10;
  constexpr double kLimit = 3.0;
  for (int round = 0; round < kRounds; ++round) {
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(n, n);
    Eigen::VectorXd pull = Eigen::VectorXd::Zero(n);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Information& own = all[i];
      normal(own.places, own.places) += weights[i] * own.normal;
      pull(own.places) += weights[i] * own.normal * own.values;
    }
    covariance = normal.inverse();
    x = covariance * pull;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Eigen::VectorXd off = all[i].values - Eigen::VectorXd(x(all[i].places));
      const double squares = off.dot(all[i].normal * off) / static_cast<double>(off.size());
      weights[i] = squares > kLimit * kLimit ? kLimit / std::sqrt(squares) : 1.0;
    }
  }
  for (Eigen::Index i = 0; i < n; ++i) {
    out[static_cast<std::size_t>(i)].value = x[i];
    out[static_cast<std::size_t>(i)].sigma = std::sqrt(covariance(i, i));
  }
  return out;
}

void leave_out(std::span<const SharedValue> shared, ShotRequest& request) {
  for (const SharedValue& value : shared) {
    const bool is_motion = std::erase_if(request.motions, [&](const NamedMotion& m) {
                             return m.name == value.name;
                           }) > 0;
    if (is_motion) continue;
    std::erase_if(request.parameters.ids, [&](plan::ParameterId id) {
      return std::ranges::find(value.ids, id) != value.ids.end();
    });
  }
}

void add_shared(std::span<const SharedValue> shared, const ShotResult& before, ShotResult& to) {
  for (const SharedValue& value : shared) {
    const auto known = std::ranges::find(before.parameters, value.name,
                                         [](const auto& p) { return p.parameter.name; });
    if (known == before.parameters.end()) continue;
    RefinedParameter p = *known;
    p.value += value.value - shared_value(p);
    p.uncertainty = value.sigma;
    to.parameters.push_back(std::move(p));
  }
}

Experiment with_shared(const ShotResult& result, std::span<const SharedValue> shared) {
  plan::ParameterValues<double> values = plan::values_of(result.experiment);
  for (const RefinedParameter& p : result.parameters) {
    const auto at = std::ranges::find(shared, p.parameter.name, &SharedValue::name);
    if (at == shared.end()) continue;
    const double change = at->value - shared_value(p);
    for (std::size_t i = 0; i < p.parameter.ids.size(); ++i) {
      const double weight = p.parameter.weights.empty() ? 1.0 : p.parameter.weights[i];
      values[p.parameter.ids[i]] += weight * change;
    }
  }
  return plan::with_values(result.experiment, values);
}

}  // namespace nanobragg::refine
