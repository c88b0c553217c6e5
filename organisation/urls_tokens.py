"""The set-up page of the API's tokens."""

from django.urls import path

from organisation.views import tokens

urlpatterns = [
    path("opsaetning/api/", tokens.api_tokens, name="api_tokens"),
    path("opsaetning/api/<int:token_id>/luk/", tokens.api_token_revoke, name="api_token_revoke"),
    path("opsaetning/api/<int:token_id>/aabn/", tokens.api_token_restore, name="api_token_restore"),
]
