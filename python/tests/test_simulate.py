"""Images as arrays."""
import signal
import subprocess
import sys
import textwrap
import warnings

import numpy
import pytest

import nanobragg


def test_shape_and_type(experiment):
    image = nanobragg.simulate(experiment)
    assert image.shape == (30, 40)
    assert image.dtype == numpy.float32
    assert image.max() > 100 * numpy.median(image)
    assert nanobragg.simulate(experiment, numpy.float64).dtype == numpy.float64


def test_precisions_agree(experiment):
    exact = nanobragg.simulate(experiment, "float64")
    assert numpy.abs(nanobragg.simulate(experiment) - exact).max() < 1e-5 * exact.max()


def test_is_what_the_program_writes(flags, program, tmp_path):
    subprocess.run([program, *flags, "-floatfile", tmp_path / "f.bin"], cwd=tmp_path, check=True)
    written = numpy.fromfile(tmp_path / "f.bin", "float32")
    image = nanobragg.simulate(nanobragg.Experiment.from_flags(flags))
    assert image.tobytes() == written.tobytes()


def test_reference_mode_is_what_the_program_writes(flags, program, tmp_path):
    flags += ["-compat", "reference"]
    subprocess.run([program, *flags, "-floatfile", tmp_path / "f.bin"], cwd=tmp_path, check=True)
    image = nanobragg.simulate(nanobragg.Experiment.from_flags(flags))
    assert image.tobytes() == (tmp_path / "f.bin").read_bytes()


def test_does_not_depend_on_threads(experiment):
    one = nanobragg.simulate(experiment, "float64", threads=1)
    assert (nanobragg.simulate(experiment, "float64", threads=3) == one).all()


def test_region_of_interest(flags, experiment):
    part = nanobragg.Experiment.from_flags([*flags, "-roi", "10", "19", "5", "14"])
    image, whole = nanobragg.simulate(part), nanobragg.simulate(experiment)
    assert (image[5:15, 10:20] == whole[5:15, 10:20]).all()
    image[5:15, 10:20] = 0
    assert not image.any()


def test_array_outlives_the_experiment():
    def image():
        flags = "-cell 40 50 60 90 90 90 -default_F 10 -N 3 -lambda 1 -distance 60 -detpixels 20"
        return nanobragg.simulate(nanobragg.Experiment.from_flags(flags.split()))

    first = image()
    assert not first.flags.owndata and first.flags.writeable
    assert (first == image()).all()


def test_other_types_are_refused(experiment):
    with pytest.raises(nanobragg.UsageError, match="images of int32"):
        nanobragg.simulate(experiment, "int32")


LONG = """
    import os, signal, threading, time
    import nanobragg
    flags = "-cell 40 50 60 90 90 90 -default_F 10 -N 3 -lambda 1 -distance 60"
    experiment = nanobragg.Experiment.from_flags(
        flags.split() + "-detpixels_f 50 -detpixels_s 60000 -oversample 40 -mosaic 1 -mosaic_domains 50 -kernel scalar".split())
"""


def run_long(code):
    """Runs code with an experiment that takes many minutes."""
    text = textwrap.dedent(LONG) + textwrap.dedent(code)
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", text], timeout=60, capture_output=True, check=False
    )


def test_other_threads_run_meanwhile():
    done = run_long(
        """
        threading.Thread(target=nanobragg.simulate, args=(experiment,)).start()
        time.sleep(0.3)
        os._exit(42)
        """
    )
    assert done.returncode == 42, done.stderr


def test_interrupt_ends_it():
    done = run_long(
        """
        def interrupt(*_):
            raise KeyboardInterrupt
        signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        try:
            nanobragg.simulate(experiment)
        except KeyboardInterrupt:
            os._exit(42)
        """
    )
    assert done.returncode == 42, done.stderr


@pytest.mark.parametrize("work", [
    "nanobragg.simulate(experiment)",
    "nanobragg.gradient(experiment, __import__('numpy').ones((60000, 50)))",
])
@pytest.mark.parametrize("daemon", [True, False])
def test_interrupt_while_a_worker_computes(work, daemon):
    """Python waits for a worker that is no daemon until it is interrupted again."""
    done = run_long(
        f"""
        def interrupt():
            for _ in range(1 if {daemon} else 2):
                time.sleep(0.5)
                os.kill(os.getpid(), signal.SIGINT)
        worker = threading.Thread(target=lambda: {work}, daemon={daemon})
        worker.start()
        threading.Thread(target=interrupt, daemon=True).start()
        worker.join()
        """
    )
    assert done.returncode == -signal.SIGINT, done.stderr
    assert b"KeyboardInterrupt" in done.stderr


def test_progress_is_told(experiment):
    told = []
    image = nanobragg.simulate(experiment, progress=lambda done, pixels: told.append((done, pixels)))
    assert told[-1] == (1200, 1200) and (image == nanobragg.simulate(experiment)).all()
    large = nanobragg.Experiment.from_flags(
        "-cell 40 50 60 90 90 90 -N 5 -default_F 100 -lambda 1.2 -distance 60 -detpixels 700 -oversample 20 "
        "-kernel simd -threads 1".split())
    told.clear()
    nanobragg.simulate(large, progress=lambda done, pixels: told.append((done, pixels)))
    assert len(told) > 1 and told == sorted(told) and told[-1] == (490000, 490000)

    def enough(done, pixels):
        raise RuntimeError("enough")
    with pytest.raises(RuntimeError, match="enough"):
        nanobragg.simulate(large, progress=enough)


def test_warnings_point_at_the_line_that_called():
    flags = "-cell 40 50 60 90 90 90 -N 5 -default_F 100 -lambda 1.2 -distance 60 -detpixels 16 -oversample 1 -sdet_rotx 2".split()
    flags = [*flags[:-2], "-adc", "40", "-mosaic_dom", "1", "-mosaic", "0.5"]
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("default")
        for _ in range(3):
            nanobragg.Experiment.from_flags(flags)
    assert given and {w.filename for w in given} == {__file__}
    texts = [str(w.message) for w in given]
    assert len(texts) == len(set(texts))
