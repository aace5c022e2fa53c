// Standard input, output and error: that they are there, and that what was written arrived.
#pragma once

namespace nanobragg::app {

// A file that is opened must not become standard output or error, where the caller closed one of
// them: a placeholder that cannot be written takes its number.
void keep_places_of_streams();

// Whether all that was printed has arrived; says so on standard error where it has not. That nobody
// reads a pipe any more is not reported: its user closed it.
bool flush_output();

}  // namespace nanobragg::app
