"""Studies, their versions and runs, as frozen records. The only door to these models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from safar.domain.study import DataSource, Study, StudyData, StudyRun, StudyVersion
from safar.store import models


def list_studies(*, person: UUID) -> list[Study]:
    """The studies that a person made or that are shared, newest change first."""
    rows = _there().filter(Q(owner_id=person) | Q(shared=True)).order_by("-changed_at", "id")
    return [_study(row) for row in rows]


def find_study(study: UUID, *, removed: bool = False) -> Study | None:
    """A study. removed: one that was removed and can be brought back is found too."""
    rows = _all() if removed else _there()
    row = rows.filter(pk=study).first()
    return None if row is None else _study(row)


def count_studies(*, owner: UUID) -> int:
    """How many studies a person has."""
    return _there().filter(owner_id=owner).count()


def add_study(
    study: UUID,
    *,
    title: str,
    owner: UUID,
    text: str,
    told: str,
    choices: str,
    data: StudyData,
    questionnaire: str = "",
    now: datetime,
) -> Study:
    """A new study, not shared, with its first version."""
    models.Study.objects.create(
        pk=study,
        title=title,
        owner_id=owner,
        text=text,
        version=1,
        choices=choices,
        questionnaire=questionnaire,
        changed_at=now,
        **_told(data),
    )
    models.StudyVersion.objects.create(study_id=study, number=1, text=text, told=told, by_id=owner, at=now)
    found = find_study(study)
    assert found is not None  # noqa: S101  # it was just made
    return found


def change_study(study: UUID, *, now: datetime, **values: Any) -> None:
    """Change title, shared or choices."""
    models.Study.objects.filter(pk=study).update(changed_at=now, **values)


def set_data(study: UUID, *, data: StudyData, now: datetime) -> None:
    """Say where the answers come from."""
    models.Study.objects.filter(pk=study).update(changed_at=now, **_told(data))


def set_questionnaire(study: UUID, *, text: str, now: datetime) -> None:
    """Keep a questionnaire ("": none), and the one that it replaces as the one before."""
    row = models.Study.objects.filter(pk=study)
    row.update(questionnaire_before=F("questionnaire"), questionnaire=text, changed_at=now)


def swap_questionnaires(study: UUID, *, now: datetime) -> None:
    """Bring back the questionnaire before; the present one is the one before then."""
    row = models.Study.objects.filter(pk=study)
    row.update(questionnaire_before=F("questionnaire"), questionnaire=F("questionnaire_before"), changed_at=now)


def set_removed(study: UUID, *, at: datetime | None) -> None:
    """Remove a study, or bring it back (`at` None)."""
    models.Study.objects.filter(pk=study).update(removed_at=at)


def delete_removed(*, before: datetime) -> list[UUID]:
    """Delete what was removed before then, and studies that nobody can see any more. Returns which."""
    rows = models.Study.objects.filter(Q(removed_at__lt=before) | Q(owner=None, shared=False))
    gone = list(rows.values_list("pk", flat=True))
    if gone:
        models.Study.objects.filter(pk__in=gone).delete()
    return gone


def all_studies() -> set[UUID]:
    """Every study that there is, removed ones included."""
    return set(models.Study.objects.values_list("pk", flat=True))


def add_version(study: UUID, *, text: str, told: str, by: UUID, now: datetime, most: int) -> int:
    """A new version of the text, which holds from now on; the oldest beyond `most` go. Returns its number."""
    last = models.Study.objects.values_list("version", flat=True).get(pk=study)
    number = int(last) + 1
    models.StudyVersion.objects.create(study_id=study, number=number, text=text, told=told[:200], by_id=by, at=now)
    models.Study.objects.filter(pk=study).update(text=text, version=number, changed_at=now)
    models.StudyVersion.objects.filter(study_id=study, number__lte=number - most).delete()
    return number


def list_versions(study: UUID) -> list[StudyVersion]:
    """All versions, the newest first."""
    rows = models.StudyVersion.objects.filter(study_id=study).select_related("by").order_by("-number")
    return [_version(row) for row in rows]


def find_version(study: UUID, number: int) -> StudyVersion | None:
    """One version."""
    row = models.StudyVersion.objects.filter(study_id=study, number=number).select_related("by").first()
    return None if row is None else _version(row)


def add_run(
    study: UUID, *, run: UUID, kind: str, options: Mapping[str, str], text: str, by: UUID, now: datetime
) -> StudyRun:
    """A run that nobody works on yet."""
    last = models.StudyRun.objects.filter(study_id=study).order_by("-number").values_list("number", flat=True).first()
    row = models.StudyRun.objects.create(
        pk=run,
        study_id=study,
        number=(last or 0) + 1,
        kind=kind,
        options=dict(options),
        text=text,
        by_id=by,
        asked_at=now,
    )
    return _run(row, result=False)


def set_job(run: UUID, *, job: UUID) -> None:
    """Say which long work does it."""
    models.StudyRun.objects.filter(pk=run).update(job=job)


def keep_result(run: UUID, *, result: str, headline: Mapping[str, Any], now: datetime) -> bool:
    """Keep what a run found. False: there is no such run any more."""
    rows = models.StudyRun.objects.filter(pk=run)
    return bool(rows.update(result=result, headline=dict(headline), ended_at=now))


def list_runs(study: UUID) -> list[StudyRun]:
    """All runs of a study, the newest first, without their results."""
    rows = models.StudyRun.objects.filter(study_id=study).defer("result").select_related("by").order_by("-number")
    return [_run(row, result=False) for row in rows]


def newest_runs(studies: Sequence[UUID]) -> dict[UUID, StudyRun]:
    """Of each study the newest run that is done, without its result."""
    rows = models.StudyRun.objects.filter(study_id__in=list(studies)).exclude(ended_at=None)
    found = rows.defer("result", "text").select_related("by").order_by("number")
    return {row.study_id: _run(row, result=False, text=False) for row in found}


def list_done(studies: Sequence[UUID], *, kind: str) -> list[StudyRun]:
    """All runs of that kind of these studies that are done, the newest first, without their results."""
    rows = models.StudyRun.objects.filter(study_id__in=list(studies), kind=kind).exclude(ended_at=None)
    found = rows.defer("result", "text").select_related("by").order_by("-asked_at", "pk")
    return [_run(row, result=False, text=False) for row in found]


def find_run(run: UUID) -> StudyRun | None:
    """One run with its result."""
    row = models.StudyRun.objects.filter(pk=run).select_related("by").first()
    return None if row is None else _run(row, result=True)


def find_numbered(study: UUID, number: int) -> StudyRun | None:
    """One run of a study with its result."""
    row = models.StudyRun.objects.filter(study_id=study, number=number).select_related("by").first()
    return None if row is None else _run(row, result=True)


def _there() -> QuerySet[models.Study]:
    return _all().filter(removed_at=None)


def _all() -> QuerySet[models.Study]:
    # What a change replaced is only ever swapped in the store.
    return models.Study.objects.defer("questionnaire_before").select_related("owner")


def _told(data: StudyData) -> dict[str, Any]:
    told = asdict(data)
    return {"source": str(told.pop("source")), "data": {**told, "columns": list(data.columns)}}


def _study(row: models.Study) -> Study:
    told = dict(row.data)
    told["columns"] = tuple(told.get("columns", ()))
    return Study(
        id=row.pk,
        title=row.title,
        owner=row.owner.pk if row.owner else None,
        owner_name=row.owner.name if row.owner else "",
        shared=row.shared,
        changed_at=row.changed_at,
        text=row.text,
        version=row.version,
        choices=row.choices,
        data=StudyData(source=DataSource(row.source), **told),
        questionnaire=row.questionnaire,
    )


def _version(row: models.StudyVersion) -> StudyVersion:
    return StudyVersion(number=row.number, text=row.text, told=row.told, by=row.by.name if row.by else "", at=row.at)


def _run(row: models.StudyRun, *, result: bool, text: bool = True) -> StudyRun:
    return StudyRun(
        id=row.pk,
        study=row.study_id,
        number=row.number,
        kind=row.kind,
        options=row.options,
        text=row.text if text else "",
        job=row.job,
        by=row.by.name if row.by else "",
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        headline=row.headline,
        result=row.result if result else "",
    )
