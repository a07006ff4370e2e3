"""Who took part and who they were: the flow, the check of the allocation, the baseline table."""

from __future__ import annotations

from primus_eval.findings import Cell, Exhibit
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Quoted, Sentence, capitalised
from primus_eval.wording.quantities import count_number, p_sentence
from primus_eval.wording.stored import stratum_text

ARMS: tuple[ArmRole, ...] = ("treatment", "control")
Places = dict[tuple[str, str], dict[str, int]]
"""By stage and reason: the row of the flow for each arm."""

RECEIPT_STAGES = ("received", "not_received", "receipt_unknown")


def participants_section(page: Page) -> Section:
    """Follow people from assessment to analysis, by arm and with reasons."""
    flow = page.exhibit("flow")
    parts: list[Paragraphs | Table | Figure] = [*_study_facts(page), *page.figures_of("flow")]
    if flow is not None:
        parts.append(_flow_table(page, flow) if page.has(flow) else _why_not(page, flow))
    parts += _allocation(page)
    return Section(id="participants", title=page.say("participants.title"), parts=tuple(parts))


def baseline_section(page: Page) -> Section:
    """Describe everyone randomised, by arm, as they were before."""
    baseline = page.exhibit("baseline")
    parts: list[Paragraphs | Table | Figure] = []
    if baseline is not None:
        parts.append(Paragraphs(paragraphs=(page.say("baseline.intro"),)))
        parts.append(_baseline_table(page, baseline) if page.has(baseline) else _why_not(page, baseline))
    return Section(
        id="baseline", title=page.say("baseline.title"), parts=(*parts, *page.figures_of("balance"))
    )


def _study_facts(page: Page) -> list[Paragraphs]:
    setting = page.subject.study.get("setting")
    return [] if setting is None else [Paragraphs(paragraphs=((page.subject.quote(setting),),))]


def _why_not(page: Page, exhibit: Exhibit) -> Paragraphs:
    return Paragraphs(paragraphs=(page.why_not_shown(exhibit),))


def _flow_table(page: Page, flow: Exhibit) -> Table:
    """Put the stages of the flow in rows and the arms in columns; reasons stand under their stage."""
    places: Places = {}
    labels: dict[tuple[str, str], str] = {}
    for index, record in enumerate(flow.records()):
        key = (_stage_in_table(record), str(record["reason"]))
        if key == ("took_part", "") and key not in places:
            places = _beside(places, ("not_received", ""), key)
        places.setdefault(key, {})[str(record["arm"])] = index
        labels[key] = page.subject.reason_in_flow(str(record["reason"]), str(record["label"] or ""))
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
        notes=(page.say("flow.note_withheld"),) if flow.notes.get("withheld_counts") else (),
        numeric=frozenset({1, 2, 3}),
        is_folded=bool(page.figures_of("flow")),
    )


def _stage_in_table(record: dict[str, Cell]) -> str:
    """Return the stage as it is named: whoever of the control arm was not as assigned did take part."""
    crossed = (record["stage"], record["arm"]) == ("not_received", "control")
    return "took_part" if crossed else str(record["stage"])


def _beside(places: Places, before: tuple[str, str], key: tuple[str, str]) -> Places:
    """Make an empty place for a stage, right after another one where there is that."""
    ordered: Places = {}
    for name, arms in places.items():
        ordered[name] = arms
        if name == before:
            ordered[key] = {}
    return ordered


