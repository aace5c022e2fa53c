"""refine --experiment by mpirun, in shards, stopped and killed: the same bytes, and what is refused.

    test_refine.py PROGRAM [TEST…]
"""

import json
import math
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
SHOTS = 6
AMPLITUDES = "-wilson 18,3 -dmin 2.2".split()
STILLS = (
    "-cell 79.1 79.1 37.9 90 90 90 -N 60 -gauss_cells -mosaic_spread 0.1 -mosaic_shape gauss "
    "-hdivrange 0.5 -vdivrange 0.3 -divergence_shape gauss -dispersion 0.15 -dispersion_shape gauss "
    "-lambda 1 -distance 80 -detpixels 400 -pixel 0.18 -flux 3e10 -exposure 0.1 -beamsize 0.05 "
    "-crystal_size 50um -background water:100um -kernel analytic -seed 5"
).split() + AMPLITUDES
START = [*AMPLITUDES, *"-N 80 -hdivrange 0.7 -vdivrange 0.45 -divergence_shape gauss".split()]
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
MPIRUN = ["mpirun", "--oversubscribe"]
OPTIONS = ["--experiment", "start.expt", "--spots", "60", "--out", "out", "--shared", "cell"]

program = None
stills = None  # a folder with images and start.expt
expected = None  # the files of one uninterrupted run
has_mpi = False


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run_words(words, folder, code=0):
    done = subprocess.run(
        [str(w) for w in words], cwd=folder, env=ENVIRONMENT, text=True, capture_output=True, timeout=280, check=False
    )
    if done.returncode != code:
        raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def make_stills(folder):
    words = ["stills", "--out", "s_####.cbf", "--images", SHOTS, "--orientations", "random:7", "--", *STILLS]
    run_words([program, *words], folder)
    listed = json.loads((folder / "s.expt").read_text())
    c, s = math.cos(math.radians(0.06)), math.sin(math.radians(0.06))
    for number, crystal in enumerate(listed["crystal"]):
        for edge in "abc":
            x, y, z = crystal[f"real_space_{edge}"]
            turned = [x, c * y - s * z, s * y + c * z] if number % 2 else [c * x - s * z, y, s * x + c * z]
            crystal[f"real_space_{edge}"] = [1.0005 * v for v in turned]
    # A shot that fails is a row with its reason.
    listed["imageset"][2]["images"] = ["gone.cbf"]
    (folder / "start.expt").write_text(json.dumps(listed))


