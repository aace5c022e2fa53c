// Writes the summary with nlohmann's JSON, which keeps every digit of a double.
#include "nanobragg/compare/report.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace nanobragg::compare {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(PixelIndex p) { return {{"slow", p.slow}, {"fast", p.fast}}; }
Json to_json(PixelPosition p) { return {{"slow", p.slow}, {"fast", p.fast}}; }
Json to_json(ImageShape s) { return {{"slow", s.slow}, {"fast", s.fast}}; }

template <class T>
Json object_or_null(const std::optional<T>& value) {
  return value ? to_json(*value) : Json(nullptr);
}

Json to_json(const UlpHistogram& histogram) {
  Json buckets = Json::array();
  for (const UlpBucket& bucket : histogram) {
    buckets.push_back(
        {{"from", bucket.from}, {"to", or_null(bucket.to)}, {"pixels", bucket.pixels}});
  }
  return buckets;
}

Json to_json(const PeakComparison& peaks) {
  return {{"reference", peaks.reference.size()},
          {"candidate", peaks.candidate.size()},
          {"matched", peaks.matches.size()},
          {"gate_px", peaks.gate_px},
          {"mean_displacement_px", or_null(peaks.mean_displacement_px())},
          {"max_displacement_px", or_null(peaks.max_displacement_px())},
          {"typical_distance_px", or_null(peaks.typical_distance_px)},
          {"typical_width_px", or_null(peaks.typical_width_px)}};
}

// JSON has no infinity, which the d-spacing of the direct beam is: null.
Json to_json(const std::vector<ProfileBin>& bins, std::string_view unit) {
  Json rows = Json::array();
  for (const ProfileBin& bin : bins) {
    Json row;
    row["from_" + std::string(unit)] = bin.from;
    row["to_" + std::string(unit)] = bin.to;
    row["pixels"] = bin.pixels;
    row["mean_reference"] = bin.mean_reference;
    row["mean_candidate"] = bin.mean_candidate;
    row["ratio"] = or_null(bin.ratio);
    row["correlation"] = or_null(bin.correlation);
    rows.push_back(std::move(row));
  }
  return rows;
}

void add_metrics(Json& json, const Metrics& m) {
  json["pixels"] = m.pixels;
  json["correlation"] = or_null(m.correlation);
  json["mse"] = m.mse;
  json["rmse"] = m.rmse();
  json["max_abs_diff"] = m.max_abs_diff;
  json["max_abs_diff_at"] = object_or_null(m.max_abs_diff_at);
  json["max_reference"] = m.max_reference;
  json["sum_reference"] = m.sum_reference;
  json["sum_candidate"] = m.sum_candidate;
  json["sum_ratio"] = or_null(m.sum_ratio);
  json["ssim"] = m.ssim;
  json["ulp_histogram"] = to_json(m.ulp_histogram);
}

void add_comparison(Json& json, const Comparison& comparison) {
  json["shape"] = to_json(comparison.shape);
  json["region"] = {{"first", to_json(comparison.region.first)},
                    {"last", to_json(comparison.region.last)}};
  add_metrics(json, comparison.metrics);
  json["peaks"] = to_json(comparison.peaks);
  if (comparison.table.kind == ShellKind::resolution_A) {
    json["resolution_shells"] = to_json(comparison.table.shells, "A");
  } else {
    json["radius_shells"] = to_json(comparison.table.shells, "px");
  }
  json["radial_centre"] = to_json(comparison.centre);
  json["radial_profile"] = to_json(comparison.radial, "px");
}

void add_source(Json& json, const Source& source, const std::string& side) {
  json[side] = source.name;
  if (!source.command.empty()) json["command_" + side] = source.command;
  json["shape_" + side] = object_or_null(source.shape);
  if (!source.run) return;
  json["exit_code_" + side] = source.run->signal == 0 ? Json(source.run->exit_code) : Json(nullptr);
  json["signal_" + side] = source.run->signal == 0 ? Json(nullptr) : Json(source.run->signal);
  json["runtime_" + side + "_ms"] = source.run->wall_ms;
  json["peak_memory_" + side + "_kb"] = source.run->peak_memory_kb;
}

}  // namespace

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::below_threshold:
      return "below_threshold";
    case Verdict::scale_differs:
      return "scale_differs";
    case Verdict::shapes_differ:
      return "shapes_differ";
    case Verdict::program_failed:
      return "program_failed";
    case Verdict::unreadable:
      break;
  }
  return "unreadable";
}

bool same_scale(const Metrics& metrics, const Criteria& criteria) {
  return !criteria.sum_tolerance || std::abs(metrics.sum_candidate - metrics.sum_reference) <=
                                        *criteria.sum_tolerance * std::abs(metrics.sum_reference);
}

Verdict judge(const Metrics& metrics, const Criteria& criteria) {
  const bool reaches = metrics.correlation && *metrics.correlation >= criteria.threshold;
  if (!reaches) return Verdict::below_threshold;
  return same_scale(metrics, criteria) ? Verdict::pass : Verdict::scale_differs;
}

std::string summary_json(const Report& report) {
  Json json;
  json["verdict"] = word_of(report.verdict);
  json["threshold"] = report.criteria.threshold;
  json["sum_tolerance"] = or_null(report.criteria.sum_tolerance);
  if (!report.problem.empty()) json["problem"] = report.problem;
  add_source(json, report.reference, "reference");
  add_source(json, report.candidate, "candidate");
  if (report.comparison) add_comparison(json, *report.comparison);
  json["notes"] = report.notes;
  json["next"] = report.next;
  // Names of files need not be UTF-8; JSON must be.
  constexpr int kIndent = 2;
  return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nanobragg::compare
