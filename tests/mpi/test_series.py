"""sweep and stills by mpirun: the same bytes for any number of ranks, killed ranks, and what is refused.

    test_series.py PROGRAM [TEST…]
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

SKIPPED = 77  # what ctest takes for "skipped"
RUN_AGAIN = 75
FLAGS = (
    "-cell 79 79 38 90 90 90 -default_F 80 -lambda 0.9768 -N 5 -detpixels 100 -distance 60 -fluence 1e28 -quiet"
).split()
# mpirun of Open MPI asks whoever is root to be sure.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
MPIRUN = ["mpirun", "--oversubscribe"]

program = None


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


class Ranks(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="nanobragg-mpi-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_words(self, words, folder, code=0):
        done = subprocess.run(
            [str(w) for w in words], cwd=folder, env=ENVIRONMENT, text=True, capture_output=True, timeout=200
        )
        self.assertEqual(done.returncode, code, f"{words}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def ranks(self, count, *words, code=0, folder=None):
        return self.run_words([*MPIRUN, "-n", count, program, *words], folder or self.folder, code)

    def make(self, name):
        (self.folder / name).mkdir()
        return self.folder / name

    def test_bytes_do_not_depend_on_ranks(self):
        kinds = {
            "one": ["stills", "--images", 11, "--out", "x.nxs"],
            "several": ["stills", "--images", 11, "--out", "x.nxs", "--images-per-file", 3],
            "numbered": ["sweep", "--osc", 0.5, "--images", 11, "--out", "x_##.cbf"],
        }
        for kind, words in kinds.items():
            words = [*words, "--", *FLAGS]
            alone = self.make(kind)
            self.run_words([program, *words], alone)
            for count in (1, 2, 3, 5):
                folder = self.make(f"{kind}{count}")
                said = self.ranks(count, *words, "-threads", 1 + count % 2, folder=folder)
                self.assertEqual(said.count("wrote x.expt"), 0)  # -quiet
                self.assertTrue(contents(folder) == contents(alone), f"{kind}, {count} ranks")

    def test_a_killed_rank_loses_its_piece_and_not_the_run(self):
        words = ["sweep", "--osc", 0.5, "--images", 400, "--images-per-file", 5, "--out", "x.nxs", "--", *FLAGS]
        for _ in range(2):
            before = len(list(self.folder.glob("x_data_*.h5")))
            run = subprocess.Popen(
                [str(w) for w in [*MPIRUN, "-n", 3, program, *words]],
                cwd=self.folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            while run.poll() is None and len(list(self.folder.glob("x_data_*[0-9].h5"))) < before + 4:
                time.sleep(0.01)
            ranks = subprocess.run(
                ["pgrep", "-P", str(run.pid)], text=True, capture_output=True, check=False
            ).stdout.split()
            for rank in ranks[-1:]:
                os.kill(int(rank), signal.SIGKILL)
            run.wait(timeout=60)
        there = len(list(self.folder.glob("x_data_*[0-9].h5")))
        self.assertGreater(there, 4)
        # With another number of ranks.
        self.ranks(2, *words)
        alone = self.make("alone")
        self.run_words([program, *words], alone)
        self.assertTrue(contents(self.folder) == contents(alone))

    def test_time_limit(self):
        words = ["sweep", "--osc", 0.5, "--images", 3000, "--out", "x_####.tif"]
        said = self.ranks(3, *words, "--stop-after", "0.5s", "--", *FLAGS, code=RUN_AGAIN)
        self.assertEqual(said.count("of 3000 images (--stop-after 0.5s): the same command continues"), 1)
        self.assertFalse(list(self.folder.glob(".nanobragg*")))

    def test_errors_come_from_one_rank_once(self):
        series = ["stills", "--images", 4, "--out"]
        for words, code, part in (
            ([*series, "x.nxs", "--", *FLAGS, "-oops"], 2, "unknown flag '-oops'"),
            ([*series, "none/x.nxs", "--", *FLAGS], 1, "cannot write 'none/x.nxs'"),
            ([*series, "x.nxs", "--shard", "3/2", "--", *FLAGS], 2, "--shard 3/2 (shards are 1/2 to 2/2)"),
            (FLAGS, 2, "simulate runs as one process (mpirun started 3)"),
            (["bench"], 2, "bench runs as one process"),
        ):
            said = self.ranks(3, *words, code=code)
            self.assertEqual(said.count("nanobragg: "), 1, said)
            self.assertIn(part, said)
        self.assertEqual(self.ranks(3, "--version").count("kernels:"), 1)
        self.assertEqual(contents(self.folder), {})

    def test_ranks_that_differ_are_refused(self):
        a, b = self.make("a"), self.make("b")
        (a / "x.hkl").write_text("1 0 0 5\n")
        (b / "x.hkl").write_text("1 0 0 6\n")

        def two(first, second, part, folders=(self.folder, self.folder), code=2):
            words = [*MPIRUN, "-n", 1, "-wdir", folders[0], program, *first]
            words += [":", "-n", 1, "-wdir", folders[1], program, *second]
            said = self.run_words(words, self.folder, code)
            self.assertEqual(said.count(part), 1, said)

        out = self.folder / "x.nxs"
        series = ["stills", "--images", 4, "--out"]
        two(
            [*series, out, "--", *FLAGS], [*series, out, "--", *FLAGS, "-seed", 2],
            "the ranks have different words (rank 1 is the first",
        )  # fmt: skip
        amplitudes = [*series, out, "--", *FLAGS, "-hkl", "x.hkl"]
        two(amplitudes, amplitudes, "the ranks have different input files", (a, b))
        (b / "x.hkl").unlink()
        two(amplitudes, amplitudes, "cannot read 'x.hkl'", (a, b), code=1)
        beside = [*series, "x.nxs", "--", *FLAGS]
        two(beside, beside, "the output folder is not the same on all ranks", (a, b), code=1)
        self.assertEqual([path.name for path in self.folder.rglob("*") if path.is_file()], ["x.hkl"])


def main():
    global program
    program = Path(sys.argv[1]).resolve()
    version = subprocess.run([program, "--version"], text=True, capture_output=True, check=True).stdout
    if "no MPI" in version or not shutil.which("mpirun"):
        print("skipped: needs a build with libopenmpi-dev, and openmpi-bin")
        sys.exit(SKIPPED)
    result = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2, exit=False).result
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
