"""Face by face: where people clicked and where each method says the network looked."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import explain, face_bounds, faces

view = state.current()
head("Where do people and the network look on this face?", view)
explain.offer(view)
image = faces.choose(view)
if image is not None:
    faces.row(view, image)
    face_bounds.bounds(view, image)
    faces.answers(view, image)
    faces.strip(view, image)
