"""What calls leave behind in memory."""
import os
from pathlib import Path

import nanobragg

FLAGS = "-cell 78 78 38 90 90 90 -default_F 100 -N 10 -lambda 1 -distance 200 -detpixels 64 -oversample 1"


def resident_kB():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def test_calls_with_threads_leave_nothing():
    experiment = nanobragg.Experiment.from_flags(FLAGS.split())
    for _ in range(100):
        nanobragg.simulate(experiment, threads=2)
    before = resident_kB()
    calls = 400
    for _ in range(calls):
        nanobragg.simulate(experiment, threads=2)
    # An arena of threads a call was 7.4 kB.
    assert (resident_kB() - before) / calls < 2.0