def _flow_row(page: Page, flow: Exhibit, key: tuple[str, str], label: str, arms: dict[str, int]) -> Row:
    stage, reason = key
    control = page.subject.arm("control")
    header = page.say(f"flow.{stage}", **({"control": control} if stage == "took_part" else {}))
    if f"flow.reason.{reason}" in page.subject.words:
        header = page.say("flow.because", stage=header, reason=page.say(f"flow.reason.{reason}"))
    elif label:
        header = page.say("flow.because", stage=header, reason=Quoted(label))
    cells = tuple(
        _people(page, flow, arms[arm]) if arm in arms else page.say("dash")
        for arm in ("", "treatment", "control")
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
        return [Paragraphs(heading=heading, paragraphs=(page.why_not_shown(check),))]
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
        p = p_sentence(page.note(check, "p_value", "p"), page.subject.words)
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
                header=(stratum_text(str(value_of(check, row, "stratum")), page.subject),),
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
    treatment, control = (_arm_head(page, baseline, role) for role in ARMS)
    return Table(
        id="baseline-table",
        caption=page.say("baseline.caption", population=page.subject.randomised()),
        head=(
            page.say("column.characteristic"),
            treatment,
            control,
            page.say("column.missing"),
            page.say("column.smd"),
        ),
        groups=_baseline_groups(page, baseline),
        notes=_baseline_notes(page, baseline),
        numeric=frozenset({1, 2, 3, 4}),
    )


def _baseline_groups(page: Page, baseline: Exhibit) -> tuple[Group, ...]:
    """Gather the levels of a characteristic under its name; the others stand by themselves."""
    groups: list[tuple[str, Sentence, list[Row]]] = []
    for index, record in enumerate(baseline.records()):
        variable = str(record["variable"]) if record["level_label"] else ""
        if not groups or groups[-1][0] != variable:
            groups.append((variable, _variable(page, record) if variable else (), []))
        groups[-1][2].append(_baseline_row(page, baseline, index))
    return tuple(Group(header=header, rows=tuple(rows)) for _, header, rows in groups)


def _arm_head(page: Page, baseline: Exhibit, role: ArmRole) -> Sentence:
    """Name an arm, with the number of people randomised to it, or that it is withheld."""
    label = capitalised((page.subject.arm(role),))
    if baseline.notes.get(f"n_{role}") is not None:
        return page.say("column.arm_with_n", arm=label, n=page.note(baseline, f"n_{role}", "whole"))
    for flow in page.findings.exhibits_of("flow"):
        for row, record in enumerate(flow.records()):
            if (record["stage"], record["arm"]) == ("randomised", role) and record["n"] is not None:
                return page.say("column.arm_with_n", arm=label, n=page.cell(flow, row, "n", "whole"))
    if baseline.notes.get("rounded"):
        return page.say("column.arm_with_n", arm=label, n=page.say("flow.withheld"))
    return label


def _variable(page: Page, record: dict[str, Cell]) -> Sentence:
    label = page.subject.column(str(record["variable"]), str(record["label"]))
    if record["unit"]:
        unit = page.subject.unit_of(str(record["variable"]), str(record["unit"]))
        return page.say("baseline.with_unit", label=label, unit=unit)
    return label


def _baseline_row(page: Page, baseline: Exhibit, index: int) -> Row:
    record = baseline.records()[index]
    is_level = bool(record["level_label"])
    level = (str(record[name]) for name in ("variable", "level", "level_label"))
    return Row(
        header=(page.subject.level(*level),) if is_level else _variable(page, record),
        cells=(
            _value(page, baseline, index, "treatment"),
            _value(page, baseline, index, "control"),
            _missing(page, baseline, index),
            _smd(page, baseline, index),
        ),
        emphasis="part" if is_level else "",
    )


def _value(page: Page, baseline: Exhibit, row: int, role: ArmRole) -> Sentence:
    if value_of(baseline, row, f"value_{role}") is None:
        return _nothing(page, baseline)
    if value_of(baseline, row, "kind") == "mean_sd":
        form = _mean_form(baseline, row)
        mean = page.cell(baseline, row, f"value_{role}", form)
        if value_of(baseline, row, f"spread_{role}") is None:
            return (mean,)
        return page.say("baseline.mean_sd", mean=mean, sd=page.cell(baseline, row, f"spread_{role}", form))
    if value_of(baseline, row, f"count_{role}") is None:
        return (page.cell(baseline, row, f"value_{role}", "percent_whole"),)
    return page.say(
        "baseline.count_share",
        count=page.cell(baseline, row, f"count_{role}", "whole"),
        share=page.cell(baseline, row, f"value_{role}", "percent"),
    )


def _mean_form(baseline: Exhibit, row: int) -> str:
    """Return how means are printed: a decimal, and none where the released ones were rounded to whole."""
    if not baseline.notes.get("rounded"):
        return "one_decimal"
    fields = [f"{name}_{role}" for name in ("value", "spread") for role in ARMS]
    known = [float(value) for field in fields if isinstance(value := value_of(baseline, row, field), float)]
    return "whole" if all(value.is_integer() for value in known) else "one_decimal"


def _missing(page: Page, baseline: Exhibit, row: int) -> Sentence:
    counts = [value_of(baseline, row, f"missing_{role}") for role in ARMS]
    if None in counts:
        return _nothing(page, baseline)
    treatment, control = (page.cell(baseline, row, f"missing_{role}", "whole") for role in ARMS)
    return page.say("baseline.missing", treatment=treatment, control=control)


def _smd(page: Page, baseline: Exhibit, row: int) -> Sentence:
    if value_of(baseline, row, "smd") is not None:
        return (page.cell(baseline, row, "smd", _smd_form(baseline)),)
    is_undefined = value_of(baseline, row, "value_treatment") is not None
    return page.say("dash") if is_undefined else _nothing(page, baseline)


def _smd_form(baseline: Exhibit) -> str:
    """Return how standardised differences are printed: with the decimals that the released ones have."""
    if not baseline.notes.get("rounded"):
        return "smd"
    known = [float(record["smd"]) for record in baseline.records() if isinstance(record["smd"], float)]
    return "one_decimal" if all(round(smd, 1) == smd for smd in known) else "smd"


def _nothing(page: Page, baseline: Exhibit) -> Sentence:
    """Say that a cell was withheld, or set a dash where there was nothing to show."""
    return page.say("flow.withheld" if baseline.notes.get("rounded") else "dash")


def _baseline_notes(page: Page, baseline: Exhibit) -> tuple[Sentence, ...]:
    shows_counts = any(record[f"count_{role}"] is not None for record in baseline.records() for role in ARMS)
    note = "baseline.note" if shows_counts else "baseline.note_released"
    notes = [page.say(note), page.say("baseline.note_smd")]
    if baseline.notes.get("rounded"):
        notes.append(page.say(f"baseline.note_rounded.{_smd_form(baseline)}"))
    return tuple(notes)
