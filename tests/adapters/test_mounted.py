"""The service as a part of another application: what it says of its paths, and what it logs of them."""

from __future__ import annotations

import logging

import pytest
from backtriage.adapters.http import create_app
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

ALONE = TestClient(create_app())
MOUNTED = TestClient(Starlette(routes=[Mount("/clinic", routes=[Mount("/triage", create_app())])]))


def test_a_part_of_another_application_says_where_its_paths_begin():
    assert "servers" not in ALONE.get("/openapi.json").json()
    described = MOUNTED.get("/clinic/triage/openapi.json").json()
    [server] = described["servers"]
    for path, methods in described["paths"].items():
        for method in methods:
            assert MOUNTED.request(method, server["url"] + path).status_code not in {404, 405}


@pytest.mark.parametrize(
    ("path", "named"), [("/health", "/health"), ("/assess", "/assess"), ("/", "/"), ("/97/secret", "-"), ("", "-")]
)
def test_a_part_of_another_application_names_its_own_paths_in_the_log_and_no_others(path, named, caplog):
    with caplog.at_level(logging.INFO, "backtriage.access"):
        MOUNTED.get(f"/clinic/triage{path}", follow_redirects=False)
    logged = [record.getMessage().split()[:2] for record in caplog.records if record.name == "backtriage.access"]
    assert logged == ([["GET", named]] if path else [])
