"""The two readings of each result, the paper's and the rigorous one, and in one line why they differ.

Both are always computed and shown; the reader says which one leads. The lines stand here and nowhere else.
"""

from __future__ import annotations

from typing import Final

PAPER, RIGOROUS = "paper", "rigorous"
LEADS: Final = (PAPER, RIGOROUS)
"""Which reading may lead, the default first."""

NAMES: Final = {PAPER: "As in the paper", RIGOROUS: "More rigorously"}
"""How the reading that does not lead is introduced."""

WHY: Final = {
    "confusions": (
        "Over all cells r mostly says that both are right more often than wrong; over the errors alone it says whether "
        "they mistake the same labels for each other."
    ),
    "task": "Two tasks with two chance levels cannot be compared; the same question put to everybody can.",
    "area": "At a fixed threshold Dice mostly tells how large the maps are; at equal area, whether they lie in the same place.",
    "averaging": (
        "Averaged over a condition, any two faces look alike; image by image, a map has to beat the maps of other images."
    ),
    "tests": (
        "The same conditions are scored by every method, so their values are not independent: tests within conditions "
        "take out what conditions have in common."
    ),
    "relations": (
        "Over condition means people are averaged away; within people and over single trials it shows whether the two go "
        "together for one and the same person."
    ),
    "uncertainty": "The paper gives no intervals: with other people and other images it would have found other numbers.",
}
"""Why the two readings differ, by what is read."""
