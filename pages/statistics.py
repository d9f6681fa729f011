"""Which method agrees best with people, at any threshold, with the paper's tests."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import agreement, claims, explain, manuscript, statistics, units

view = state.current()
head("Which map agrees best with people, and how sure is that?", view)
explain.offer(view)
statistics.comparison(view)
if view.study.has_images:
    units.units(view)
    agreement.every_measure(view)
    agreement.every_universe(view)
    claims.claims(view)
    manuscript.manuscript(view)
