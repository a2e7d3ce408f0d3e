"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from safar.web.views import account, customer, facts, forgotten, health, jobs, journey, people, place, sign_in

urlpatterns = [
    path("", journey.home, name="home"),
    path("healthz", health.health, name="health"),
    path("readyz", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/<str:token>/", sign_in.sign_in_by_link, name="sign-in-link"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/", forgotten.forgotten, name="forgotten"),
    path("password/<str:token>/", forgotten.new_password, name="new-password"),
    path("welcome/", account.welcome, name="welcome"),
    path("invitation/<str:token>/", account.invitation, name="invitation"),
    path("profile/", account.profile, name="profile"),
    path("profile/password/", account.password, name="own-password"),
    path("profile/sessions/", account.sessions, name="own-sessions"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="person-invite"),
    path("people/link/", people.link_shown, name="person-link-shown"),
    path("people/<uuid:person>/", people.person, name="person"),
    path("people/<uuid:person>/link/", people.link, name="person-link"),
    path("people/<uuid:person>/close/", people.close, name="person-close"),
    path("people/<uuid:person>/reopen/", people.reopen, name="person-reopen"),
    path("people/<uuid:person>/delete/", people.delete, name="person-delete"),
    path("journey/", journey.journey, name="journey"),
    path("journey/steps/<str:step>/", place.step, name="step"),
    path("journey/touchpoints/<str:touchpoint>/", place.touchpoint, name="touchpoint"),
    path("customers/<str:key>/", customer.customer, name="customer"),
    path("facts/<str:kind>/", facts.facts, name="facts"),
    path("facts/<str:kind>.csv", facts.facts_csv, name="facts-csv"),
    path("facts/<str:kind>/export/", jobs.export, name="export-facts"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/prepare/", jobs.prepare, name="prepare"),
    path("jobs/<uuid:job>/", jobs.job, name="job"),
    path("jobs/<uuid:job>/cancel/", jobs.cancel, name="cancel-job"),
    path("jobs/<uuid:job>/again/", jobs.again, name="start-again"),
    path("jobs/<uuid:job>/file", jobs.file, name="job-file"),
]