class Shots(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="nanobragg-shots-"))
        self.addCleanup(shutil.rmtree, self.folder)
        # Results name images: all runs see them at one place.
        self.out = self.folder / "out"

    def refine(self, *options, launcher=(), code=0, flags=START, experiment=None):
        words = [*launcher, program, "refine", *OPTIONS, *options, "--", *flags]
        words[words.index("out")] = self.out
        if experiment:
            words[words.index("start.expt")] = experiment
        return run_words(words, stills, code)

    def check_results(self):
        found = contents(self.out)
        # The page says how it was made: the folder is another one.
        self.assertEqual(set(found), set(expected))
        for name, bytes_ in found.items():
            if name != "report.html":
                self.assertTrue(bytes_ == expected[name], name)

    def ranks(self, count):
        if not has_mpi:
            self.skipTest("needs a build with libopenmpi-dev, and openmpi-bin")
        return [*MPIRUN, "-n", count]

    def test_bytes_do_not_depend_on_ranks_and_threads(self):
        for count in (1, 2, 3, 5):
            said = self.refine(launcher=self.ranks(count), flags=[*START, "-threads", 1 + count % 2])
            self.assertLessEqual(said.count("round 2 of 3"), 1)
            self.check_results()
            shutil.rmtree(self.out)

    def test_a_failed_shot_is_a_row(self):
        rows = expected["shots.csv"].decode().splitlines()
        self.assertEqual(len(rows), 1 + SHOTS)
        self.assertIn("failed,", rows[3])
        self.assertIn("gone.cbf", rows[3])

    def interrupt(self, launcher, how, shots=2):
        """Sends a signal once so many shots are done: to the run, or to one of its ranks."""
        words = [*launcher, program, "refine", *OPTIONS, "--", *START]
        words[words.index("out")] = self.out
        run = subprocess.Popen(
            [str(w) for w in words], cwd=stills, env=ENVIRONMENT, text=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        while run.poll() is None and len(list(self.out.glob("unfinished/round_*/shot_*"))) < shots:
            time.sleep(0.005)
        own = subprocess.run(["pgrep", "-P", str(run.pid)], text=True, capture_output=True, check=False)
        os.kill(int(own.stdout.split()[-1]) if launcher else run.pid, how)
        said = run.communicate(timeout=60)[1]
        self.assertFalse((self.out / "shots.csv").exists())
        return run.returncode, said

    def test_a_stopped_run_goes_on(self):
        for shots in (1, SHOTS + 2):
            code, said = self.interrupt([], signal.SIGTERM, shots)
            self.assertEqual(code, RUN_AGAIN, said)
            self.assertIn("the same command goes on from there", said)
        self.assertIn("of 6 shots of round 2 are done", said)
        self.assertIn("goes on with what is there", self.refine())
        self.check_results()

    def test_a_time_limit_stops_it(self):
        said = self.refine("--stop-after", "0.01s", code=RUN_AGAIN)
        self.assertIn("stopped: 0 of 6 shots of round 1 are done", said)
        self.assertFalse(self.out.exists())

    def test_other_words_do_not_go_on(self):
        self.interrupt([], signal.SIGTERM)
        for options, flags in ((["--recipe", "geometry"], START), ([], [*START, "-mosaic_spread", "0.3"])):
            said = self.refine(*options, flags=flags, code=1)
            self.assertIn("the shots of another run are kept here", said)
            self.assertIn("nanobragg refine --experiment start.expt", said)
        other = stills / "other.expt"
        other.write_text((stills / "start.expt").read_text().replace("gone.cbf", "lost.cbf"))
        said = self.refine(experiment=other, code=1)
        self.assertIn("the shots of another run are kept here", said)

    def test_a_killed_run_goes_on(self):
        for launcher in ([], self.ranks(3)):
            self.interrupt(launcher, signal.SIGKILL)
            self.assertIn("goes on with what is there", self.refine())
            self.check_results()
            shutil.rmtree(self.out)

    def test_shards(self):
        def shard(number):
            return subprocess.run(
                [program, "refine", *OPTIONS[:-3], str(self.out), *OPTIONS[-2:], "--shard", f"{number}/2", "--", *START],
                cwd=stills, text=True, capture_output=True, check=False,
            )  # fmt: skip

        codes = []
        while 0 not in codes:
            for number in (1, 2):
                done = shard(number)
                codes.append(done.returncode)
                self.assertIn(done.returncode, (0, RUN_AGAIN), done.stderr)
            self.assertLess(len(codes), 20)
        # Each round waits for both.
        self.assertGreater(codes.count(RUN_AGAIN), 2)
        for number in (1, 2):
            self.assertEqual(shard(number).returncode, 0)
        shutil.rmtree(self.out / "unfinished")
        self.check_results()

    def test_errors_come_from_one_rank_once(self):
        ranks = self.ranks(3)
        for options, code, part in (
            (["--recipe", "quick"], 2, "unknown recipe 'quick'"),
            (["--shots", "9"], 2, "shot 9 of 6"),
            (["--shard", "3/2"], 2, "--shard 3/2 (shards are 1/2 to 2/2)"),
        ):
            said = self.refine(*options, launcher=ranks, code=code)
            self.assertEqual(said.count("nanobragg: "), 1, said)
            self.assertIn(part, said)
            self.assertFalse(self.out.exists())
        said = run_words(
            [*ranks, program, "refine", "--image", "s_0001.cbf", "--parameters", "scale", "--out", self.out],
            stills, 2,
        )  # fmt: skip
        self.assertIn("runs as one process", said)


def main():
    global program, stills, expected, has_mpi
    program = str(Path(sys.argv[1]).resolve())
    version = subprocess.run([program, "--version"], text=True, capture_output=True, check=True).stdout
    has_mpi = "no MPI" not in version and bool(shutil.which("mpirun"))
    with tempfile.TemporaryDirectory(prefix="nanobragg-stills-") as folder:
        stills = Path(folder)
        make_stills(stills)
        run_words([program, "refine", *OPTIONS, "--", *START], stills)
        expected = contents(stills / "out")
        result = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2, exit=False).result
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
