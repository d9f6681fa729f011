"""How much of the image networks need along each method's maps, and how much people need."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import explain, reveal

view = state.current()
head("How far can the maps be trusted?", view)
explain.offer(view)
reveal.reveal(view)
