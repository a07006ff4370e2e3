"""Who took part and who they were: the flow, the check of the allocation, the baseline table."""

from __future__ import annotations

from primus_eval.findings import Cell, Exhibit
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.wording.pieces import Quoted, Sentence, capitalised
from primus_eval.wording.quantities import count_number

RECEIPT_STAGES = ("received", "not_received", "receipt_unknown")


def participants_section(page: Page) -> Section:
    """Follow people from assessment to analysis, by arm and with reasons."""
    flow = page.exhibit("flow")
    parts: list[Paragraphs | Table | Figure] = [*_study_facts(page), *page.figures_of("flow")]
    if flow is not None:
        parts.append(_flow_table(page, flow) if page.has(flow) else _not_shown(page, flow))
    parts += _allocation(page)
    return Section(id="participants", title=page.say("participants.title"), parts=tuple(parts))


def baseline_section(page: Page) -> Section:
    """Describe everyone randomised, by arm, as they were before."""
    baseline = page.exhibit("baseline")
    parts: list[Paragraphs | Table | Figure] = []
    if baseline is not None:
        parts.append(Paragraphs(paragraphs=(page.say("baseline.intro"),)))
        parts.append(_baseline_table(page, baseline) if page.has(baseline) else _not_shown(page, baseline))
    return Section(
        id="baseline", title=page.say("baseline.title"), parts=(*parts, *page.figures_of("balance"))
    )


def _study_facts(page: Page) -> list[Paragraphs]:
    setting = page.subject.study.get("setting")
    return [] if setting is None else [Paragraphs(paragraphs=((page.subject.quote(setting),),))]


def _not_shown(page: Page, exhibit: Exhibit) -> Paragraphs:
    reason = page.say(f"reason.{exhibit.reason or 'no_variation'}")
    return Paragraphs(paragraphs=(page.say("exhibit.not_shown", reason=reason),))


def _flow_table(page: Page, flow: Exhibit) -> Table:
    """Put the stages of the flow in rows and the arms in columns; reasons stand under their stage."""
    places: dict[tuple[str, str], dict[str, int]] = {}
    labels: dict[tuple[str, str], str] = {}
    for index, record in enumerate(flow.records()):
        key = (str(record["stage"]), str(record["reason"]))
        places.setdefault(key, {})[str(record["arm"])] = index
        labels[key] = str(record["label"])
    rows = [_flow_row(page, flow, key, labels[key], arms) for key, arms in places.items()]
    everyone, treatment, control = (
        page.say("column.both_arms"),
        *(capitalised(arm) for arm in page.arms()),
    )
    return Table(
        id="flow-table",
        caption=page.say("flow.caption"),
        head=(page.say("column.stage"), everyone, treatment, control),
        groups=(Group(rows=tuple(rows)),),
        numeric=frozenset({1, 2, 3}),
        is_folded=bool(page.figures_of("flow")),
    )


def _flow_row(page: Page, flow: Exhibit, key: tuple[str, str], label: str, arms: dict[str, int]) -> Row:
    stage, reason = key
    header = page.say(f"flow.{stage}")
    if label:
        header = page.say("flow.because", stage=header, reason=Quoted(label))
    elif f"flow.reason.{reason}" in page.subject.words:
        header = page.say("flow.because", stage=header, reason=page.say(f"flow.reason.{reason}"))
    cells = tuple(
        _people(page, flow, arms[arm]) if arm in arms else () for arm in ("", "treatment", "control")
    )
    return Row(header=header, cells=cells, emphasis="part" if reason else "")


def _people(page: Page, flow: Exhibit, row: int) -> Sentence:
    if value_of(flow, row, "n") is not None:
        return (page.cell(flow, row, "n", "whole"),)
    was_recorded = (
        value_of(flow, row, "stage") not in RECEIPT_STAGES
        or page.protocol["data"]["participants"].get("received") is not None
    )
    return page.say(
        "flow.withheld" if flow.notes.get("withheld_counts") and was_recorded else "flow.not_recorded"
    )


def _allocation(page: Page) -> list[Paragraphs | Table]:
    check = page.exhibit("allocation")
    if check is None:
        return []
    heading = page.say("allocation.heading")
    if not page.has(check):
        reason = page.say(f"reason.{check.reason or 'no_variation'}")
        return [Paragraphs(heading=heading, paragraphs=(page.say("exhibit.not_shown", reason=reason),))]
    scheme = str(check.notes["scheme"])
    paragraphs = [page.say("allocation.scheme", scheme=page.say(f"scheme.{scheme}"))]
    if len(check.rows) == 1:
        paragraphs.append(_judged(page, check))
        return [Paragraphs(heading=heading, paragraphs=tuple(paragraphs))]
    off = [row for row in range(len(check.rows)) if value_of(check, row, "ok") is False]
    key = "allocation.strata_off" if off else "allocation.strata_fit"
    paragraphs.append(page.say(key, n=count_number(off, "strata_off", language=page.subject.language)))
    return [Paragraphs(heading=heading, paragraphs=tuple(paragraphs)), _strata(page, check)]


