"""The Python code of the documents, run as a reader would run it."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    document for pattern in ("*.md", "docs/*.md", "examples/**/*.md") for document in ROOT.glob(pattern)
    if "\n```python\n" in document.read_text(encoding="utf-8")
)


def test_the_documents_are_found():
    assert ROOT / "docs/python.md" in DOCUMENTS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_of_a_document_runs(document, program):
    pytest.importorskip("torch", reason="apt-get install python3-torch")
    done = subprocess.run(
        [sys.executable, "-B", ROOT / "tests/docs/run_blocks.py", program, document, "--python", os.environ["PYTHONPATH"]],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
