"""Which files are reports in words, and not tables: by their suffix and their first bytes."""

import zipfile
from pathlib import Path

from graphkit.loaders.description import FILE_NAME
from graphkit.loaders.tables.ooxml import BAD_ZIP

SUFFIXES = frozenset({".txt", ".text", ".md", ".htm", ".html", ".docx", ".doc", ".pdf"})
TEXTS = frozenset({".txt", ".text"})  # these may hold a table too
NOTES = ".md"  # in a folder it tells of the folder
WORD = "word/document.xml"
LOOKED_AT = 1 << 16
MOST_LINES = 50


def is_document(path: Path) -> bool:
    """Tell whether a file is a report in words; a text file whose lines are split by tabs or commas is a table."""
    if not path.is_file():
        return False
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            head = file.read(LOOKED_AT)
    except OSError:
        return False  # whoever reads it says why it cannot be read
    if suffix in TEXTS:
        return not _is_tabular(head)
    return suffix in SUFFIXES or head.startswith(b"%PDF-") or _is_word(path, head)


def find_documents(path: Path) -> list[Path]:
    """List the reports at a path, sorted: the file itself, or those of a folder in which no dataset lies."""
    if path.is_file():
        return [path] if is_document(path) else []
    if not path.is_dir() or next(path.rglob(FILE_NAME), None) is not None:
        return []
    files = (file for file in path.rglob("*") if not file.name.startswith((".", "~")) and file.suffix.lower() != NOTES)
    return sorted(file for file in files if is_document(file))


def _is_word(path: Path, head: bytes) -> bool:
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(path) as packed:
            return WORD in packed.namelist()
    except BAD_ZIP:
        return False


def _is_tabular(head: bytes) -> bool:
    """Tell whether most lines hold a tab, or two commas or semicolons as programs write them."""
    lines = [line for line in head.splitlines()[:MOST_LINES] if line.strip()]
    split = [line for line in lines if b"\t" in line or line.count(b",") > 1 or line.count(b";") > 1]
    return len(lines) > 1 and 2 * len(split) > len(lines)
