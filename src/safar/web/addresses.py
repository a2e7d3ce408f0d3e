"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from safar.web.views import facts, health, journey, measure, method, place, sign_in

urlpatterns = [
    path("", journey.home, name="home"),
    path("healthz", health.health, name="health"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/<str:token>/", sign_in.sign_in_by_link, name="sign-in-link"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("journey/", journey.journey, name="journey"),
    path("journey/steps/<str:step>/", place.step, name="step"),
    path("journey/touchpoints/<str:touchpoint>/", place.touchpoint, name="touchpoint"),
    path("methods/<str:method>/", method.method, name="method"),
    path("measure/", measure.measure, name="measure"),
    path("measure/answers/", measure.measure_answers, name="measure-answers"),
    path("measure/table.csv", measure.measure_csv, name="measure-csv"),
    path("measure/table.xlsx", measure.measure_xlsx, name="measure-xlsx"),
    path("facts/<str:kind>/", facts.facts, name="facts"),
    path("facts/<str:kind>.csv", facts.facts_csv, name="facts-csv"),
]