def _judged(page: Page, check: Exhibit) -> Sentence:
    ok = value_of(check, 0, "ok")
    numbers = {
        "n_treatment": page.cell(check, 0, "n_treatment", "whole"),
        "n_control": page.cell(check, 0, "n_control", "whole"),
    }
    if check.notes.get("p_value") is not None:
        p = page.note(check, "p_value", "p")
        return page.say("allocation.tested_fits" if ok else "allocation.tested_off", p=p, **numbers)
    if ok is None:
        return page.say("allocation.described", **numbers)
    return page.say("allocation.fits" if ok else "allocation.off", **numbers)


def _strata(page: Page, check: Exhibit) -> Table:
    treatment, control = (capitalised(arm) for arm in page.arms())
    rows = []
    for row in range(len(check.rows)):
        ok = value_of(check, row, "ok")
        verdict = "allocation.yes" if ok else "allocation.no" if ok is False else "allocation.not_judged"
        rows.append(
            Row(
                header=(Quoted(str(value_of(check, row, "stratum"))),),
                cells=(
                    (page.cell(check, row, "n_treatment", "whole"),),
                    (page.cell(check, row, "n_control", "whole"),),
                    (page.cell(check, row, "allowed", "one_decimal"),),
                    page.say(verdict),
                ),
            )
        )
    return Table(
        id="allocation-table",
        caption=page.say("allocation.caption"),
        head=(
            page.say("column.stratum"),
            treatment,
            control,
            page.say("column.allowed"),
            page.say("column.fits"),
        ),
        groups=(Group(rows=tuple(rows)),),
        numeric=frozenset({1, 2, 3}),
    )


def _baseline_table(page: Page, baseline: Exhibit) -> Table:
    rows: list[Row] = []
    last = ""
    for index, record in enumerate(baseline.records()):
        variable = str(record["variable"])
        if record["level_label"] and variable != last:
            rows.append(Row(header=_variable(page, record), cells=((),) * 4, emphasis="variable"))
        rows.append(_baseline_row(page, baseline, index))
        last = variable
    return Table(
        id="baseline-table",
        caption=page.say("baseline.caption", population=page.subject.population("assigned")),
        head=(
            page.say("column.characteristic"),
            *_arm_heads(page, baseline),
            page.say("column.missing"),
            page.say("column.smd"),
        ),
        groups=(Group(rows=tuple(rows)),),
        notes=_baseline_notes(page, baseline),
        numeric=frozenset({1, 2, 3, 4}),
    )


def _arm_heads(page: Page, baseline: Exhibit) -> list[Sentence]:
    heads = []
    for role, arm in zip(("treatment", "control"), page.arms(), strict=True):
        name = f"n_{role}"
        label = capitalised(arm)
        if baseline.notes.get(name) is not None:
            label = page.say("column.arm_with_n", arm=label, n=page.note(baseline, name, "whole"))
        heads.append(label)
    return heads


def _variable(page: Page, record: dict[str, Cell]) -> Sentence:
    label = page.subject.column(str(record["variable"]))
    if record["unit"]:
        return page.say("baseline.with_unit", label=label, unit=Quoted(str(record["unit"])))
    return label


def _baseline_row(page: Page, baseline: Exhibit, index: int) -> Row:
    record = baseline.records()[index]
    is_level = bool(record["level_label"])
    return Row(
        header=(Quoted(str(record["level_label"])),) if is_level else _variable(page, record),
        cells=(
            _value(page, baseline, index, "treatment"),
            _value(page, baseline, index, "control"),
            _missing(page, baseline, index),
            (page.cell(baseline, index, "smd", "smd"),),
        ),
        emphasis="part" if is_level else "",
    )


def _value(page: Page, baseline: Exhibit, row: int, role: str) -> Sentence:
    if value_of(baseline, row, f"value_{role}") is None:
        return page.say("dash")
    if value_of(baseline, row, "kind") == "mean_sd":
        return page.say(
            "baseline.mean_sd",
            mean=page.cell(baseline, row, f"value_{role}", "one_decimal"),
            sd=page.cell(baseline, row, f"spread_{role}", "one_decimal"),
        )
    if value_of(baseline, row, f"count_{role}") is None:
        return (page.cell(baseline, row, f"value_{role}", "percent_whole"),)
    return page.say(
        "baseline.count_share",
        count=page.cell(baseline, row, f"count_{role}", "whole"),
        share=page.cell(baseline, row, f"value_{role}", "percent"),
    )


def _missing(page: Page, baseline: Exhibit, row: int) -> Sentence:
    return page.say(
        "baseline.missing",
        treatment=page.cell(baseline, row, "missing_treatment", "whole"),
        control=page.cell(baseline, row, "missing_control", "whole"),
    )


def _baseline_notes(page: Page, baseline: Exhibit) -> tuple[Sentence, ...]:
    notes = [page.say("baseline.note"), page.say("baseline.note_smd")]
    if baseline.notes.get("rounded"):
        notes.append(page.say("baseline.note_rounded"))
    return tuple(notes)
