"""JSON Schema (2020-12) of the reports, made from the shapes that produce them."""

import json
from typing import TypeAlias

from pydantic import TypeAdapter

from edgewarden.reporting.backtest_json import BacktestReport
from edgewarden.reporting.contract_coverage import ContractCoverageReport
from edgewarden.reporting.contract_json import VerificationReport
from edgewarden.reporting.explanation_json import ExplanationReport
from edgewarden.reporting.finding_json import FindingsReport
from edgewarden.reporting.json_report import ConnectivityReport, DiffReport
from edgewarden.reporting.posture_json import PosturesReport
from edgewarden.reporting.rule_list import RulesReport
from edgewarden.reporting.survey_json import SurveyReport

_Report: TypeAlias = (
    TypeAdapter[DiffReport]
    | TypeAdapter[ConnectivityReport]
    | TypeAdapter[ExplanationReport]
    | TypeAdapter[SurveyReport]
    | TypeAdapter[BacktestReport]
    | TypeAdapter[RulesReport]
    | TypeAdapter[FindingsReport]
    | TypeAdapter[PosturesReport]
    | TypeAdapter[VerificationReport]
    | TypeAdapter[ContractCoverageReport]
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def diff_schema() -> str:
    """What ``edgewarden diff --format json`` prints."""
    return _schema(TypeAdapter(DiffReport), "edgewarden diff")


def connectivity_schema() -> str:
    """What ``edgewarden connectivity --format json`` prints."""
    return _schema(TypeAdapter(ConnectivityReport), "edgewarden connectivity")


def explanation_schema() -> str:
    """What ``edgewarden explain --format json`` prints."""
    return _schema(TypeAdapter(ExplanationReport), "edgewarden explain")


def survey_schema() -> str:
    """What ``edgewarden survey --format json`` prints."""
    return _schema(TypeAdapter(SurveyReport), "edgewarden survey")


def backtest_schema() -> str:
    """What ``edgewarden backtest --format json`` prints."""
    return _schema(TypeAdapter(BacktestReport), "edgewarden backtest")


def rules_schema() -> str:
    """What ``edgewarden rules list --format json`` prints."""
    return _schema(TypeAdapter(RulesReport), "edgewarden rules list")


def findings_schema() -> str:
    """What ``edgewarden rules check --format json`` prints."""
    return _schema(TypeAdapter(FindingsReport), "edgewarden rules check")


def posture_schema() -> str:
    """What ``edgewarden posture --format json`` prints."""
    return _schema(TypeAdapter(PosturesReport), "edgewarden posture")


def contract_verification_schema() -> str:
    """What ``edgewarden contract verify --format json`` prints."""
    return _schema(TypeAdapter(VerificationReport), "edgewarden contract verify")


def contract_coverage_schema() -> str:
    """What ``edgewarden contract coverage --format json`` prints."""
    return _schema(TypeAdapter(ContractCoverageReport), "edgewarden contract coverage")


def _schema(adapter: _Report, title: str) -> str:
    schema = {"$schema": DIALECT, **adapter.json_schema(mode="serialization"), "title": title}
    return json.dumps(schema, indent=2) + "\n"
