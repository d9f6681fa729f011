"""How far each method's maps can be trusted, and how much of the image networks and people need."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import explain, reveal, trust

view = state.current()
head("How far can the maps be trusted?", view)
explain.offer(view)
trust.trusted(view)
reveal.reveal(view)
