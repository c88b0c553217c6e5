from django.urls import URLPattern, path

from conversations.views import deadlines

urlpatterns: list[URLPattern] = [
    path("samtaler/", deadlines.conversations, name="conversations"),
    path("samtaler/opgave/<int:deadline_id>/", deadlines.task, name="task"),
    path("samtaler/opgave/<int:deadline_id>/holdt/", deadlines.task_hold, name="task_hold"),
    path("samtaler/opgave/<int:deadline_id>/ikke-relevant/", deadlines.task_waive, name="task_waive"),
    path("samtaler/opgave/<int:deadline_id>/fortryd/", deadlines.task_undo, name="task_undo"),
]
