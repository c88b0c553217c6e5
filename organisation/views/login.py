"""Log-in and log-out."""

from django.contrib.auth import views
from django.http import HttpResponse

from organisation.forms import LoginForm
from organisation.login import acting_as


class LoginView(views.LoginView):
    """Log in with e-mail and password. Open to everybody: it is the way in."""

    form_class = LoginForm
    template_name = "organisation/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: LoginForm) -> HttpResponse:  # type: ignore[override]
        with acting_as(form.get_user()):
            return super().form_valid(form)
