"""A study as one lazily loaded whole, and the ways in which studies come to be."""

from fercore.study.card import StudyCard
from fercore.study.create import create_study
from fercore.study.create_responses import create_response_study
from fercore.study.shipped import list_studies, open_study
from fercore.study.study import Study

__all__ = ["Study", "StudyCard", "create_response_study", "create_study", "list_studies", "open_study"]
