// Notes the first signal, and leaves the next to end the program.
#include "stop.hpp"

#include <array>
#include <csignal>

#include "nanobragg/io/files/partial_file.hpp"

namespace nanobragg::app {
namespace {

// All that a signal handler may touch.
std::atomic<bool> g_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGXCPU};

extern "C" void ask_to_stop(int /*signal*/) {
  g_stop = true;
  for (const int signal : kSignals) io::remove_partial_files_on_signal(signal);
}

bool is_ignored(int signal) {
  struct sigaction before {};
  return sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
}

}  // namespace

const std::atomic<bool>& stop_asked() { return g_stop; }

void listen_for_stop() {
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  for (const int signal : kSignals) {
    if (signal != SIGHUP || !is_ignored(signal)) sigaction(signal, &action, nullptr);
  }
}

}  // namespace nanobragg::app
