"""Every kind of long work that there is."""

from __future__ import annotations

from collections.abc import Mapping

from safar.usecases.export_facts import EXPORT_FACTS
from safar.usecases.import_job import IMPORT
from safar.usecases.job_kind import JobKind
from safar.usecases.prepare_job import PREPARE
from safar.usecases.study_job import PATH_MODEL

KINDS: Mapping[str, JobKind] = {kind.name: kind for kind in (PREPARE, EXPORT_FACTS, IMPORT, PATH_MODEL)}
