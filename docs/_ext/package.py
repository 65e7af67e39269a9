"""What emwidgets is at the moment: what its pages and notebooks show is true of this, and of nothing else."""

import hashlib
from functools import cache
from pathlib import Path

import emwidgets

PACKAGE = Path(emwidgets.__file__).parent


@cache
def package_digest() -> str:
    """Digest of emwidgets: its code, bundles, weights and example images."""
    digest = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*")):
        if file.is_file() and not {"__pycache__", "src"} & set(file.relative_to(PACKAGE).parts):
            digest.update(f"{file.relative_to(PACKAGE)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
