// Adds the information of shots, and solves.
#include "nanobragg/refine/shots/shared_parameters.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <tuple>

#include "nanobragg/base/packed.hpp"
#include "nanobragg/distribute/ordered_sum.hpp"
#include "nanobragg/plan/parameters.hpp"

namespace nanobragg::refine {
namespace {

double shared_value(const RefinedParameter& p) {
  return shared_as(p.parameter.ids.front()) == SharedAs::value ? p.value
                                                               : p.value - p.parameter.start;
}

// A shared parameter as a shot has it.
struct Named {
  std::uint64_t shot = 0, place = 0;
  std::string name;
  std::vector<plan::ParameterId> ids;
};
auto members(const Named& v) { return std::tie(v.shot, v.place, v.name, v.ids); }
auto members(Named& v) { return std::tie(v.shot, v.place, v.name, v.ids); }

// Those of all shots of all ranks, each once, as they first appear.
std::vector<SharedValue> names_of(std::span<const PlacedEstimate> own, distribute::Ranks& ranks) {
  std::vector<Named> mine;
  std::map<std::string, std::size_t> known;
  for (const auto& [shot, estimate] : own) {
    for (std::size_t i = 0; i < estimate.names.size(); ++i) {
      const auto [at, is_new] = known.emplace(estimate.names[i], mine.size());
      if (is_new) mine.push_back({shot, i, estimate.names[i], estimate.ids[i]});
      Named& first = mine[at->second];
      if (shot < first.shot) first.shot = shot, first.place = i;
    }
  }
  Packer packer;
  packer.add(mine);
  std::vector<Named> all;
  for (const std::string& bytes : ranks.gather(packer.take())) {
    for (Named& one : Unpacker(bytes, "").take<std::vector<Named>>()) all.push_back(std::move(one));
  }
  std::ranges::sort(all, {}, [](const Named& one) { return std::tuple(one.shot, one.place); });
  std::vector<SharedValue> out;
  for (const Named& one : all) {
    if (std::ranges::find(out, one.name, &SharedValue::name) != out.end()) continue;
    out.push_back({.name = one.name, .ids = one.ids});
  }
  return out;
}

// The matrix of one shot among those of all names.
struct Information {
  std::size_t shot;
  std::vector<Eigen::Index> places;
  Eigen::MatrixXd normal;
  Eigen::VectorXd values;
  double weight = 1.0;
};

Information information_of(const PlacedEstimate& from, const std::vector<SharedValue>& names) {
  const SharedEstimate& shot = from.estimate;
  const auto n = static_cast<Eigen::Index>(shot.names.size());
  Information out{from.shot, {}, {}, Eigen::Map<const Eigen::VectorXd>(shot.values.data(), n)};
  for (const std::string& name : shot.names) {
    out.places.push_back(std::ranges::find(names, name, &SharedValue::name) - names.begin());
  }
  if (n > 0) out.normal = Eigen::Map<const Eigen::MatrixXd>(shot.covariance.data(), n, n).inverse();
  return out;
}

// Normal equations of the shared values, and how many shots know of each.
struct Equations {
  Eigen::MatrixXd normal;
  Eigen::VectorXd pull, shots;
};

// Of all shots of all ranks, with their weights.
Equations equations_of(std::span<const Information> own, Eigen::Index n, std::size_t shots,
                       distribute::Ranks& ranks) {
  const auto size = static_cast<std::size_t>(n * n + 2 * n);
  distribute::OrderedSum sum(shots, size);
  std::vector<double> row(size);
  for (const Information& shot : own) {
    Eigen::Map<Eigen::MatrixXd> normal(row.data(), n, n);
    Eigen::Map<Eigen::VectorXd> pull(row.data() + n * n, n), seen(row.data() + n * n + n, n);
    normal.setZero(), pull.setZero(), seen.setZero();
    if (!shot.places.empty()) {
      normal(shot.places, shot.places) = shot.weight * shot.normal;
      pull(shot.places) = shot.weight * shot.normal * shot.values;
      seen(shot.places).setOnes();
    }
    sum.add(shot.shot, row);
  }
  const std::vector<double> all = sum.total(ranks);
  using Vector = Eigen::Map<const Eigen::VectorXd>;
  return {Eigen::Map<const Eigen::MatrixXd>(all.data(), n, n), Vector(all.data() + n * n, n),
          Vector(all.data() + n * n + n, n)};
}

}  // namespace

SharedAs shared_as(plan::ParameterId id) {
  return is_of_cell(id) ? SharedAs::value : SharedAs::change;
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

std::vector<SharedValue> combined(std::span<const PlacedEstimate> own, std::size_t shots,
                                  distribute::Ranks& ranks) {
  std::vector<SharedValue> out = names_of(own, ranks);
  if (out.empty()) return out;
  std::vector<Information> all;
  for (const PlacedEstimate& estimate : own) all.push_back(information_of(estimate, out));
  const auto n = static_cast<Eigen::Index>(out.size());
  constexpr int kRounds = 10;
  constexpr double kLimit = 3.0;
  for (int round = 0; round < kRounds; ++round) {
    const Equations sum = equations_of(all, n, shots, ranks);
    const Eigen::MatrixXd covariance = sum.normal.inverse();
    const Eigen::VectorXd x = covariance * sum.pull;
    for (Information& shot : all) {
      if (shot.places.empty()) continue;
      const Eigen::VectorXd off = shot.values - Eigen::VectorXd(x(shot.places));
      const double squares = off.dot(shot.normal * off) / static_cast<double>(off.size());
      shot.weight = squares > kLimit * kLimit ? kLimit / std::sqrt(squares) : 1.0;
    }
    for (Eigen::Index i = 0; i < n; ++i) {
      SharedValue& value = out[static_cast<std::size_t>(i)];
      value.value = x[i];
      value.sigma = std::sqrt(covariance(i, i));
      value.shots = static_cast<std::size_t>(sum.shots[i]);
    }
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
