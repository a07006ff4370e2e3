"""The command line: arguments to verbs. Nothing heavy is imported before a verb is chosen.

Exit codes: 0 ok, 2 bad input, 3 disclosure refusal, 4 deviation from the plan, 5 environment,
130 interrupted, 70 a bug of ours.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys

from primus_eval import __version__

TYPE_CHECKING = False  # importing typing and pathlib would double the time of --help
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code."""
    options = _parser().parse_args(arguments)
    # Importing the libraries makes a million objects that stay: looking through them again and again
    # for garbage would cost a twentieth of a run.
    gc.set_threshold(100_000, 50, 50)
    # Arrow's own allocator hands memory back at once; asking for it again took a third of the time of
    # loading ten million rows.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    from primus_eval.errors import (
        EXIT_BAD_INPUT,
        EXIT_INTERRUPTED,
        EXIT_OK,
        EXIT_OUR_BUG,
        PrimusError,
        summary_of,
    )

    try:
        options.verb(options)
    except PrimusError as error:
        print(f"{error}\n{summary_of(error.problems)}.", file=sys.stderr)
        if options.verb is _run and error.exit_code == EXIT_BAD_INPUT:
            print(
                "`primus-eval check` shows every problem of protocol and data at once.",
                file=sys.stderr,
            )
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except Exception as error:
        if os.environ.get("PRIMUS_EVAL_TRACEBACK"):
            raise
        # The message of an unforeseen error may hold a value of a person: only its kind is shown.
        print(
            f"[PE-Z70] a bug of ours ({type(error).__name__}). Set PRIMUS_EVAL_TRACEBACK=1 to see where;\n"
            "    the traceback may show values of people, so do not send it on unread.",
            file=sys.stderr,
        )
        return EXIT_OUR_BUG
    return EXIT_OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="primus-eval",
        description="Evaluate randomised trials of programmes against reoffending.",
        epilog="A trial is a folder with a protocol.toml and its data. Exit codes: 0 ok, 2 bad input, "
        "3 disclosure refusal, 4 deviation from the plan, 5 environment, 70 a bug of ours, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"primus-eval {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    new = verbs.add_parser("new", help="write a first protocol.toml from a folder of data")
    new.add_argument(
        "folder",
        help="the folder with the table of participants and, if there is one, that of events; "
        "protocol.toml is written there, and nothing in the folder is changed",
    )
    new.set_defaults(verb=_new)

    check = verbs.add_parser("check", help="say what is there, what can be computed, and every problem")
    check.add_argument("protocol", help="a protocol.toml, or the folder that holds it")
    check.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")
    check.add_argument("--out", metavar="FILE", help="write it into a file instead of printing it")
    check.set_defaults(verb=_check)

    run = verbs.add_parser("run", help="from a protocol to a published report")
    run.add_argument("protocol", help="a protocol.toml, or the folder that holds it")
    run.add_argument("--out", required=True, help="folder for the report")
    _add_report_options(run, appraisals="default: every appraisal*.toml beside the protocol")
    run.add_argument("--quiet", action="store_true", help="no progress on standard error")
    run.set_defaults(verb=_run)

    update = verbs.add_parser("update", help="a new delivery under the same protocol: what changed since")
    update.add_argument("protocol", help="the protocol.toml of the last report, or the folder that holds it")
    update.add_argument(
        "--data",
        required=True,
        metavar="FOLDER",
        help="the new delivery: files of the same names, or a protocol.toml of its own that differs in the "
        "names of files and data_cutoff only",
    )
    update.add_argument(
        "--cutoff", metavar="DATE", help="the last day that the new registers cover, such as 2027-03-31"
    )
    update.add_argument("--out", required=True, help="folder for the report")
    update.add_argument(
        "--report",
        metavar="FILE",
        help="the findings.json of the last report, to see that it comes out again",
    )
    _add_report_options(update, appraisals="default: every appraisal*.toml beside the protocol")
    update.add_argument("--quiet", action="store_true", help="no progress on standard error")
    update.set_defaults(verb=_update)

    definitions = verbs.add_parser("definitions", help="what official statistics count, with their sources")
    definitions.add_argument(
        "name", nargs="?", metavar="NAME", help="a preset: its rules in words; without it, a list of all"
    )
    definitions.add_argument(
        "--official",
        action="store_true",
        help="of NAME, with the statistic's own rules for leaving people out, as far as the data know them",
    )
    definitions.add_argument(
        "--format",
        choices=("text", "json", "toml"),
        default="text",
        help="default: text; toml prints the lines of NAME for a protocol",
    )
    definitions.set_defaults(verb=_definitions)

    report = verbs.add_parser("report", help="render a report again from the findings.json of a run")
    report.add_argument("findings", help="a findings.json")
    report.add_argument("--out", required=True, help="folder for the report")
    _add_report_options(report, appraisals="default: none")
    report.add_argument("--quiet", action="store_true", help="no progress on standard error")
    report.set_defaults(verb=_report)

    claim = verbs.add_parser("claim", help="hold a press sentence against the findings of a run")
    claim.add_argument("sentence", help="the sentence, in quotes")
    claim.add_argument("findings", help="a findings.json that was released")
    claim.add_argument("--population", metavar="ID", help="whom it is about, where it does not say so itself")
    claim.add_argument("--outcome", metavar="ID", help="which outcome it is about")
    claim.add_argument("--window", metavar="TIME", help='within what time: days, or a time such as "2 years"')
    claim.add_argument("--number", metavar="NUMBER", help='which number to hold, such as "29%%"')
    claim.add_argument("--language", metavar="XX", help="en or da (default: that of the sentence)")
    claim.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    claim.set_defaults(verb=_claim)

    simulate = verbs.add_parser("simulate", help="draw a trial with a known truth, of nobody")
    simulate.add_argument("--out", metavar="FOLDER", required=True, help="a new folder, or an empty one")
    simulate.add_argument("--people", metavar="N", type=int, default=97, help="randomised (default: 97)")
    simulate.add_argument("--seed", metavar="S", type=int, default=1, help="a whole number (default: 1)")
    simulate.add_argument(
        "--truth-draws",
        metavar="N",
        type=int,
        default=200_000,
        help="people followed with and without the programme to find what is true; 0: none (default: 200000)",
    )
    simulate.set_defaults(verb=_simulate)
    return parser


def _add_report_options(verb: argparse.ArgumentParser, *, appraisals: str) -> None:
    """Let a verb that writes a report be told for whom, in which language and as what."""
    verb.add_argument(
        "--depth",
        nargs="+",
        choices=("summary", "jury", "full"),
        default=("full", "summary"),
        help="summary.*: a page for a minister, and one more where process, needs, follow-up or costs were "
        "analysed; jury.*: four or five for a jury; report.*: everything "
        "(default: full summary)",
    )
    verb.add_argument(
        "--format",
        nargs="+",
        choices=("html", "pdf", "word", "markdown", "latex", "excel"),
        default=("html",),
        help="html, pdf, word, markdown: every document; latex, excel: its tables (default: html)",
    )
    verb.add_argument("--language", default="en", help="en or da (default: en)")
    verb.add_argument(
        "--appraisal",
        nargs="+",
        default=(),
        metavar="FILE",
        help=f"an appraisal.toml of each assessor ({appraisals})",
    )


def _report_options(options: argparse.Namespace) -> dict[str, Any]:
    return {"language": options.language, "depths": options.depth, "formats": options.format}


def _new(options: argparse.Namespace) -> None:
    from primus_eval.scaffold import GUESS, draft_protocol

    draft = draft_protocol(options.folder)
    print(
        f"{draft.path}\nColumns: {draft.declared} declared, {draft.left_out} left out. Guesses to decide: "
        f"{draft.guesses}. Correct each line marked {GUESS!r}, remove the mark, then run `primus-eval check`."
    )


def _check(options: argparse.Namespace) -> None:
    from primus_eval.output import write_one
    from primus_eval.preflight import MARK, as_html, as_json, as_text, examine

    found = examine(options.protocol)
    if options.out:
        writers = {"text": as_text, "json": as_json, "html": as_html}
        print(write_one(writers[options.format](found), options.out, mark=MARK))
    elif options.format == "text":
        # what is wrong is printed as every verb prints it: last, and on standard error
        print(as_text(found, with_problems=False) if found.has_content else "", end="", flush=True)
    else:
        print(as_json(found) if options.format == "json" else as_html(found), end="", flush=True)
    if found.error is not None:
        raise found.error


def _run(options: argparse.Namespace) -> None:
    _say(options, "loading the libraries")
    from primus_eval.pipeline import run

    out = run(
        options.protocol,
        options.out,
        appraisals=options.appraisal,
        **_report_options(options),
        progress=lambda message: _say(options, message),
    )
    _print_documents(out)


def _update(options: argparse.Namespace) -> None:
    _say(options, "loading the libraries")
    from primus_eval.pipeline import update
    from primus_eval.updating.same_trial import day_given

    out = update(
        options.protocol,
        options.data,
        options.out,
        cutoff=day_given(options.cutoff),
        report=options.report,
        appraisals=options.appraisal,
        **_report_options(options),
        progress=lambda message: _say(options, message),
    )
    _print_documents(out)


def _definitions(options: argparse.Namespace) -> None:
    from primus_eval.definition_pages import list_of_presets, page_of_preset

    if options.name is None:
        page = list_of_presets(options.format, official=options.official)
    else:
        page = page_of_preset(options.name, options.format, official=options.official)
    print(page, end="", flush=True)


def _report(options: argparse.Namespace) -> None:
    _say(options, "loading the libraries")
    from pathlib import Path

    from primus_eval.appraisal import read_appraisal
    from primus_eval.disclosure import view_from_json
    from primus_eval.pipeline import publish_report
    from primus_eval.protocol.reading import read_toml_text

    findings = Path(options.findings)
    view = view_from_json(read_toml_text(findings), file=findings.name)
    out = publish_report(
        view,
        options.out,
        appraisals=[read_appraisal(file) for file in options.appraisal],
        **_report_options(options),
        progress=lambda message: _say(options, message),
    )
    _print_documents(out)


def _print_documents(out: Path) -> None:
    """Print where the documents of a report stand, the fullest first."""
    stems = ("report", "jury", "summary")
    for file in sorted(
        out.iterdir(), key=lambda file: (stems.index(file.stem) if file.stem in stems else 9, file.name)
    ):
        if file.stem in stems:
            print(file)


def _claim(options: argparse.Namespace) -> None:
    from pathlib import Path

    from primus_eval.claims import held_as_json, held_as_text, hold, read_claim
    from primus_eval.disclosure import view_from_json
    from primus_eval.protocol.reading import read_toml_text

    sentence = read_claim(options.sentence, language=options.language, number=options.number)
    findings = Path(options.findings)
    held = hold(
        sentence,
        view_from_json(read_toml_text(findings), file=findings.name),
        population=options.population,
        outcome=options.outcome,
        window=options.window,
    )
    print(held_as_json(held) if options.format == "json" else held_as_text(held), end="", flush=True)


def _simulate(options: argparse.Namespace) -> None:
    from primus_eval.output import require_empty, write_new_folder
    from primus_eval.simulation import files_of, simulate

    require_empty(options.out)
    trial = simulate(people=options.people, seed=options.seed, truth_draws=options.truth_draws)
    print(write_new_folder(files_of(trial), options.out) / "protocol.toml")


def _say(options: argparse.Namespace, message: str) -> None:
    if not options.quiet:
        print(f"primus-eval: {message} ...", file=sys.stderr, flush=True)
