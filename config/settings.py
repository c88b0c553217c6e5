"""Settings, all from the environment (`.env` is read if present). See docs/architecture.md.

`DATABASE_URL` and `REDIS_URL` unset mean the embedded servers under `DATA_DIR`. Set, `DATABASE_URL` is the
owner (migrations) and `APP_DATABASE_URL` the application role that web, worker and beat connect as.
"""

from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab

from core import embedded, secrets
from core.embedded import environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = environment.data_dir()
DEBUG = env.bool("DEBUG", default=False)
# `make run` sets this: plain http on loopback, mail kept in the database and shown under /opsaetning/.
LOCAL = env.bool("NAERVAER_LOCAL", default=environment.uses_postgres())
SECRET_KEY = env.str("SECRET_KEY", default="") or secrets.secret(DATA_DIR, "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The address that links in mails begin with.
BASE_URL = env.str("BASE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "crispy_forms",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
    "core",
    "organisation",
    "absence",
    "absence_statistics",
    "conversations",
    "prevention",
    "coordination",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.ReadableAddressMiddleware",
    "core.middleware.NulRefusedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.tenancy.middleware.TenantMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "core.middleware.HistoryContextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
NAVIGATION = "config.navigation.navigation"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.page",
            ],
        },
    },
]
# Messages may name a person; the session keeps them on the server, a cookie would not.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "dkfds"
CRISPY_ALLOWED_TEMPLATE_PACKS = "dkfds"

# --- Data -------------------------------------------------------------------------------------------------


def _postgres(url: str) -> dict[str, Any]:
    """One Django database dictionary with our tenant-binding backend."""
    parsed = env.db_url_config(url)
    return {
        **parsed,
        "ENGINE": "core.tenancy.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


_embedded = embedded.state(DATA_DIR) if environment.uses_postgres() or environment.uses_valkey() else None
if environment.uses_postgres() and _embedded is not None:
    OWNER_DATABASE_URL, APP_DATABASE_URL = _embedded.owner_url, _embedded.app_url
else:
    OWNER_DATABASE_URL = env.str("DATABASE_URL")
    APP_DATABASE_URL = env.str("APP_DATABASE_URL", default="") or secrets.app_url(
        DATA_DIR, OWNER_DATABASE_URL
    )
# `backup` reads as a role that sees every municipality's rows and writes nothing (core/embedded/roles.sql).
BACKUP_DATABASE_URL = (
    _embedded.backup_url
    if environment.uses_postgres() and _embedded is not None
    else env.str("BACKUP_DATABASE_URL", default="")
)
OWNER_DATABASE = _postgres(OWNER_DATABASE_URL)
APP_DATABASE = _postgres(APP_DATABASE_URL)
DATABASES = {"default": dict(APP_DATABASE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="") or (_embedded.redis_url if _embedded else "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "naervaer",
    }
}

# --- Users and sessions -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisation.User"
TENANT_MODEL = "organisation.Municipality"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "organisation.login.TenantBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 60 * 60 * 10  # a working day
SESSION_COOKIE_NAME = "naervaer_session"
CSRF_COOKIE_NAME = "naervaer_csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# The cache keeps the failed attempts: no table with addresses of people who mistyped.
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_CACHE = "default"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "organisation.login.locked_out"
# The word for it in log-in's credentials. Left out it would be "email", and the lock would look for another key than
# the one that failures are counted under: a right guess would then open the door however many wrong ones came first.
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_SENSITIVE_PARAMETERS = ["username", "password"]

# --- Security headers -------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = not LOCAL
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=not LOCAL) else None
)
SECURE_HSTS_SECONDS = 0 if LOCAL else 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# --- Language, static files, uploads ----------------------------------------------------------------------

LANGUAGE_CODE = "da"
TIME_ZONE = "Europe/Copenhagen"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "static_packages"]
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_TEMP_DIR = None
# Import files are read from disk; anything above this goes to a temporary file first.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=150 * 1024 * 1024)

# --- Mail -------------------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Nærvær <naervaer@localhost>")
EMAIL_TIMEOUT = 30

# --- Jobs -------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True  # a job's result is its row
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_QUEUES = None  # set in config/celery.py
CELERY_TASK_DEFAULT_QUEUE = "people"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
# The schedule, shown with each job's heartbeat on the jobs page. Times are Copenhagen time.
CELERY_BEAT_SCHEDULE = {
    "send_reminders": {
        "task": "conversations.tasks.send_morning_reminders",
        "schedule": crontab(hour=6, minute=0),
    },
    "catch_up_reminders": {
        "task": "conversations.tasks.catch_up_reminders",
        "schedule": crontab(hour="7-16", minute=15),
    },
    "plan_deadlines": {
        "task": "conversations.tasks.plan_all_deadlines",
        "schedule": crontab(hour=4, minute=30),
    },
    "send_mail": {"task": "core.tasks.send_waiting_mail", "schedule": 60.0},
    "heartbeat": {"task": "core.tasks.beat_is_alive", "schedule": 60.0},
}
SCHEDULED_JOBS = "config.jobs.SCHEDULED_JOBS"  # the words for each of them
# /metrics answers loopback, and with this token (Authorization: Bearer …) others; empty means loopback only.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- Audit ------------------------------------------------------------------------------------------------

import pghistory  # noqa: E402  (its configuration objects are settings)

PGHISTORY_CONTEXT_FIELD = (
    pghistory.ContextJSONField()
)  # keep who and why beside the event, not in a shared table
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(
    db_index=False
)  # history is looked up by municipality and id

# --- API --------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organisation.api_access.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["organisation.api_access.MayCall"],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.CallThrottle", "core.api.throttling.WriteThrottle"],
    "DEFAULT_THROTTLE_RATES": {"api": "600/min", "api_write": "120/min"},  # for each token or user
    "DEFAULT_PARSER_CLASSES": ["core.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "core.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Nærvær",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Fravær, frister og tal i en kommune. Nøgler laves under Opsætning, API-nøgler.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# --- Logging: traces, never personal data -----------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "core.logs.PlainFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.str("LOG_LEVEL", default="INFO" if not LOCAL else "WARNING"),
    },
    "loggers": {"django.request": {"level": "ERROR"}, "axes": {"level": "ERROR"}},
}

TEST_RUNNER = "django.test.runner.DiscoverRunner"
