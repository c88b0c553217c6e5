from django.urls import path

from absence.views import imports

urlpatterns = [
    path("", imports.imports, name="imports"),
    path("eksempel/<str:name>", imports.import_sample, name="import_sample"),
    path("<int:job_id>/", imports.import_job, name="import_job"),
    path("<int:job_id>/fremdrift/", imports.import_progress, name="import_progress"),
    path("<int:job_id>/igen/", imports.import_again, name="import_again"),
    path("<int:job_id>/fejl.csv", imports.import_errors, name="import_errors"),
]
