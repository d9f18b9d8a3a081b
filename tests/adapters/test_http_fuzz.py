"""Whatever is sent to the service gets an answer that its own description allows: never a fault, never a guess."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

for name in ("starlette", "uvicorn"):
    pytest.importorskip(name, reason=f"{name} is not installed: pip install -e '.[http]'")
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed: pip install schemathesis")

from backtriage.adapters.http import create_app  # noqa: E402 - it needs what is looked for above

SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", create_app())
OPERATIONS = {operation.label: operation for operation in (found.ok() for found in SCHEMA.get_all_operations())}
BEYOND = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
"""What a schema cannot say: contradictions between answers, interviews that no service has written."""


FITTING, WRONG = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
SENT = [(label, FITTING) for label in OPERATIONS] + [(label, WRONG) for label in OPERATIONS if label.startswith("POST")]


@pytest.mark.parametrize(("label", "mode"), SENT, ids=[f"{label} {mode.value}" for label, mode in SENT])
def test_whatever_is_sent_gets_an_answer_as_described(label, mode):
    @settings(max_examples=50, suppress_health_check=list(HealthCheck))
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def sent(case):
        case.call_and_validate(excluded_checks=BEYOND)

    sent()
