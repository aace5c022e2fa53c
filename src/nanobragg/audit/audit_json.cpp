// metrics.json: the numbers of an audit for other programs.
#include <nlohmann/json.hpp>

#include "nanobragg/audit/audit_report.hpp"

namespace nanobragg::audit {
namespace {

using Json = nlohmann::ordered_json;

Json value_of(const std::optional<Entry>& entry) {
  if (!entry) return nullptr;
  if (entry->numbers.empty()) return entry->words;
  if (entry->numbers.size() == 1) return entry->numbers.front();
  return entry->numbers;
}

Json line_of(const std::optional<Entry>& entry) { return entry ? Json(entry->line) : Json(); }

Json row_of(const Difference& row) {
  return {{"key", row.key},
          {"name", describe(row.key, row.at)},
          {"stage", row.stage ? Json(name_of(*row.stage)) : Json()},
          {"class", name_of(row.agreement)},
          {"origin", row.cause == Cause::origin},
          {"a", value_of(row.a)},
          {"b", value_of(row.b)},
          {"absolute", row.absolute},
          {"relative", row.relative},
          {"line_a", line_of(row.a)},
          {"line_b", line_of(row.b)}};
}

Json counts_of(const Comparison& comparison) {
  Json counts = Json::object();
  for (const Agreement agreement : {Agreement::match, Agreement::minor, Agreement::divergent,
                                    Agreement::critical, Agreement::missing}) {
    counts[std::string(name_of(agreement))] = comparison.count(agreement);
  }
  return counts;
}

Json factors_of(const FactorReport& report) {
  Json factors = Json::array();
  for (const Factor& factor : report.factors) {
    factors.push_back({{"name", factor.name},
                       {"a", factor.a},
                       {"b", factor.b},
                       {"ratio", factor.ratio},
                       {"share", factor.share ? Json(*factor.share) : Json()}});
  }
  return factors;
}

Json product_of(const FactorReport& report) {
  return {{"final_ratio", report.final_ratio},
          {"product_ratio", report.product_ratio},
          {"closure_a", report.closure_a},
          {"closure_b", report.closure_b},
          {"explained_by", report.explained_by ? Json(*report.explained_by) : Json()}};
}

Json claims_of(const std::vector<Claim>& claims) {
  Json rows = Json::array();
  for (const Claim& claim : claims) {
    const Reproduction& reproduction = claim.reproduction;
    rows.push_back(
        {{"kind", name_of(claim.kind)},
         {"name", claim.name},
         {"does", claim.does},
         {"num_divergent", reproduction.num_divergent},
         {"printed_otherwise", reproduction.beside},
         {"first_divergence",
          reproduction.first_divergence ? Json(*reproduction.first_divergence) : Json()}});
  }
  return rows;
}

Json explanation_of(const Audit& audit) {
  const Explanation& explanation = *audit.explanation;
  return {{"base", explanation.base},
          {"base_reproduces", explanation.of_base},
          {"explained", explanation.explained},
          {"unfit", explanation.unfit.empty() ? Json() : Json(explanation.unfit)},
          {"before_divergent", explanation.before_divergent},
          {"reproduced_by", claims_of(explanation.found)},
          {"nearest", claims_of(explanation.nearest)},
          {"tried_alone", explanation.tried_alone},
          {"tried_together", explanation.tried_together},
          {"sentences", explanation_sentences(audit)}};
}

}  // namespace

std::string audit_json(const Audit& audit) {
  const Comparison& comparison = audit.comparison;
  Json json{{"a", comparison.name_a},
            {"b", comparison.name_b},
            {"program_a", audit.program_a},
            {"program_b", audit.program_b},
            {"tolerance_rel", comparison.tolerance.relative},
            {"tolerance_lattice_rel", comparison.tolerance.lattice},
            {"first_divergence", nullptr},
            {"first_divergence_detail", nullptr},
            {"num_compared", comparison.num_compared()},
            {"num_divergent", comparison.num_divergent()},
            {"classes", counts_of(comparison)}};
  if (audit.pixel) json["pixel"] = {{"slow", audit.pixel->slow}, {"fast", audit.pixel->fast}};
  if (comparison.first_divergence) {
    const Difference& first = comparison.rows[*comparison.first_divergence];
    json["first_divergence"] = describe(first.key, first.at);
    json["first_divergence_detail"] = row_of(first);
  }
  json["factors"] = audit.factors ? factors_of(*audit.factors) : Json::array();
  if (audit.factors) json["product"] = product_of(*audit.factors);
  json["remarks"] = audit.remarks;
  if (audit.explanation) json["explanation"] = explanation_of(audit);
  json["rows"] = Json::array();
  for (const Difference& row : comparison.rows) json["rows"].push_back(row_of(row));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nanobragg::audit
