import os
import sys

import pytest
from hypothesis import settings

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # two processes test side by side: threads of both would wait for each other

settings.register_profile("shared machine", deadline=None)  # timings are benchmarks, not tests
settings.load_profile("shared machine")


@pytest.fixture(autouse=True)
def _same_main(monkeypatch):
    """Give back ``__main__``, which Streamlit's AppTest puts its script in: processes that are spawned start from it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
