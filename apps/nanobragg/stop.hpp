// Signals that end a long command in good order.
#pragma once

#include <atomic>

namespace nanobragg::app {

// Whether a signal has asked to stop; from listen_for_stop() on.
const std::atomic<bool>& stop_asked();

// The first Ctrl-C (or SIGTERM, a lost terminal, a limit of a batch queue) stops the run in order;
// the second ends the program. A terminal's end that nohup ignores stays ignored.
void listen_for_stop();

}  // namespace nanobragg::app
