"""Which method agrees best with people, at any threshold, with the paper's tests and more rigorous ones."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import agreement, claims, equal_area, explain, manuscript, statistics, units

view = state.current()
head("Which map agrees best with people, and how sure is that?", view)
explain.offer(view)
for comparison in view.leading_first(statistics.comparison, equal_area.equal_areas):
    comparison(view)
if view.study.has_images:
    for part in view.leading_first(units.units, agreement.every_measure):
        part(view)
    agreement.every_universe(view)
    claims.claims(view)
    manuscript.manuscript(view)
