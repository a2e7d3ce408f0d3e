"""Every kind of long work that there is."""

from __future__ import annotations

from collections.abc import Mapping

from safar.usecases.export_facts import EXPORT_FACTS
from safar.usecases.job_kind import JobKind
from safar.usecases.prepare_job import PREPARE

KINDS: Mapping[str, JobKind] = {kind.name: kind for kind in (PREPARE, EXPORT_FACTS)}
