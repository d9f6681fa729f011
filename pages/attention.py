"""Per condition and method: where people look, where the network looks, and where both do."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import attention, explain

view = state.current()
head("Where do people and the network look, expression by expression?", view)
explain.offer(view)
attention.explorer(view)
