"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from safar.web.views import account, boards, facts, forgotten, health, journey, measure, method, people, place, sign_in

urlpatterns = [
    path("", journey.home, name="home"),
    path("healthz", health.health, name="health"),
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
    path("methods/<str:method>/", method.method, name="method"),
    path("measure/", measure.measure, name="measure"),
    path("measure/answers/", measure.measure_answers, name="measure-answers"),
    path("measure/table.csv", measure.measure_csv, name="measure-csv"),
    path("measure/table.xlsx", measure.measure_xlsx, name="measure-xlsx"),
    path("boards/", boards.boards, name="boards"),
    path("boards/save/", boards.save, name="board-save"),
    path("boards/letters/<str:token>/", boards.stop, name="board-letter-stop"),
    path("boards/charts/<uuid:chart>/", boards.chart, name="board-chart"),
    path("boards/charts/<uuid:chart>/move/", boards.move, name="board-chart-move"),
    path("boards/charts/<uuid:chart>/remove/", boards.remove_chart, name="board-chart-remove"),
    path("boards/charts/<uuid:chart>/restore/", boards.restore_chart, name="board-chart-restore"),
    path("boards/<uuid:board>/", boards.board, name="board"),
    path("boards/<uuid:board>/change/", boards.change, name="board-change"),
    path("boards/<uuid:board>/remove/", boards.remove, name="board-remove"),
    path("boards/<uuid:board>/restore/", boards.restore, name="board-restore"),
    path("boards/<uuid:board>/letter/", boards.letter, name="board-letter"),
    path("facts/<str:kind>/", facts.facts, name="facts"),
    path("facts/<str:kind>.csv", facts.facts_csv, name="facts-csv"),
]
