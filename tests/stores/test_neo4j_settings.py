"""How a server is named: what a URI may hold, and that no secret shows. No server is needed."""

from pathlib import Path

import pytest

import graphkit as gk
from graphkit.stores.neo4j.connect import Settings, checked_version, redacted, settings_from


@pytest.mark.parametrize(
    "uri",
    [
        "bolt://user:s3cret@host",
        "neo4j+s://user:s3cret@host:7687",
        "neo4j://s3cret@localhost",
        "bolt://user:s3cret/x@y?z#@host:7687",
        "bolt://user:s3@cret@host",
        "http://user:s3cret@host",
        "neo4j://user:s3cret@[::1",
    ],
)
def test_a_uri_with_a_password_is_refused_without_showing_it(uri: str) -> None:
    for attempt in (lambda: Settings(uri), lambda: gk.open_store(uri), lambda: settings_from({"NEO4J_URI": uri})):
        if uri.startswith("http") and attempt is not None:
            with pytest.raises(gk.StoreError) as caught:
                Settings(uri)
        else:
            with pytest.raises(gk.StoreError) as caught:
                attempt()
        assert caught.value.code == "password-in-uri"
        shown = f"{caught.value}{caught.value!r}{caught.value.fields}"
        assert "s3" not in shown and "cret" not in shown and "NEO4J_PASSWORD" in caught.value.hint


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("ftp://host", "unknown-scheme"),
        ("host:7687", "unknown-scheme"),
        ("neo4j://", "bad-uri"),
        ("neo4j://localhost/people", "bad-uri"),
        ("neo4j://localhost:port", "bad-uri"),
        ("neo4j://example.org", "unencrypted"),
        ("bolt://10.0.0.5:7687", "unencrypted"),
        ("bolt://localhost.example.org", "unencrypted"),
        ("bolt://127.0.0.1.example.org", "unencrypted"),
        ("neo4j+ssc://example.org", "unverified"),
        ("bolt+ssc://localhost", "unverified"),
    ],
)
def test_other_uris_are_refused_with_a_hint(uri: str, code: str) -> None:
    with pytest.raises(gk.StoreError) as caught:
        Settings(uri)
    assert caught.value.code == code and caught.value.hint
    if code in ("unencrypted", "unverified"):
        assert "--insecure" in caught.value.hint and Settings(uri, insecure=True).uri == uri


@pytest.mark.parametrize(
    "uri",
    [
        "neo4j://localhost",
        "bolt://127.0.0.1:7687",
        "bolt://127.8.8.8",
        "bolt://[::1]:7687",
        "neo4j+s://example.org",
        "bolt+s://example.org:7687/",
        "neo4j://localhost:7687?policy=eu",
    ],
)
def test_loopback_and_encrypted_uris_are_taken(uri: str) -> None:
    assert Settings(uri).uri == uri


def test_settings_come_from_a_mapping_and_hide_the_password(tmp_path: Path) -> None:
    values = {"NEO4J_URI": "neo4j+s://a.example.org", "NEO4J_USERNAME": "u", "NEO4J_PASSWORD": "s3cret"}
    found = settings_from({**values, "NEO4J_DATABASE": "people"})
    assert (found.uri, found.username, found.password, found.database) == (values["NEO4J_URI"], "u", "s3cret", "people")
    assert "s3cret" not in repr(found) and "s3cret" not in str(found)
    assert settings_from(values, "bolt://localhost").uri == "bolt://localhost"
    plain = settings_from({})
    assert (plain.uri, plain.username, plain.password, plain.database) == ("neo4j://localhost", "neo4j", None, "neo4j")
    file = tmp_path / "password"
    file.write_bytes("密 码\r\n".encode())
    assert settings_from({"NEO4J_PASSWORD_FILE": str(file)}).password == "密 码"
    assert settings_from({**values, "NEO4J_PASSWORD_FILE": str(file)}).password == "s3cret"
    for bad in (tmp_path / "missing", tmp_path):
        with pytest.raises(gk.StoreError) as caught:
            settings_from({"NEO4J_PASSWORD_FILE": str(bad)})
        assert caught.value.code == "password-file" and str(bad) in caught.value.message


@pytest.mark.parametrize(
    ("agent", "code"),
    [
        ("Neo4j/5.22.0", "server-too-old"),
        ("Neo4j/4.4.40", "server-too-old"),
        ("Neo4j/v5.11.0 compatible graph database server", "not-neo4j"),
        ("Other/9.9", "not-neo4j"),
        ("", "not-neo4j"),
    ],
)
def test_a_server_that_is_too_old_or_another_is_refused(agent: str, code: str) -> None:
    with pytest.raises(gk.StoreError) as caught:
        checked_version(agent)
    assert caught.value.code == code and caught.value.hint


def test_newer_versions_are_taken() -> None:
    assert checked_version("Neo4j/5.23.0") == (5, 23)
    assert checked_version("Neo4j/5.26.30") == (5, 26)
    assert checked_version("Neo4j/2026.08.1") == (2026, 8)


def test_redaction_takes_out_what_stands_before_an_at() -> None:
    assert redacted("no bolt://u:p@h:1 nor neo4j+s://x:a/b@y/z, a@b") == "no bolt://***@h:1 nor neo4j+s://***@y/z, a@b"
    assert redacted("a@b.example.org") == "a@b.example.org"
