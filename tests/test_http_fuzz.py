"""Whatever is sent to the service gets an answer that its own description allows: never a fault, never a guess."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

for name in ("starlette", "uvicorn"):
    pytest.importorskip(name, reason=f"{name} is not installed: pip install 'backtriage[http]'")
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed: pip install schemathesis")

from backtriage.http import create_app  # noqa: E402 - it needs what is looked for above

SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", create_app())
BEYOND = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
"""What a schema cannot say: contradictions between answers, interviews that no service has written."""


@SCHEMA.parametrize()
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_gets_an_answer_as_described(case):
    case.call_and_validate(excluded_checks=BEYOND)
