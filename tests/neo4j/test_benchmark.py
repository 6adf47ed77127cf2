"""The benchmark of a push at a small size: every contender leaves the same on the server, and the table prints."""

from functools import partial
from pathlib import Path

import pytest

from tests.benchmarks.pushing import BASE, Place, Rate, prepare, table, with_driver, with_graphkit
from tests.neo4j_server import Foreign, Server


def test_contenders_leave_the_same_at_a_small_size(clean_server: Server | Foreign, tmp_path: Path) -> None:
    if isinstance(clean_server, Foreign):
        pytest.skip("what a server of others costs is not seen from here")
    place = Place(clean_server.uri, clean_server.pid)
    prepare(tmp_path, 300)
    runs = [partial(with_graphkit, place, True), *(partial(with_driver, place, verb) for verb in ("MERGE", "CREATE"))]
    counts = [run(tmp_path)()[0] for run in runs]
    assert sum(counts[0].values()) > 1000 and counts == [counts[0]] * 3
    assert table([Rate(BASE, 6, 1, 1, 2), Rate("graphkit", 6, 1, 1, 4)]).endswith("| 1.00 | 1.00 | 4.00 | 2 | 0.50 |")
