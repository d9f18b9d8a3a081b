"""HL7 FHIR R4 (4.0.1) as plain JSON data: the questions out, the answers in, the result and the referral out.

>>> import backtriage as bt
>>> from backtriage.adapters import fhir
>>> response = {
...     "resourceType": "QuestionnaireResponse",
...     "questionnaire": fhir.canonical("questionnaire"),
...     "status": "completed",
...     "item": [{"linkId": "age", "answer": [{"valueInteger": 41}]}],
... }
>>> assessment = bt.assess(fhir.profile_from_response(response))
>>> fhir.guidance_response(assessment)["status"]
'data-required'
"""

from __future__ import annotations

from .codes import canonical
from .questionnaires import questionnaire
from .responses import profile_from_response
from .results import guidance_response, service_request

__all__ = ["canonical", "guidance_response", "profile_from_response", "questionnaire", "service_request"]
