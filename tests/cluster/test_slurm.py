"""The job scripts of examples/clusters on a real Slurm: two nodes on this machine, on loopback.

    test_slurm.py PROGRAM

Starts munged, slurmctld and two slurmd of its own, with files and ports of its own, and ends them.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

SKIPPED = 77  # what ctest takes for "skipped"
NEEDED = {"munged": "munge", "slurmctld": "slurm-wlm", "slurmd": "slurm-wlm", "srun": "slurm-wlm", "mpirun": "openmpi-bin"}
SCRIPTS = Path(__file__).resolve().parents[2] / "examples/clusters"
FLAGS = "-cell 79 79 38 90 90 90 -default_F 80 -lambda 0.9768 -N 5 -detpixels 64 -distance 60 -fluence 1e28 -quiet"

CONFIGURATION = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
SlurmctldPort={ports[0]}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
TmpFS={folder}/tmp-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs={cpus} State=UNKNOWN
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES State=UP MaxTime=INFINITE
"""

program = None


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Slurm:
    """A cluster of two nodes that goes with this object."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="nanobragg-slurm-"))
        self.folder.chmod(0o755)
        for name in ("munge", "state", "spool-n1", "spool-n2", "tmp-n1", "tmp-n2"):
            (self.folder / name).mkdir()
        key = self.folder / "munge/key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        configuration = CONFIGURATION.format(
            folder=self.folder, host=socket.gethostname().split(".")[0], ports=free_ports(3), cpus=os.cpu_count()
        )
        (self.folder / "slurm.conf").write_text(configuration)
        self.environment = {
            **os.environ,
            "SLURM_CONF": str(self.folder / "slurm.conf"),
            # Both nodes have the name of this machine: MPI would take them for one.
            "OMPI_MCA_btl": "tcp,self",
            "PATH": f"{Path(program).parent}:{os.environ['PATH']}",
        }
        self.daemons = []
        munge = [f"--{name}={self.folder}/munge/{name}" for name in ("socket", "pid-file", "log-file", "seed-file")]
        self.start("munged", "--foreground", "--force", f"--key-file={key}", *munge)
        self.wait_for(lambda: (self.folder / "munge/socket").exists(), "munged")
        self.start("slurmctld", "-D")
        for node in ("n1", "n2"):
            self.start("slurmd", "-D", "-N", node)
        self.wait_for(lambda: self.run("sinfo", "-h", "-o", "%T").split() == ["idle"], "idle nodes")

    def start(self, *words):
        with (self.folder / f"{words[0]}.out").open("ab") as log:
            self.daemons.append(subprocess.Popen(words, env=self.environment, stdout=log, stderr=log))

    def run(self, *words, folder=None):
        done = subprocess.run(
            [str(w) for w in words], cwd=folder or self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
        )  # fmt: skip
        return done.stdout

    def wait_for(self, is_there, what, seconds=60):
        end = time.monotonic() + seconds
        while not is_there():
            if time.monotonic() > end:
                logs = "".join(f"{log}:\n{log.read_text()[-2000:]}\n" for log in self.folder.glob("*.log"))
                raise AssertionError(f"no {what} in {seconds} s\n{logs}")
            time.sleep(0.2)

    def submit(self, *words, folder):
        """Runs a job to its end; returns what it printed."""
        self.run("sbatch", "--wait", "--output=job-%A-%a.out", *words, folder=folder)
        self.wait_for(lambda: self.run("squeue", "-h") == "", "empty queue")
        return "".join(path.read_text() for path in folder.glob("job-*.out"))

    def end(self):
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def images(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("job-")}


class Scripts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.slurm = Slurm()
        cls.addClassCleanup(cls.slurm.end)
        cls.slurm.environment.update(IMAGES="30", PER_FILE="4", FLAGS=FLAGS)
        cls.alone = cls.folder("alone")
        subprocess.run(
            [program, *"stills --images 30 --orientations random:1 --images-per-file 4 --out stills.nxs --".split(),
             *FLAGS.split()],
            cwd=cls.alone, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    @classmethod
    def folder(cls, name):
        folder = cls.slurm.folder / name
        folder.mkdir()
        return folder

    def test_mpi(self):
        folder = self.folder("mpi")
        said = self.slurm.submit("--ntasks=3", "--nodes=2", SCRIPTS / "mpi.sh", folder=folder)
        self.assertTrue(images(folder) == images(self.alone), said)

    def test_array(self):
        folder = self.folder("array")
        said = self.slurm.submit("--array=1-3", "--cpus-per-task=1", SCRIPTS / "array.sh", folder=folder)
        self.assertTrue(images(folder) == images(self.alone), said)

    def test_a_job_whose_time_is_over_is_queued_again_and_goes_on(self):
        folder = self.folder("again")
        self.slurm.environment["STOP_AFTER"] = "0.02s"
        try:
            said = self.slurm.run(
                "sbatch", "--ntasks=2", "--output=job.out", "--open-mode=append", SCRIPTS / "mpi.sh", folder=folder
            )
            out = folder / "job.out"
            self.slurm.wait_for(
                lambda: out.exists() and "the same command continues from there" in out.read_text(), "time limit"
            )
            job = said.split()[-1]
            self.slurm.wait_for(lambda: "Restarts=1" in self.slurm.run("scontrol", "show", "job", job), "restart")
        finally:
            del self.slurm.environment["STOP_AFTER"]
            self.slurm.run("scancel", "--user=root")

    def test_a_signal_ends_a_step_in_good_order(self):
        folder = self.folder("signal")
        words = f"stills --images 100000 --out x_######.tif -- {FLAGS}".split()
        step = subprocess.Popen(
            ["srun", "--mpi=pmix", "--ntasks=2", program, *words],
            cwd=folder, env=self.slurm.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.slurm.wait_for(lambda: (folder / "x_000020.tif").exists(), "images")
        self.slurm.run("scancel", "--signal=TERM", "--user=root")
        said, _ = step.communicate(timeout=60)
        self.assertIn("(by a signal): the same command continues from there", said)
        self.assertEqual(step.returncode, 75, said)
        self.assertFalse(list(folder.glob(".nanobragg*")))

    def test_tasks_that_no_mpi_connects_are_refused(self):
        folder = self.folder("unconnected")
        said = self.slurm.run(
            "srun", "--mpi=none", "--ntasks=3", program, *f"stills --images 4 --out x.nxs -- {FLAGS}".split(), folder=folder
        )
        self.assertEqual(said.count("nanobragg: srun started 3 processes"), 1, said)
        self.assertEqual(list(folder.iterdir()), [])


def main():
    global program
    program = Path(sys.argv[1]).resolve()
    missing = sorted({package for tool, package in NEEDED.items() if not shutil.which(tool)})
    if missing:
        print("skipped: apt-get install --no-install-recommends", *missing)
        sys.exit(SKIPPED)
    version = subprocess.run([program, "--version"], text=True, capture_output=True, check=True).stdout
    if os.geteuid() != 0 or "no MPI" in version:
        print("skipped: needs root, for daemons that start jobs, and a program with MPI")
        sys.exit(SKIPPED)
    result = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2, exit=False).result
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
