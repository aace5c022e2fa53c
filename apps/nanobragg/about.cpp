// What the program says about itself: --help and --version.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <gemmi/version.hpp>

#include "commands.hpp"
#include "joined_ranks.hpp"
#include "nanobragg/base/parallel_for.hpp"
#include "nanobragg/build_info.hpp"
#include "nanobragg/config/options/help.hpp"
#include "nanobragg/io/images/registry.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"
#include "subcommands.hpp"

namespace nanobragg::app {

int print_overview() {
  std::string text =
      "nanobragg: X-ray diffraction images of crystals, on an absolute scale.\n\n"
      "usage: nanobragg [simulate] FLAGS   render an image with the flags of nanoBragg.c\n"
      "       nanobragg COMMAND …          do something else:\n\n";
  for (const Subcommand& command : subcommands()) {
    text += fmt::format("  {:<10} {}\n", command.name, command.help);
  }
  text +=
      "\nfirst picture:\n"
      "  nanobragg -cell 79 79 38 90 90 90 -wilson 20,1 -dmin 2.5 -N 10 -distance 150 "
      "-pngfile first.png\n\n"
      "nanobragg COMMAND --help   the options of a command\n"
      "nanobragg --version        version, commit, compiler, kernels\n\n"
      "FLAGS\n";
  text += config::help_text();
  std::fputs(text.c_str(), stdout);
  return 0;
}

int print_short_usage() {
  std::string text = "usage: nanobragg [simulate] FLAGS\n       nanobragg COMMAND …\ncommands:";
  for (const Subcommand& command : subcommands()) text += fmt::format(" {}", command.name);
  text += "\nnanobragg --help shows all flags and a first example\n";
  std::fputs(text.c_str(), stderr);
  constexpr int kWrongUsage = 2;
  return kWrongUsage;
}

int print_version() {
  using namespace build_info;
  std::string text = fmt::format("nanobragg {} ({}, {}, {})\nkernels:", kVersion, kGitCommit,
                                 kCompiler, kBuildType);
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    text += fmt::format(" {}", kernel.name);
  }
  text += "\nimages:";
  for (const io::ImageFormat& format : io::image_formats()) {
    text += fmt::format(" {}", fmt::join(format.extensions, " "));
    if (!format.write) text += fmt::format(" (not: built without {})", format.missing);
  }
  text += fmt::format("\nfeatures: oneTBB ({} threads here), PNG, gemmi {} (MTZ, mmCIF), {}\n",
                      default_thread_count(), GEMMI_VERSION, about_mpi());
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace nanobragg::app
