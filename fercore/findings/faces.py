"""Face by face: what people and the network answered, and how well each method's map fits people's."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from fercore.comparison.measures import SIMILARITY
from fercore.errors import MissingError
from fercore.machines.regime import MULTICLASS
from fercore.machines.runs import Run
from fercore.saliency.maps import METHODS, MapBlock
from fercore.settings import ComparisonSettings
from fercore.study import Study


def face_table(study: Study, run: Run | None, regime: str | None = None) -> pd.DataFrame:
    """Summarise the answers to each experimental image.

    Parameters
    ----------
    study
        The study; people are the participants that are kept, or the human votes where nobody clicked.
    run
        Whose pair classifiers answer the same 2AFC question, or None.
    regime
        Which of its pair classifiers; the run's first regime with any by default.

    Returns
    -------
    pandas.DataFrame
        One row per image in the order of the plan: the columns of the plan; ``pair``; ``n_people``,
        ``people_accuracy``, ``clicks``, ``time_s`` (means; NaN without trials); ``people_right`` (whether more than
        half were right; missing where nobody answered, or half did); ``network_share`` (the softmax share of the true
        label in the classifier of the image's own pair) and ``network_right`` (an exact tie is wrong), missing where
        that pair was not trained.
    """
    people = study.plan.merge(_votes(study) if study.trials.empty else _trials(study), on="image", how="left")
    people["n_people"] = people["n_people"].fillna(0).astype(int)
    people["people_right"] = _majority(people["people_accuracy"])
    pairs = [study.label_set.pair(t, f) for t, f in zip(people["true_label"], people["false_label"], strict=True)]
    people["pair"] = [str(pair) for pair in pairs]
    regime = regime or (run.pair_regime if run is not None else None)
    margin = np.full(len(people), np.nan) if run is None or regime is None else margins(study, run, regime)
    people["network_share"] = expit(margin)
    people["network_right"] = pd.Series(margin > 0, dtype="boolean").where(np.isfinite(margin))
    return people


def face_agreement(study: Study, run: Run | None, threshold: int) -> pd.DataFrame:
    """Compare each method's map with people's map on every single image.

    Returns
    -------
    pandas.DataFrame
        ``image``, and a column of Dice values per method whose maps are there: both maps scaled to 0..255 and cut at
        ``threshold``. NaN where the image has no map on either side, or both are empty. No column without trials.
    """
    agreement = study.plan[["image"]].copy()
    if run is None or not study.has_attention:
        return agreement
    dice = SIMILARITY.get("dice-50")(ComparisonSettings(threshold=threshold))
    answered = study.n_correct > 0
    for method in METHODS:
        block = study.maps(run, method)
        if block is None:
            continue
        agreement[method] = np.where(answered, dice(study.attention_maps, block.maps), np.nan)
    return agreement


def dice_at_equal_area(study: Study, block: MapBlock, row: int, settings: ComparisonSettings) -> float:
    """Compare one image's map with people's, the top ``top_percent`` of either; NaN where one of them has none."""
    if not study.has_attention or not study.n_correct[row]:
        return float("nan")
    dice = SIMILARITY.get("dice-top20")(settings)
    return float(dice(study.attention_maps[row][None], block.maps[row][None])[0])


def _trials(study: Study) -> pd.DataFrame:
    of_image = study.kept_trials.groupby("image")
    columns = {
        "n_people": of_image.size(),
        "people_accuracy": of_image["correct"].mean().astype(float),
        "clicks": of_image["n_clicks"].mean().astype(float),
        "time_s": of_image["decision_time_s"].mean().astype(float),
    }
    return pd.DataFrame(columns).reset_index()


def _votes(study: Study) -> pd.DataFrame:
    """Votes on labels of the study, as if each were a person; empty without votes."""
    names = ["image", "n_people", "people_accuracy", "clicks", "time_s"]
    if study.votes is None:
        return pd.DataFrame({name: pd.Series(dtype=str if name == "image" else float) for name in names})
    plan = study.plan.merge(study.votes, on="image")
    counts = plan[list(study.label_set)].to_numpy(float)
    own = counts[np.arange(len(plan)), [study.label_set.index(label) for label in plan["true_label"]]]
    total = counts.sum(axis=1)
    share = np.divide(own, total, out=np.full_like(own, np.nan), where=total > 0)
    table = pd.DataFrame({"image": plan["image"], "n_people": total, "people_accuracy": share})
    return table.assign(clicks=np.nan, time_s=np.nan)


def _majority(accuracy: pd.Series) -> pd.Series:
    return (accuracy > 0.5).astype("boolean").where(accuracy.notna() & (accuracy != 0.5))


def margins(study: Study, run: Run, regime: str) -> NDArray[np.float64]:
    """Give output of the true minus output of the false label of each experimental image, (n_plan,).

    By the classifier of the image's own pair (NaN where it was not trained), or by the multiclass one. A network is right
    in people's 2AFC where its margin is above 0.
    """
    outputs = run.outputs(regime, "experimental").astype(np.float64)
    labels = study.label_set
    rows = np.arange(len(study.plan))
    true, false = (study.plan[column].map(labels.index).to_numpy() for column in ("true_label", "false_label"))
    if regime == MULTICLASS:
        difference: NDArray[np.float64] = outputs[rows, true] - outputs[rows, false]
        return difference
    conditions = zip(study.plan["true_label"], study.plan["false_label"], strict=True)
    own = outputs[rows, [labels.pairs.index(labels.pair(*condition)) for condition in conditions]]
    first_minus_second: NDArray[np.float64] = own[:, 0] - own[:, 1]
    return np.where(true < false, first_minus_second, -first_minus_second)


def easiest_and_hardest(study: Study) -> tuple[str, str]:
    """Give the images that most and fewest of the kept people got right, of those that somebody got right.

    Of several with the same accuracy, the easiest took the fewest clicks and the hardest the most. Raises
    `MissingError` without a correct response.
    """
    faces = face_table(study, None)
    solved = faces[faces["people_accuracy"] > 0]
    if study.trials.empty or solved.empty:
        raise MissingError(f"Nobody clicked and answered correctly in study {study.name!r}, so there is no sequence.")
    ordered = solved.sort_values(["people_accuracy", "clicks"], ascending=[True, False], kind="stable")
    return str(ordered["image"].iloc[-1]), str(ordered["image"].iloc[0])


def network_by_condition(study: Study, run: Run) -> NDArray[np.float64]:
    """Give the share of images that the pair classifiers get right in people's 2AFC, per condition.

    (L, L), row true label, column false label; NaN on the diagonal and where the pair was not trained.
    """
    faces = face_table(study, run).dropna(subset=["network_right"])
    right = (
        faces["network_right"].astype(float).groupby(faces["true_label"] + "|" + faces["false_label"]).mean().to_dict()
    )
    n = len(study.label_set)
    matrix = np.full((n, n), np.nan)
    matrix[~np.eye(n, dtype=bool)] = [right.get(str(condition), np.nan) for condition in study.label_set.conditions]
    return matrix
