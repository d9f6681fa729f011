"""People and networks who chose among all labels elsewhere: how often they are right, and whether on the same images."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fercore.comparison.correlation import Correlation
from fercore.comparison.mean_consistency import MeanConsistency
from fercore.figures.dots import dots
from fercore.findings.responses import Observer, Responses, responses
from fercore.findings.two_readings import WHY
from fercore.notation import NONE, count, counts, interval, share
from fercore.settings import ComparisonSettings
from fercore.ui.components import card, figure, sentences, table, warn
from fercore.ui.messages import panel, plain
from fercore.ui.panels.confusion import found_confusions
from fercore.ui.state import View

SETTINGS = ComparisonSettings()


def found_responses(view: View) -> Responses:
    """Give everybody's answers, summed up once for all readers."""
    return view.find(responses, SETTINGS)


def in_words(view: View) -> str:
    """State the result in one or two sentences."""
    found = found_responses(view)
    networks = [observer for observer in found.observers if not observer.person]
    n = len(view.study.label_set)
    parts = []
    if found.people:
        people = f"**{count(len(found.people), 'person', 'people')}**"
        parts.append(
            f"{people} are right in **{share(found.people_accuracy)}** {interval(found.people_ci)} of their answers"
        )
    if networks:
        best = max(networks, key=lambda observer: observer.accuracy)
        which = f"of {len(networks)} networks" if len(networks) > 1 else "the network"
        parts.append(f"{which} {plain(best.name)} is right in **{share(best.accuracy)}**")
    return (
        f"Choosing among {n} labels (chance {share(1 / n)}), {'; '.join(parts)}. {_nearest(found, networks)}".rstrip()
    )


def _nearest(found: Responses, networks: list[Observer]) -> str:
    """Say which network fails most on the same images as people; empty where nobody can be compared."""
    name = _most_alike(found, networks)
    if name is None:
        return ""
    near, among = found.near_people[name], found.among_people
    people = f"; people among themselves reach {share(among.kappa)} {interval(among.ci)}" if among.n_pairs else ""
    return f"Nearest to people in where it fails is {plain(name)}: κ = **{share(near.kappa)}** {interval(near.ci)}{people}."


def _most_alike(found: Responses, networks: list[Observer]) -> str | None:
    """Give the network with the largest kappa with people."""
    known = [network.name for network in networks if found.near_people[network.name].n_pairs]
    return max(known, key=found.with_people, default=None)


def cards(view: View) -> None:
    """Draw four numbers: how often people and the best network are right, and how alike confusions and failures are."""
    found = found_responses(view)
    networks = [observer for observer in found.observers if not observer.person]
    n = len(view.study.label_set)
    chance = f"chance {share(1 / n)}"
    drawn: list[tuple[str, str, tuple[str, ...], str]] = []
    if found.people:
        note = f"{interval(found.people_ci)}, {count(len(found.people), 'person', 'people')}"
        drawn.append((f"People, {n}-way", share(found.people_accuracy), (note, chance), "people"))
    if networks:
        best = max(networks, key=lambda observer: observer.accuracy)
        note = f"{plain(best.name)} {interval(best.ci)}, {count(best.n, 'answer')}"
        drawn.append(
            (
                f"{'Best network' if len(networks) > 1 else 'Network'}, {n}-way",
                share(best.accuracy),
                (note, chance),
                "people",
            )
        )
    alike = found_confusions(view)
    name = alike.first_network
    if name is not None:
        like = alike.others[name]
        cells = like.all_cells.r, f"over all {like.all_cells.n} cells {_bounds(like.all_cells)}"
        errors = like.errors.r, f"over the {like.errors.n} errors alone {interval(like.errors_ci)}"
        (first, where), (second, elsewhere) = view.leading_first(cells, errors)
        said = f"{plain(name)}, {where}", f"{share(second)} {elsewhere}"
        drawn.append(("r of confusions", share(first), (*said, WHY["confusions"]), "confusion"))
    nearest = _most_alike(found, networks)
    if nearest is not None:
        near, among = found.near_people[nearest], found.among_people
        who = f"{plain(nearest)} with people {interval(near.ci)}, {count(near.n, 'image')}"
        ceiling = f"people among themselves {share(among.kappa)} {interval(among.ci)}" if among.n_pairs else ""
        drawn.append(("κ, same failures", share(near.kappa), (who, *([ceiling] if ceiling else [])), "people"))
    with st.grid(4, min_column_width=200, border=True) as grid:
        for label, value, notes, page in drawn:
            with grid.cell():
                card(label, value, notes, page, page.capitalize())


def _bounds(r: Correlation) -> str:
    return interval((r.ci_low, r.ci_high))


@panel
def summary(view: View) -> None:
    """State the result in words."""
    sentences(in_words(view))


@panel
def everybody(view: View) -> None:
    """Draw everybody's accuracy, and under it the numbers."""
    found = found_responses(view)
    rows = pd.DataFrame(
        {
            "name": observer.name,
            "mean": observer.accuracy,
            "ci_low": observer.ci.low,
            "ci_high": observer.ci.high,
            "observer": "people" if observer.person else "network",
            "note": count(observer.n, "answer"),
        }
        for observer in found.observers
    )
    drawing = dots(
        rows, {}, view.theme, title="Accuracy among all labels",
        subtitle=f"95 % interval over {counts((observer.n for observer in found.observers), 'answer')}",
        x_title="accuracy, share correct",
        lines={"chance": 1 / len(view.study.label_set)},
    )  # fmt: skip
    figure(drawing, "observers", f"Accuracy of {count(len(rows), 'observer')} among all labels.")
    seeing = list(dict.fromkeys(name for observer in found.observers for name in observer.by_seeing))
    table(
        pd.DataFrame(_row(found, observer, seeing) for observer in found.observers), "Accuracy and error consistency."
    )
    with_conditions = " A column in italics is a condition of seeing." if len(seeing) > 1 else ""
    columns = f"{with_conditions} Missed answers count as wrong."
    few = [pair.found for pair in found.pairs if pair.found.warning]
    if few:
        warn([f"{count(len(few), 'pair')} of observers: {min(few, key=lambda pair: pair.n).warning}"])
    sentences(
        f":gray[κ is error consistency with (other) people, a mean over people and conditions of seeing; interval over images.{columns}]"
    )


def _kappa(found: MeanConsistency) -> str:
    return f"{share(found.kappa)} {interval(found.ci)}" if found.n_pairs else NONE


def _row(found: Responses, observer: Observer, seeing: list[str]) -> dict[str, str]:
    by_seeing = {f"*{plain(name)}*": share(observer.by_seeing.get(name)) for name in seeing} if len(seeing) > 1 else {}
    return {
        "observer": plain(observer.name),
        "who": "person" if observer.person else "network",
        "accuracy": share(observer.accuracy),
        "95 % interval": interval(observer.ci),
        **by_seeing,
        "κ": _kappa(found.near_people[observer.name]),
        "answers": f"{observer.n:,}",
        "missed": f"{observer.n_missed:,}" if observer.n_missed else NONE,
    }
