"""A bundle: the whole record in one zip that another office loads; the same record gives the same bytes."""

import hashlib
import json
import tempfile
import zipfile
from importlib.resources import files
from pathlib import Path

from graphkit.errors import ExportError
from graphkit.exporters.redact import Tier, redact
from graphkit.exporters.target import check_suffix, replaced
from graphkit.graph.files import write_parquet
from graphkit.loaders.bundle import CONTENTS, FORMAT, RULES
from graphkit.stores.base import Store

OLDEST = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold


def bundle(store: Store, path: Path | str, *, rules: Path | str | None = None, tier: Tier = "internal") -> Path:
    """Write a store's newest revision as one zip and return its path: raw rows, decisions, rules, hashes; no cache.

    `rules` is the office's rules file (default: the built-in one). For the offices that share the record: it holds
    what is personal, to a `partner` without sensitive properties; the public has no raw rows, and so no bundle.
    Raises ExportError for another suffix or circle of readers, rules that cannot be read, or an unwritable place.
    """
    path, revision = Path(path), store.revision
    check_suffix(path, (".zip",))
    told = _rules(rules)
    if tier == "public":
        hint = "Write tables for the public: graphkit export STORE DIR --tier public."
        raise ExportError("a bundle is made of raw rows, which the public may not read", code="bundle-tier", hint=hint)
    with tempfile.TemporaryDirectory() as folder:
        record = write_parquet(redact(store.read(revision=revision), tier), Path(folder) / "record")
        members = {p.relative_to(record).as_posix(): p.read_bytes() for p in sorted(record.rglob("*")) if p.is_file()}
    members[RULES] = told
    hashes = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in members.items()}
    contents = {"format": FORMAT, "revision": revision, "files": hashes}
    members = {CONTENTS: (json.dumps(contents, indent=1, sort_keys=True) + "\n").encode(), **members}
    with replaced(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, OLDEST)
            # Parquet is packed already.
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
            packed.writestr(info, data)
    return path


def _rules(path: Path | str | None) -> bytes:
    if path is None:
        return (files("graphkit.analysis") / "rules" / "star_link.yaml").read_bytes()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        message = f"the rules {path} cannot be read ({error.strerror})"
        raise ExportError(message, code="rules-unreadable", hint="Check the path.") from error
