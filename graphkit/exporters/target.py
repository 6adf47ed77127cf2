"""Where an export goes: a file or a directory that changes as a whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from graphkit.errors import ExportError


def check_suffix(path: Path, known: Collection[str]) -> str:
    """Return the suffix of a path in lower case, or raise ExportError naming the ones that can be written."""
    suffix = path.suffix.lower()
    if suffix not in known:
        what = f"{path.name!r} ends in {path.suffix!r}" if path.suffix else f"{path.name!r} has no suffix"
        hint = f"End the name in one of {', '.join(sorted(known))}."
        raise ExportError(f"{what}, which names no form of this export", code="unknown-format", hint=hint)
    return suffix


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of the file when all is written; missing folders are made."""
    if path.is_dir():
        raise ExportError(f"{path} is a directory", code="target-in-use", hint="Name a file.")
    part = _beside(path)
    try:
        yield part
        _move(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def replaced_directory(path: Path, mark: str) -> Iterator[Path]:
    """Give a directory to fill, which takes the place of `path`: absent, empty, or one that holds the file `mark`."""
    held = path.is_dir() and any(path.iterdir())
    if (path.exists() and not path.is_dir()) or (held and not (path / mark).is_file()):
        message = f"{path} holds other files and is left alone"
        raise ExportError(message, code="target-in-use", hint="Choose a new or empty directory.")
    part = _beside(path)
    part.mkdir()
    try:
        yield part
        if path.is_dir():
            old = _beside(path)
            _move(path, old)
            _move(part, path)
            shutil.rmtree(old)
        else:
            _move(part, path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _beside(path: Path) -> Path:
    """Name a hidden neighbour: on the same disk, so that taking the place is one step."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        part = Path(name)
        part.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error
    return part


def _move(part: Path, path: Path) -> None:
    try:
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ExportError:
    message = f"{path} cannot be written ({error.strerror or error})"
    hint = "Close the file where it is open, or choose another place."
    return ExportError(message, code="target-unwritable", hint=hint)
