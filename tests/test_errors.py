from fercore.errors import FercoreError, RowFault, TrialTableError, UnknownNameError


def test_an_unknown_name_without_a_near_one_lists_what_is_known():
    assert "Known: cam, grad-cam." in str(UnknownNameError("method", "xyz", ["grad-cam", "cam"]))
    assert "Known: none." in str(UnknownNameError("method", "xyz", []))


def test_a_trial_table_error_keeps_every_fault_and_prints_the_first():
    faults = [RowFault(line, "response", "hapy", "is neither option") for line in range(2, 30)]
    error = TrialTableError("trials.csv", faults)
    assert len(error.faults) == 28
    assert "line 2, response = 'hapy': is neither option" in str(error)
    assert "and 18 more" in str(error)
    assert isinstance(error, FercoreError)
