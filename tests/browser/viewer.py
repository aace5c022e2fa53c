"""What tests of the viewer share: a server, requests, and tiles."""
import http.client
import json
import struct
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else "nanobragg"
MEASURED = Path(__file__).resolve().parents[3] / "shared/measured"

# A small still of smooth spots on a background.
STILL = (
    "-cell 79.1 79.1 37.9 90 90 90 -misset 12 -33 57 -wilson 18,1 -dmin 2 -gauss_cells -N 40 -mosaic_shape gauss "
    "-mosaic 0.2 -lambda 1 -distance 150 -pixel 0.2 -detpixels 600 -fluence 1e24 -water 50"
).split()


class Server:
    """nanobragg view, until the end of a with statement."""

    def __init__(self, *words, folder=None):
        self.words = [PROGRAM, "view", "--no-browser", *words]
        self.folder = folder

    def __enter__(self):
        self.process = subprocess.Popen(
            self.words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.address = self.process.stdout.readline().strip()
        if not self.address.startswith("http"):
            self.process.wait()
            raise AssertionError(f"no address: {self.process.stderr.read()}")
        self.host = urllib.parse.urlsplit(self.address).netloc
        self.port = int(self.host.rsplit(":", 1)[1])
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Stops it as Ctrl-C does, and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(2)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.returncode

    def get(self, path, headers=None):
        """Status, headers and bytes."""
        return self.ask("GET", path, None, headers)

    def post(self, path, message, headers=None):
        """Status and the answer, which is JSON."""
        status, _, body = self.ask("POST", path, json.dumps(message).encode(), headers)
        return status, json.loads(body)

    def ask(self, method, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), content

    def json(self, path):
        status, _, body = self.get(path)
        if status != 200:
            raise AssertionError(f"{path}: {status} {body[:300]}")
        return json.loads(body)

    def full(self):
        """The version of the complete computed image, as soon as it is there."""
        while True:
            version = self.json("/api/pulse")["version"]
            status, _, _ = self.get(f"/api/full?version={version}")
            if status == 200:
                return version
            if status != 202:
                raise AssertionError(f"no image: {status}")

    def computed(self, shape):
        """The complete computed image, rows of photons."""
        version = self.full()
        return self.image("/api/full-tile", {"version": version}, shape)

    def image(self, path, parameters, shape):
        """An image of one panel put together from its tiles at the finest level."""
        rows, columns = shape
        out = [[0.0] * columns for _ in range(rows)]
        for y in range(0, rows, 256):
            for x in range(0, columns, 256):
                query = urllib.parse.urlencode({**parameters, "x": x, "y": y})
                status, _, body = self.get(f"{path}?{query}")
                if status != 200:
                    raise AssertionError(f"no tile: {status}")
                tile = tile_of(body)
                for i in range(tile["rows"]):
                    part = tile["values"][i * tile["columns"] : (i + 1) * tile["columns"]]
                    out[y + i][x : x + tile["columns"]] = part
        return out


def tile_of(body):
    """The first block of an answer."""
    panel, level, x, y, columns, rows = struct.unpack_from("<6I", body)
    count = rows * columns
    values = struct.unpack_from(f"<{count}f", body, 24)
    kinds = body[24 + 4 * count : 24 + 5 * count]
    return {"panel": panel, "level": level, "x": x, "y": y, "columns": columns, "rows": rows, "values": values, "kinds": kinds}


def run(*words, folder=None):
    """The program, which must succeed."""
    done = subprocess.run([PROGRAM, *words], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done


def floats(file, shape):
    """Rows of a file of 4-byte floats."""
    rows, columns = shape
    data = struct.unpack(f"<{rows * columns}f", Path(file).read_bytes())
    return [data[i * columns : (i + 1) * columns] for i in range(rows)]


def field(state, path):
    """The values of a field of the state."""
    for group in state["groups"]:
        for row in group["fields"]:
            if row["path"] == path:
                return row["values"]
    raise AssertionError(path)


class FolderTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


def main():
    """Runs the tests of the calling module."""
    unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
