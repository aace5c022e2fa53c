// nanobragg refine: an experiment's numbers from observed images.
#include <algorithm>
#include <array>
#include <cstdio>
#include <span>

#include "commands.hpp"
#include "evaluation_bar.hpp"
#include "joined_ranks.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/refine/refine_run.hpp"
#include "nanobragg/commands/refine/shots/shots_run.hpp"
#include "options.hpp"
#include "shared_work.hpp"
#include "stop.hpp"

namespace nanobragg::app {
namespace {

struct Arguments {
  commands::RefineRequest request;
  commands::ShotsRequest shots;
  std::string loss = "poisson", variance = "model";
  std::optional<double> read_noise;
  bool external = false;
  SharedWork shared;
};

std::string parameter_names() {
  std::string text;
  for (const plan::Parameter& row : plan::parameters()) {
    text += (text.empty() ? "" : ", ") + std::string(row.name);
    if (!row.group.empty()) text += " (" + std::string(row.group) + ")";
  }
  text += ", of one panel of several (panel[k].shift, .turn; panel[*] for all)";
  for (const plan::Parameter& row : plan::motions()) {
    text += ", panel[k]." + std::string(row.name);
  }
  return text;
}

void describe_problem(Options& app, Arguments& a) {
  commands::RefineRequest& r = a.request;
  app.footer("Words after -- are the flags of the starting experiment.\nParameters (groups): " +
             parameter_names() +
             ", F (every amplitude that shows), F(h,k,l) (one of them).\nExit codes: 0 done, 1 "
             "failed, diverged or ended where a parameter is not determined, 2 wrong usage, 75 "
             "stopped: run me again (--experiment).\nCtrl-C (SIGTERM, SIGHUP) stops at the best "
             "state; with --experiment the shots that are done are kept, and the same command goes "
             "on.");
  app.add_option("--image", r.observed.files,
                 "observed images: consecutive frames; # stand for digits (img_####.cbf)");
  app.add_option("--frames", r.observed.frames,
                 "which of them, counted from 1: 3, 1-20 or 1,5-8 [all]")
      .one_each_time();
  app.add_flag("--external-files", a.external,
               "follow what in the images leads to files outside their folder (HDF5)");
  app.add_option("--parameters", r.parameters, "names or groups, separated by commas");
  app.add_option("--pixels", r.pixels, "all, roi:FILE, spots[:N[:HALF]] or random:N[:SEED] [all]");
  app.add_option("--crystal-system", r.crystal_system,
                 "triclinic … cubic, rhombohedral, or auto: as the starting cell looks [auto]");
  app.add_option("--restraint", r.restraints, "name=value:sigma; may be repeated").one_each_time();
  app.add_option("--bound", r.bounds, "name=lower:upper; may be repeated").one_each_time();
  app.add_option("--background", r.background, "none, constant or plane-per-spot [none]");
  app.add_option("--offset", r.observed.offset,
                 "reading of no photon [as the file says, or -adc for SMV, 0 for others]");
  app.add_option("--gain", r.observed.gain, "readings a photon [as the file says, or 1]");
  app.add_option("--out", r.folder, "folder for the results").required();
}

void describe_shots(Options& app, Arguments& a) {
  commands::ShotsRequest& s = a.shots;
  app.add_option("--experiment", s.choice.experiments,
                 "indexed stills, whose images are refined one by one: a .expt file of DIALS or a "
                 "stream of CrystFEL");
  app.add_option("--reflections", s.choice.reflections, "its .refl file [spots are predicted]");
  app.add_option("--shots", s.choice.numbers, "which of its experiments, from 0: 0-9,12 [all]")
      .one_each_time();
  app.add_option("--space-group", s.choice.space_group,
                 "of the crystals, as P43212 [as the .expt file says; P 1 of a stream]");
  app.add_option("--recipe", s.recipe, "still or geometry: what is refined, in stages [still]");
  app.add_option("--panel-groups", s.common.panel_groups,
                 "level of the detector's hierarchy whose groups of panels move as one [geometry: "
                 "1 where it has several]");
  app.add_option("--shared", s.common.shared,
                 "what all shots have in common, as in --parameters, and group: panel groups "
                 "[geometry: panels and detector]");
  app.add_option(
      "--amplitudes", s.amplitudes,
      "fixed, restrained[:SIGMA] or free [restrained:0.2 with -hkl or -model, else free]");
  app.add_option("--spots", s.choice.spots, "of a shot, at most, where they are predicted [500]")
      .check(above_zero());
  app.add_option("--margin", s.choice.margin, "pixels of a box beyond its spot [3]")
      .check(count_up_to(100));
  app.add_option("--rounds", s.effort.rounds,
                 "of all shots, each with the amplitudes of the one before [3 where several]")
      .check(above_zero());
  app.add_option("--spot-error", s.errors.of_spots,
                 "what the model cannot know of a spot, as a part of it [estimated]")
      .check(zero_or_more());
  describe_shared_work(app, a.shared,
                       "refine every N-th shot from the I-th on, for jobs that share the shots; "
                       "run all again (exit code 75) until the last one puts all together");
}

void describe_method(Options& app, Arguments& a) {
  commands::RefineRequest& r = a.request;
  app.add_option("--method", r.method, "lm, lbfgs or adam [lm]");
  app.add_option("--iterations", r.iterations, "at most [100 for lm, 200]").check(above_zero());
  app.add_option("--loss", a.loss, "poisson or gaussian [poisson]")
      .check(one_of({"poisson", "gaussian"}));
  app.add_option("--variance", a.variance, "of gaussian: that of the model or observed [model]")
      .check(one_of({"model", "observed"}));
  app.add_option("--read-noise", a.read_noise,
                 "photons: of gaussian [1], or of --experiment [estimated]");
  app.add_option("--robust", r.loss.huber,
                 "deviations beyond which a pixel counts less (Huber) [3 with --experiment]")
      .check(above_zero());
}

// Options that the other kind of refinement alone has.
void check_kind(std::span<const std::string> words, bool is_of_shots) {
  constexpr std::array kOfImages{"--frames", "--pixels", "--background",
                                 "--method", "--loss",   "--variance"};
  constexpr std::array kOfShots{"--reflections", "--shots",        "--recipe",      "--amplitudes",
                                "--spots",       "--margin",       "--rounds",      "--spot-error",
                                "--shared",      "--panel-groups", "--space-group", "--shard",
                                "--stop-after"};
  const std::span<const char* const> others =
      is_of_shots ? std::span<const char* const>(kOfImages) : kOfShots;
  for (const std::string& word : words) {
    const std::string name = word.substr(0, word.find('='));
    if (std::ranges::find(others, name) == others.end()) continue;
    throw UsageError(is_of_shots ? "an option of images (with --experiment)"
                                 : "an option of --experiment (which is not given)",
                     name, is_of_shots ? "leave it out" : "--experiment indexed.expt");
  }
}

// What both kinds of refinement have in common.
commands::ShotsRequest shots_of(const Arguments& a) {
  commands::ShotsRequest out = a.shots;
  const commands::RefineRequest& r = a.request;
  out.observed = r.observed;
  if (!r.parameters.empty()) {
    std::string names;
    for (const std::string& name : r.parameters) names += (names.empty() ? "" : ",") + name;
    out.parameters = names;
  }
  out.crystal_system = r.crystal_system;
  out.limits = {r.restraints, r.bounds};
  out.errors.read_noise = a.read_noise;
  if (r.loss.huber) out.errors.robust = *r.loss.huber;
  if (r.iterations > 0) out.effort.iterations = r.iterations;
  out.folder = r.folder;
  out.flags = r.flags;
  return out;
}

}  // namespace

int refine(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  Arguments arguments;
  Options app("Refines parameters of an experiment against observed images.", "nanobragg refine");
  describe_problem(app, arguments);
  describe_shots(app, arguments);
  describe_method(app, arguments);
  if (const auto code = parse_options(app, {words.begin(), end})) return *code;

  const bool is_of_shots = !arguments.shots.choice.experiments.empty();
  check_kind({words.begin(), end}, is_of_shots);
  commands::RefineRequest& request = arguments.request;
  if (!is_of_shots && request.observed.files.empty()) {
    throw UsageError("no image", "", "--image FILE, or --experiment FILE.expt of indexed stills");
  }
  if (!is_of_shots && request.parameters.empty()) {
    throw UsageError("nothing to refine", "", "--parameters cell,misset,scale, for example");
  }
  request.flags.assign(end == words.end() ? end : end + 1, words.end());
  if (arguments.external) request.observed.external = io::ExternalFiles::anywhere;
  request.loss.read_noise = arguments.read_noise.value_or(request.loss.read_noise);
  if (arguments.loss == "gaussian") request.loss.kind = refine::LossKind::gaussian;
  if (arguments.variance == "observed") request.loss.variance = refine::Variance::observed;
  std::vector<std::string> command_line{"nanobragg", "refine"};
  command_line.insert(command_line.end(), words.begin(), words.end());

  if (!is_of_shots && ranks().count() > 1) {
    throw UsageError("a refinement of one experiment runs as one process", "--image",
                     "start it without mpirun; --experiment shares shots");
  }
  const commands::ShotsShare share{&ranks(), parse_shard(arguments.shared.shard)};
  const StopRule stop(arguments.shared.stop_after);
  listen_for_stop();
  EvaluationBar bar;
  const commands::RefineConsole console{[&bar](const std::string& text) {
                                          bar.clear();
                                          std::fputs(text.c_str(), stdout);
                                          std::fflush(stdout);
                                        },
                                        [&bar](const std::string& text) {
                                          bar.clear();
                                          std::fprintf(stderr, "warning: %s\n", text.c_str());
                                        },
                                        [&stop] { return stop(); },
                                        [&bar](double part) { bar.show(part); }};
  if (is_of_shots) {
    const auto outcome = commands::run_shots(shots_of(arguments), share, command_line, console);
    return outcome.refined == 0 ? 1 : 0;
  }
  const refine::Result result = commands::run_refinement(request, command_line, console);
  const bool failed =
      result.outcome == refine::Outcome::diverged || !result.correlations.undetermined.empty();
  return failed ? 1 : 0;
}

}  // namespace nanobragg::app
