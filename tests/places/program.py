"""A program of a user, which mypy checks against the wheel: every function and type of the API."""

from collections import Counter

from trellis_cfg import api

TEXT = '{"trainer": {"name": "BasicTrainer", "args": {"max_steps": 10}}}'


def count_findings(texts: dict[str, str], facts: api.Facts) -> Counter[str]:
    findings: list[api.Diagnostic] = []
    for path, text in texts.items():
        findings += api.check(text, path=path, facts=facts, select=["TC1"], ignore={"TC102"})
    for finding in findings:
        place: api.Range = finding.range
        edits: tuple[api.Replacement, ...] = finding.fix.edits
        related: tuple[api.Related, ...] = finding.related
        lines: tuple[api.SourceLine, ...] = finding.source
        print(place.line, len(edits), [each.label for each in related], len(lines))  # noqa: T201  a program prints
    return Counter(finding.code for finding in findings)


def upgrade(text: str) -> tuple[str, tuple[str, ...]]:
    migrations: tuple[api.Migration, ...] = api.migrations(".")
    try:
        upgraded: api.Edited = api.migrate(text, migrations, revert=False)
        return api.edit(upgraded.text, {"max_epoch": 5}, unset=["i_log"], after=None)
    except (api.InvalidDocument, api.EditRefused, api.LeftAlone, api.SettingsError) as error:
        where: tuple[int, int] = (error.line, error.column)
        return text, (f"{where}: {error.message}",)


def find_end(text: str | bytes, schema: api.UserSchema | None = None) -> api.PlainValue:
    facts = api.Facts(gpus=8, nodes=2, dataset_size=1000, runtime=True, schema=schema)
    previewed: api.Previewed = api.preview(text, facts=facts, start=1, seconds_per_step=0.5)
    return previewed.figures["stops_after"]


def repair(text: str) -> str:
    fixed: api.Fixed = api.fix(text, unsafe=True, checkout=None)
    severities: list[api.Severity] = [finding.severity for finding in fixed.findings]
    pages: dict[str, api.RulePage] = {page.code: page for page in api.rules()}
    assert len(severities) <= len(pages)
    return fixed.text


def misuse() -> None:
    api.check(1)  # type: ignore[arg-type]
    api.check(TEXT, gpus=8)  # type: ignore[call-arg]
    api.edit(TEXT, [1])  # type: ignore[arg-type]
    api.preview(TEXT).stops_after  # type: ignore[attr-defined]  # noqa: B018
    api.Facts(gpus="8")  # type: ignore[arg-type]
