// The subcommands, one file each. They take the words after their name and return the
// exit code; what goes wrong is thrown.
#pragma once

#include <string>
#include <vector>

namespace nanobragg::app {

// The main job: the flags of nanoBragg.c.
int simulate(const std::vector<std::string>& flags);

// Amorphous scattering alone: the flags of nonBragg.
int background(const std::vector<std::string>& words);

// The names that -background knows.
int materials(const std::vector<std::string>& arguments);

// A rotation data set.
int sweep(const std::vector<std::string>& words);

// A series of stills.
int stills(const std::vector<std::string>& words);

// What shards of a series have written, put together.
int gather(const std::vector<std::string>& words);

// The read-out of a detector, on an image of photons.
int noisify(const std::vector<std::string>& words);

// Images added photon by photon.
int add(const std::vector<std::string>& words);

// Derivatives, three ways.
int gradcheck(const std::vector<std::string>& words);

// Every factor of a pixel, with the evidence in a folder.
int trace(const std::vector<std::string>& arguments);

// The first divergence between two traces.
int audit(const std::vector<std::string>& arguments);

// The generated tables of docs/.
int docs(const std::vector<std::string>& arguments);

// Two programs, or two images.
int compare(const std::vector<std::string>& words);

// An experiment's numbers from observed images.
int refine(const std::vector<std::string>& words);

// Images and an experiment, in the browser.
int view(const std::vector<std::string>& words);

// The detectors that -detector knows.
int detectors(const std::vector<std::string>& arguments);

// The speed of the kernels on this machine.
int bench(const std::vector<std::string>& arguments);

int print_overview();
int print_short_usage();
int print_version();

}  // namespace nanobragg::app
