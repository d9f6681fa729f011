"""The study in three sentences and four numbers, and the way on."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import headlines, overview

view = state.current()
head("Do networks look where people look?", view)
headlines.summary(view)
overview.cards(view)
overview.way_on(view)
overview.matrices(view)
