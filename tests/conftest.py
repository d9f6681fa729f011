import sys

import pytest
from hypothesis import settings

settings.register_profile("shared machine", deadline=None)  # timings are benchmarks, not tests
settings.load_profile("shared machine")


@pytest.fixture(autouse=True)
def _same_main(monkeypatch):
    """Give back ``__main__``, which Streamlit's AppTest puts its script in: processes that are spawned start from it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
