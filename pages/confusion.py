"""Human, votes and multiclass side by side: which expressions are taken for which others."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import cells, confusion

view = state.current()
head(f"Do people and the network confuse the same {'expressions' if view.study.responses is None else 'labels'}?", view)
confusion.side_by_side(view)
cells.differences(view)
confusion.other_images(view)
