"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from safar.web.views import (
    drafts,
    facts,
    health,
    inventory,
    journey,
    journey_editor,
    journeys,
    place,
    rules_editor,
    sign_in,
    versions,
)

_JOURNEY, _RULES = {"kind": "journey"}, {"kind": "rules"}

urlpatterns = [
    path("", journey.home, name="home"),
    path("healthz", health.health, name="health"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/<str:token>/", sign_in.sign_in_by_link, name="sign-in-link"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("journey/", journey.journey, name="journey"),
    path("journey/steps/<str:step>/", place.step, name="step"),
    path("journey/touchpoints/<str:touchpoint>/", place.touchpoint, name="touchpoint"),
    path("touchpoints/", inventory.touchpoints, name="touchpoints"),
    path("touchpoints.csv", inventory.touchpoints_csv, name="touchpoints-csv"),
    path("journeys/", journeys.journeys, name="journeys"),
    path("journeys/rename/", journeys.rename, name="journey-rename"),
    path("journeys/archive/", journeys.archive, name="journey-archive"),
    path("journeys/back/", journeys.back, name="journey-back"),
    path("journey/edit/", journey_editor.edit, name="journey-edit"),
    path("journey/edit/frame/", journey_editor.frame, name="journey-frame"),
    path("journey/edit/step/", journey_editor.step, name="journey-step"),
    path("journey/edit/touchpoint/", journey_editor.touchpoint, name="journey-touchpoint"),
    path("journey/edit/arrange/", journey_editor.arrange, name="journey-arrange"),
    path("journey/edit/remove-step/", journey_editor.remove_step_of, name="journey-remove-step"),
    path("journey/edit/undo/", drafts.undo, _JOURNEY, name="journey-undo"),
    path("journey/edit/discard/", drafts.discard_draft, _JOURNEY, name="journey-discard"),
    path("journey/edit/publish/", drafts.publish, _JOURNEY, name="journey-publish"),
    path("journey/edit/merge/", drafts.merge, _JOURNEY, name="journey-merge"),
    path("journey/versions/", versions.versions, _JOURNEY, name="journey-versions"),
    path("journey/versions/<str:version>/restore/", versions.restore, _JOURNEY, name="journey-restore"),
    path("rules/", rules_editor.rules, name="rules"),
    path("rules/edit/", rules_editor.rule, name="rule"),
    path("rules/preview/", rules_editor.preview, name="rules-preview"),
    path("rules/arrange/", rules_editor.arrange, name="rules-arrange"),
    path("rules/undo/", drafts.undo, _RULES, name="rules-undo"),
    path("rules/discard/", drafts.discard_draft, _RULES, name="rules-discard"),
    path("rules/publish/", drafts.publish, _RULES, name="rules-publish"),
    path("rules/merge/", drafts.merge, _RULES, name="rules-merge"),
    path("rules/versions/", versions.versions, _RULES, name="rules-versions"),
    path("rules/versions/<str:version>/restore/", versions.restore, _RULES, name="rules-restore"),
    path("facts/<str:kind>/", facts.facts, name="facts"),
    path("facts/<str:kind>.csv", facts.facts_csv, name="facts-csv"),
]
