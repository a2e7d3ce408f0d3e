"""Django's settings, built from a workspace: no settings module, no environment variable of Django's own."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from safar.errors import Conflict
from safar.server.database import bring_up_to_date, django_database, keep_to_owner
from safar.server.log_lines import log_settings, tell_everything

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

_WEB = Path(__file__).resolve().parent.parent / "web"
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
SESSION_LIFETIME = timedelta(days=7)
HSTS_S = 365 * 24 * 3600
LEAST_PASSWORD = 10
"""Characters of a password, at least."""
_VALIDATION = "django.contrib.auth.password_validation"
_ABOUT = ("name", "email")
SECURITY_MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "safar.web.protection.ProtectionMiddleware",
    "safar.web.static_files.StaticFilesMiddleware",
)
APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "safar.store.apps.StoreConfig",
    "safar.web.apps.WebConfig",
]
MIDDLEWARE = [
    "safar.web.request_log.RequestLogMiddleware",
    "safar.web.head.HeadMiddleware",
    "safar.web.metrics.MetricsMiddleware",
    "safar.web.outside.ProxyMiddleware",
    *SECURITY_MIDDLEWARE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "safar.web.preferences.PreferencesMiddleware",
    "safar.web.journey_choice.JourneyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "safar.web.access.AccessMiddleware",
    "safar.web.day_field.DaysMiddleware",
    "safar.web.views.wait.WaitMiddleware",
    "safar.web.problems.ProblemMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "safar.web.preferences.page_frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "safar.web.templatetags.cards",
                "safar.web.templatetags.wording",
                "safar.web.templatetags.studies",
            ],
        },
    }
]


class AlreadyConfigured(Conflict):
    """This process already serves another workspace."""

    code = "server.already-configured"
    next_step = "Serve each workspace by a process of its own."


def configure(
    workspace: Path | str,
    *,
    environ: Mapping[str, str] | None = None,
    migrate: bool = True,
    serves: bool = False,
) -> Workspace:
    """Point Django in this process at the workspace in a folder, and bring its database up to date.

    serves: this process serves pages or does long work: all that it tells goes to the log, as the settings say.
    Calling it again for the same folder changes nothing. Raises: AlreadyConfigured, NoWorkspace, BadSetting,
    DriverMissing, DatabaseUnreachable, OtherWorkspace.
    """
    import django
    from django.conf import settings as django_settings

    from safar.usecases.workspace import Workspace

    opened = Workspace.open(workspace, environ=os.environ if environ is None else environ)
    if django_settings.configured:
        if Path(django_settings.SAFAR_WORKSPACE) != opened.path:
            raise AlreadyConfigured(f"This process already serves {django_settings.SAFAR_WORKSPACE}.")
        return opened
    keep_to_owner(opened)
    django_settings.configure(**django_values(opened, serves=serves))
    django.setup()
    if serves:
        tell_everything()
    if migrate:
        bring_up_to_date(opened)
    return opened


def django_values(workspace: Workspace, *, serves: bool = False) -> dict[str, Any]:
    """The settings of Django for one workspace. Secure unless the workspace says otherwise; debug never."""
    told = workspace.settings
    secret = bytes.fromhex((workspace.path / "secret").read_text(encoding="ascii").strip())
    public = urlsplit(workspace.settings.public_address)
    return {
        "SAFAR_WORKSPACE": str(workspace.path),
        "DEBUG": False,
        # Derived, so that neither secret can be learned from the other.
        "SECRET_KEY": hmac.new(secret, b"safar web", hashlib.sha256).hexdigest(),
        "ALLOWED_HOSTS": _hosts(workspace.settings.bind, public=public.hostname),
        "ROOT_URLCONF": "safar.server.addresses",
        "WSGI_APPLICATION": None,
        "INSTALLED_APPS": APPS,
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": TEMPLATES,
        "DATABASES": {"default": django_database(workspace)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        **_accounts(),
        **_sessions(short=workspace.id[:8], is_secure=public.scheme == "https"),
        **_protection(public),
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_048_576,
        # A table of some hundred columns is corrected in one form.
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2500,
        "APPEND_SLASH": True,
        "USE_TZ": True,
        "TIME_ZONE": workspace.settings.time_zone,
        "USE_I18N": True,
        "LANGUAGE_CODE": workspace.settings.language if workspace.settings.language in ("en", "fa") else "en",
        "LANGUAGES": [("en", "English"), ("fa", "فارسی")],
        "LOCALE_PATHS": [str(_WEB / "locale")],
        "STATIC_URL": "/static/",
        "WHITENOISE_MAX_AGE": 3600,
        "WHITENOISE_ALLOW_ALL_ORIGINS": False,
        "LOGGING_CONFIG": "logging.config.dictConfig",
        # Commands of one step say themselves what they did.
        "LOGGING": log_settings(form=told.log_format, level=told.log_level if serves else "warning"),
    }


def _accounts() -> dict[str, Any]:
    """Who people are, and how they prove it."""
    return {
        "AUTH_USER_MODEL": "store.User",
        "AUTHENTICATION_BACKENDS": ["safar.store.backends.SignInLinkBackend", "safar.store.backends.PasswordBackend"],
        # Scrypt costs a guesser memory besides time; the second reads what the first did not write.
        "PASSWORD_HASHERS": [
            "django.contrib.auth.hashers.ScryptPasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": _ABOUT}},
            {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": LEAST_PASSWORD}},
            {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
            {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
            {"NAME": "safar.web.passwords.VariedPasswordValidator"},
        ],
        "LOGIN_URL": "/sign-in/",
        "LOGIN_REDIRECT_URL": "/",
    }


def _sessions(*, short: str, is_secure: bool) -> dict[str, Any]:
    """Sessions and their cookies, and the one against forged forms. `short`: what tells the workspace from others."""
    return {
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
        "SESSION_COOKIE_AGE": int(SESSION_LIFETIME.total_seconds()),
        # Cookies of one machine are shared by all its ports: the name keeps two workspaces apart.
        "SESSION_COOKIE_NAME": f"safar_session_{short}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_secure,
        "CSRF_COOKIE_NAME": f"safar_csrf_{short}",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": is_secure,
    }


def _protection(public: SplitResult) -> dict[str, Any]:
    """What browsers are told to refuse. `public`: the address that people type, empty where there is none."""
    is_secure = public.scheme == "https"
    return {
        "CSRF_TRUSTED_ORIGINS": [f"{public.scheme}://{public.netloc}"] if public.netloc else [],
        "CSRF_FAILURE_VIEW": "safar.web.problems.csrf_failed",
        # A proxy that ends TLS tells so by this header; ProxyMiddleware takes no one else's word for it.
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if is_secure else None,
        "SECURE_HSTS_SECONDS": HSTS_S if is_secure else 0,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    }


def _hosts(bind: str, *, public: str | None) -> list[str]:
    hosts = list(LOOPBACK_HOSTS)
    if public:
        # The proxy may reach us by any address of ours; what people typed is known.
        return [*hosts, f"[{public}]" if ":" in public else public]
    try:
        address = ipaddress.ip_address(bind)
    except ValueError:
        return [*hosts, bind]
    # Listening on every address is asked for only where any name may lead here.
    if address.is_unspecified:
        return ["*"]
    if not address.is_loopback:
        hosts.append(f"[{address}]" if address.version == 6 else str(address))
    return hosts
