"""Runs, the state of every pair classifier, curves and the live log."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import regimes, training

view = state.current()
head("How were the networks trained?", view)
training.page(view)
regimes.regimes(view)
