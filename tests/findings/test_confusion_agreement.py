import numpy as np
import pytest

from fercore.comparison.mantel import mantel
from fercore.findings.confusion_agreement import counts_by_participant, liken
from fercore.findings.people import people


def test_two_matrices_are_compared_over_all_cells_and_over_errors(settings):
    rng = np.random.default_rng(0)
    a, b = rng.dirichlet(np.ones(4), size=(2, 4))
    errors = ~np.eye(4, dtype=bool)
    drawn = np.stack([a[errors], *rng.dirichlet(np.ones(12), 60)]), b[errors][None]
    found = liken(a, b, settings, drawn, np.full(61, 0.8))
    assert (found.all_cells.n, found.errors.n, found.ranks.n) == (16, 12, 12)
    assert found.errors.r == pytest.approx(np.corrcoef(a[errors], b[errors])[0, 1])
    assert found.errors_ci.low < found.errors.r < found.errors_ci.high
    assert found.ranks_ci.low < found.ranks.r < found.ranks_ci.high
    assert found.score == pytest.approx(found.errors.r / 0.8)
    assert np.isnan(liken(a, b, settings, drawn, np.full(61, -0.1)).score)  # people who do not agree are no ceiling
    assert found.relabelled == mantel(a, b, seed=settings.seed)


def test_the_answers_of_everybody_add_up_to_those_of_people(full, settings):
    counts = counts_by_participant(full)
    assert len(counts) == len(full.exclusion.kept)
    np.testing.assert_array_equal(counts.sum(axis=0), people(full, settings).confusion_counts)
