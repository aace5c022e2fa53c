// A panel whose inputs are variables, for stages that are differentiated by dual numbers.
#pragma once

#include <cstddef>

#include "nanobragg/plan/sampling_plan.hpp"

namespace nanobragg::image {

// Each input as the variable of its own place, from 0 on; Slopes has at least kPanelInputs of them.
template <class Slopes>
plan::PanelInputs<Slopes> variable_panel_inputs(const plan::PanelPlan& plan) {
  plan::PanelInputs<Slopes> variables;
  const plan::PanelInputs<double> inputs = plan::panel_inputs(plan);
  std::size_t place = 0;
  plan::for_each_panel_input(
      [&](Slopes& variable, double value) { variable = Slopes::variable(value, place++); },
      variables, inputs);
  return variables;
}

}  // namespace nanobragg::image
