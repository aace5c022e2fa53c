// nanobragg view: a page in the browser in which an experiment is moved by hand.
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/view/viewer.hpp"
#include "options.hpp"
#include "stop.hpp"

namespace nanobragg::app {
namespace {

struct Arguments {
  std::vector<std::string> files;
  int port = 0;
  bool without_browser = false;
  std::string address;  // empty: loopback
  std::string idle;     // empty: for ever
};

void describe(Options& app, Arguments& a) {
  app.footer(
      "FILE is an image of any format that the program reads (# stand for the digits of a series: "
      "img_####.cbf),\nor describes an experiment: .toml, .expt, .geom, .json, .mtz, .hkl, .pdb. "
      "Words after -- are flags of the program.\nWithout any of them an example is shown. From "
      "another machine: ssh -L 8000:127.0.0.1:PORT HOST, then open\nhttp://127.0.0.1:8000. Ctrl-C "
      "stops the server.");
  app.add_option("FILE", a.files, "images, and what describes an experiment").type_name("");
  app.add_option("--port", a.port, "the server's port [a free one]")
      .check(between(1, 65535, Shown::no))
      .type_name("N");
  app.add_flag("--no-browser", a.without_browser, "only print the address");
  app.add_option("--listen", a.address,
                 "answer at this address of the machine, not at 127.0.0.1 alone; the address then "
                 "has a token in it")
      .type_name("ADDRESS");
  app.add_option("--idle", a.idle, "stop when no page has been open for so long: 90s, 10min, 2h")
      .type_name("TIME");
}

// Seconds of "90s", "10min" or "2h"; a number alone counts seconds.
double seconds_of(const std::string& text) {
  constexpr const char* kHint = "90s, 10min or 2h, for example";
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  const double scale = unit.empty() || unit == "s" ? 1.0
                       : unit == "min"             ? 60.0
                       : unit == "h"               ? 3600.0
                                                   : 0.0;
  if (end == text.c_str() || scale == 0.0 || !(number > 0.0) || !(number < 1e6)) {
    throw UsageError("--idle: '" + text + "' is not a time", "", kHint);
  }
  return number * scale;
}

// Silently nothing where there is no desktop or no program for it.
void open_in_browser(const std::string& address) {
  if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr) return;
  std::string program = "xdg-open";
  std::string argument = address;
  char* const words[] = {program.data(), argument.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  }
  pid_t child = 0;
  posix_spawnp(&child, "xdg-open", &actions, nullptr, words, environ);
  posix_spawn_file_actions_destroy(&actions);
}

std::string address_of(const Arguments& arguments, const view::AccessRules& rules) {
  const std::string name =
      arguments.address.empty() || arguments.address == "0.0.0.0" ? "127.0.0.1" : arguments.address;
  const bool is_ipv6 = name.find(':') != std::string::npos;
  std::string url =
      "http://" + (is_ipv6 ? "[" + name + "]" : name) + ":" + std::to_string(rules.port) + "/";
  if (!rules.token.empty()) url += "?token=" + rules.token;
  return url;
}

void wait_until_stopped(const view::Viewer& viewer, double longest_idle_s) {
  while (!stop_asked()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (longest_idle_s > 0.0 && viewer.idle().count() > longest_idle_s) {
      std::puts("no page has been open for a while: stopped (--idle)");
      return;
    }
  }
}

}  // namespace

int view(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  Arguments arguments;
  Options app("Shows images, and an experiment that is moved by hand, in the browser.",
              "nanobragg view");
  describe(app, arguments);
  if (const auto code = parse_options(app, {words.begin(), end})) return *code;
  const std::vector<std::string> flags(end == words.end() ? end : end + 1, words.end());
  const double longest_idle_s = arguments.idle.empty() ? 0.0 : seconds_of(arguments.idle);

  listen_for_stop();
  view::Viewer viewer(view::open(arguments.files, flags));
  for (const std::string& text : viewer.opening().warnings) {
    std::fprintf(stderr, "warning: %s\n", text.c_str());
  }
  view::AccessRules rules;
  rules.loopback_alone = arguments.address.empty();
  if (!rules.loopback_alone) rules.token = view::random_token();
  {
    const view::WebServer server(
        rules.loopback_alone ? "127.0.0.1" : arguments.address, arguments.port,
        [&viewer](const view::WebRequest& request) { return viewer.answer(request); },
        [&](int port) {
          rules.port = port;
          viewer.set_rules(rules);
        });
    const std::string address = address_of(arguments, rules);
    std::printf("%s\n", address.c_str());
    std::puts("open this address; Ctrl-C stops");
    std::fflush(stdout);
    if (!arguments.without_browser) open_in_browser(address);
    wait_until_stopped(viewer, longest_idle_s);
    viewer.end();
  }
  return 0;
}

}  // namespace nanobragg::app
