"""Which address leads to which room: pages now, the programs' interface later."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("safar.web.addresses"))]

handler400 = "safar.web.problems.bad_request"
handler403 = "safar.web.problems.forbidden"
handler404 = "safar.web.problems.not_found"
handler500 = "safar.web.problems.server_error"
