"""A plain script for the Maryland trial, as a quick analyst would write it: the yardstick of `run`.

It makes the same four figures at the same size and resolution, and the numbers that lifelines and
statsmodels get right, with nothing checked, worded, released or published. It is honestly fast: each
library is imported once, each figure drawn once, and nothing is computed twice.

    python tests/benchmarks/plain_maryland.py OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test
from matplotlib.ticker import PercentFormatter
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

COVARIATES = ["age", "race", "wexp", "mar", "paro", "prio"]
ARMS = ((1, "Financial aid", "#0072B2", "-"), (0, "No financial aid", "#D55E00", "--"))
DPI = 200


def numbers(men: pd.DataFrame) -> pd.DataFrame:
    """Everything that the two libraries answer rightly."""
    x = [int(men.arrest[men.fin == arm].sum()) for arm in (1, 0)]
    n = [int((men.fin == arm).sum()) for arm in (1, 0)]
    rows = []
    for method in ("newcomb", "wald"):
        rows.append(
            (
                "risk difference",
                method,
                x[0] / n[0] - x[1] / n[1],
                *confint_proportions_2indep(x[0], n[0], x[1], n[1], method=method),
            )
        )
    for compare in ("ratio", "odds-ratio"):
        low, high = confint_proportions_2indep(
            x[0], n[0], x[1], n[1], method="log" if compare == "ratio" else "logit", compare=compare
        )
        risk = [count / size for count, size in zip(x, n, strict=True)]
        if compare == "odds-ratio":
            risk = [share / (1 - share) for share in risk]
        rows.append((compare, "log", risk[0] / risk[1], low, high))
    for count, size in zip(x, n, strict=True):
        rows.append(("proportion", "wilson", count / size, *proportion_confint(count, size, method="wilson")))
    rows.append(("pooled z", "", *proportions_ztest(x, n), np.nan))
    treated, control = men[men.fin == 1], men[men.fin == 0]
    test = logrank_test(treated.week, control.week, treated.arrest, control.arrest)
    rows.append(("log-rank", "", test.test_statistic, test.p_value, np.nan))
    for covariates in ([], COVARIATES):
        fit = CoxPHFitter().fit(men[["week", "arrest", "fin", *covariates]], "week", "arrest")
        rows.append(
            (
                "hazard ratio",
                f"{len(covariates)} covariates",
                *np.exp([fit.params_["fin"], *fit.confidence_intervals_.loc["fin"]]),
            )
        )
    design = np.column_stack([np.ones(len(men)), men[["fin", *COVARIATES]]])
    logit = GLM(men.arrest, design, family=Binomial()).fit()
    rows.append(("odds ratio", "logistic", *np.exp([logit.params.iloc[1], *logit.conf_int().iloc[1]])))
    return pd.DataFrame(rows, columns=["measure", "method", "estimate", "low", "high"])


def curve(men: pd.DataFrame) -> plt.Figure:
    """Cumulative arrest with bands and a risk table."""
    figure, (ax, table) = plt.subplots(2, 1, figsize=(7, 5.05), height_ratios=(4, 1), sharex=True)
    ticks = (0, 13, 26, 39, 52)
    for row, (arm, label, colour, style) in enumerate(ARMS):
        these = men[men.fin == arm]
        fit = KaplanMeierFitter().fit(these.week, these.arrest)
        low_high = 1 - fit.confidence_interval_survival_function_.to_numpy()
        weeks = fit.survival_function_.index
        ax.step(weeks, 1 - fit.survival_function_.iloc[:, 0], where="post", color=colour, ls=style, lw=2)
        ax.fill_between(weeks, low_high[:, 0], low_high[:, 1], step="post", alpha=0.15, color=colour)
        ax.text(53, 1 - fit.survival_function_.iloc[-1, 0], label, color=colour, weight="bold")
        table.text(-11, row + 0.6, label, color=colour, weight="bold", size=8)
        table.text(-11, row + 0.3, "At risk", size=8)
        table.text(-11, row, "Events so far", size=8)
        for tick in ticks:
            events = int(((these.week <= tick) & (these.arrest == 1)).sum())
            table.text(tick, row + 0.3, str(int((these.week >= tick).sum())), ha="center", size=8)
            table.text(tick, row, str(events), ha="center", size=8)
    ax.set(ylim=(0, 0.4), xlabel="Weeks since release", xticks=ticks)
    ax.set_title("Recorded arrest within 52 weeks of release: cumulative share of all men", loc="left")
    ax.grid(axis="y", color="0.85")
    ax.spines[["left", "right", "top"]].set_visible(False)
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    figure.text(0.02, 0.02, "Shaded: 95% confidence interval at each point in time.", size=8)
    table.set(ylim=(-0.5, 1.9))
    table.axis("off")
    figure.subplots_adjust(left=0.2, right=0.8)
    return figure


TYPED_IN = pd.DataFrame(
    [
        ("risk difference", "g-computation", -0.0792, -0.1605, 0.0022),
        ("risk difference", "score", -0.0833, -0.1659, -0.0001),
        ("hazard ratio", "robust, 2 covariates", 0.7068, 0.4860, 1.0280),
        ("weeks without arrest", "restricted mean", 2.0417, -0.3359, 4.4192),
        ("relative weeks without arrest", "restricted mean", 1.0455, 0.9925, 1.1014),
        ("share without arrest", "Kaplan-Meier", 0.0833, 0.0006, 0.1661),
    ],
    columns=["measure", "method", "estimate", "low", "high"],
)
"""What neither library answers rightly, so that the figure has the rows of ours; nothing is computed."""

PANELS = (("difference", 0), ("ratio", 1), ("weeks without", 0), ("relative", 1), ("share", 0))


def forest(rows: pd.DataFrame) -> plt.Figure:
    """Intervals, one panel for each scale, with labels, roles, numbers and directions."""
    shown = pd.concat([rows.dropna(), TYPED_IN])
    panels = [shown[shown.measure.str.contains(word)] for word, _ in PANELS]
    panels[2] = panels[2][~panels[2].measure.str.contains("relative")]
    figure, axes = plt.subplots(len(panels), 1, figsize=(7, 9.6), height_ratios=[len(p) + 1 for p in panels])
    for ax, panel, (_, null) in zip(axes, panels, PANELS, strict=True):
        title = panel.measure.iloc[0].capitalize()
        beside = ax.get_yaxis_transform()
        ax.text(-0.75, -0.9, f"{title}, treatment against control", transform=beside, weight="bold", size=8)
        for row, item in enumerate(panel.itertuples()):
            first = row == 0
            ax.plot([item.low, item.high], [row, row], color="#0072B2" if first else "black", lw=1 + first)
            ax.plot(item.estimate, row, "s" if first else "o", color="#0072B2" if first else "black")
            text = f"{item.estimate:.3f} ({item.low:.3f} to {item.high:.3f})"
            ax.text(1.03, row, text, transform=beside, va="center", size=8)
            ax.text(-0.75, row - 0.15, item.measure.capitalize(), transform=beside, va="center", size=8)
            role = f"sensitivity, {item.method}"
            ax.text(-0.75, row + 0.25, role, transform=beside, va="center", size=6)
        ax.axvline(null, color="black", lw=1)
        ax.set_xlabel("\u2190 favours financial aid      favours no financial aid \u2192", size=7)
        ax.set(yticks=[], ylim=(len(panel) - 0.5, -0.5))
        ax.tick_params(labelsize=7)
        ax.spines[["left", "right", "top"]].set_visible(False)
        ax.grid(axis="x", color="0.85")
    figure.subplots_adjust(left=0.42, right=0.7, hspace=1.0, top=0.95, bottom=0.05)
    return figure


def balance(men: pd.DataFrame) -> plt.Figure:
    """Standardised mean differences."""
    treated, control = men[men.fin == 1][COVARIATES], men[men.fin == 0][COVARIATES]
    smd = (treated.mean() - control.mean()) / np.sqrt((treated.var() + control.var()) / 2)
    figure, ax = plt.subplots(figsize=(7, 2.9))
    ax.plot(smd, range(len(smd)), "o")
    ax.axvspan(-0.1, 0.1, alpha=0.1)
    ax.set_yticks(range(len(smd)), COVARIATES)
    ax.set_xlabel("Standardised mean difference")
    figure.subplots_adjust(left=0.25, bottom=0.2)
    return figure


def flow(men: pd.DataFrame) -> plt.Figure:
    """Boxes and arrows."""
    figure, ax = plt.subplots(figsize=(7, 3.5))
    box = {"boxstyle": "square", "facecolor": "white"}
    for y, stage in ((0.9, "Enrolment"), (0.6, "Allocation"), (0.3, "Follow-up"), (0.05, "Analysis")):
        ax.text(-0.05, y, stage, weight="bold", color="0.3", size=8)
    ax.text(0.5, 1.0, "Assessed for eligibility: not recorded", ha="center", bbox=box, size=8)
    ax.text(0.5, 0.85, f"Randomised {len(men)}", ha="center", bbox=box, size=8)
    for x, (arm, label, colour, _) in zip((0.3, 0.75), ARMS, strict=True):
        n = int((men.fin == arm).sum())
        rows = (
            (0.55, f"{label}\nAssigned {n}\nReceived as assigned: not recorded\nDid not: not recorded"),
            (0.3, f"Followed {n}\nTo the end (52 weeks) {n}"),
            (0.05, f"Analysed {n}"),
        )
        for y, text in rows:
            ax.text(x, y, text, ha="center", bbox={**box, "edgecolor": colour}, size=8)
            ax.annotate("", (x, y + 0.12), (x, y + 0.2), arrowprops={"arrowstyle": "->"})
    ax.axis("off")
    return figure


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    here = Path(__file__).parents[2]
    men = pd.read_csv(here / "data" / "sample" / "maryland" / "participants.csv")
    rows = numbers(men)
    rows.to_csv(out / "numbers.csv", index=False)
    drawn = {"curve": curve(men), "forest": forest(rows), "balance": balance(men), "flow": flow(men)}
    for name, figure in drawn.items():
        figure.savefig(out / f"{name}.png", dpi=DPI)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
