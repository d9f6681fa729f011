"""What people did: accuracy, clicks and time per condition, who was left out, and in which order faces were uncovered."""

from fercore.ui import state
from fercore.ui.components import head
from fercore.ui.panels import consistency, observers, participants, people, people_needed, power, relations, reliability

view = state.current()
head("How well do people recognise an expression, and what does it cost them?", view)
if view.study.responses is None:
    people.summary(view)
else:
    observers.summary(view)
    observers.everybody(view)
if view.study.trials.empty:
    if view.study.votes is not None:
        people.vote_confusion(view)
        participants.same_question(view)
    consistency.same_errors(view)
    people.no_clicks(view)
else:
    people.heatmaps(view)
    for part in view.leading_first(people.scatters, people.relations):
        part(view)
    reliability.agreement_of_participants(view)
    participants.same_question(view)
    consistency.same_errors(view)
    relations.hard_for_both(view)
    people.exclusions(view)
    people.sequences(view)
    power.preview(view)
people_needed.needed(view)
