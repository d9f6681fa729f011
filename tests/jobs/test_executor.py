import subprocess
import sys

import pytest

from fercore.errors import InputError, UnknownNameError
from fercore.jobs.executor import EXECUTORS, chosen_executor


def test_a_job_is_worked_on_here_when_nothing_else_is_asked_for():
    assert chosen_executor({}) == chosen_executor({"executor": "local"}) == {"executor": "local", "address": None}


def test_the_executors_are_listed():
    assert EXECUTORS.names() == ("local", "ray")


@pytest.mark.parametrize(
    ("payload", "error", "words"),
    [
        ({"executor": "slurm"}, UnknownNameError, "no executor called 'slurm'"),
        ({"address": "host:6379"}, InputError, "'host:6379' is of no use"),
    ],
)
def test_what_cannot_be_chosen_is_one_sentence(payload, error, words):
    with pytest.raises(error, match=words):
        chosen_executor(payload)


def test_without_its_library_an_executor_says_what_to_install():
    code = (
        "import sys; sys.modules['ray'] = None\n"
        "from fercore.jobs.executor import chosen_executor\n"
        "chosen_executor({'executor': 'ray'})"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MissingError: The executor 'ray' needs the library ray" in answer.stderr
    assert "pip install -r requirements-ray.txt" in answer.stderr
