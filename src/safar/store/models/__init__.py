"""The models, one file a noun."""

from safar.store.models.attempt import Attempt
from safar.store.models.board import Board, BoardChart, BoardLetter
from safar.store.models.draft import Draft, DraftChange
from safar.store.models.home import Home
from safar.store.models.job import Job
from safar.store.models.note import Note
from safar.store.models.saved_view import SavedView, ShareLink
from safar.store.models.sign_in_link import SignInLink
from safar.store.models.study import Study, StudyRun, StudyVersion
from safar.store.models.user import User

__all__ = [
    "Attempt",
    "Board",
    "BoardChart",
    "BoardLetter",
    "Draft",
    "DraftChange",
    "Home",
    "Job",
    "Note",
    "SavedView",
    "ShareLink",
    "SignInLink",
    "Study",
    "StudyRun",
    "StudyVersion",
    "User",
]
