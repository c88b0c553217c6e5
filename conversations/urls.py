from django.urls import URLPattern, path

from conversations.views import deadlines, rule_versions, rules

urlpatterns: list[URLPattern] = [
    path("samtaler/", deadlines.conversations, name="conversations"),
    path("samtaler/opgave/<int:deadline_id>/", deadlines.task, name="task"),
    path("samtaler/opgave/<int:deadline_id>/holdt/", deadlines.task_hold, name="task_hold"),
    path("samtaler/opgave/<int:deadline_id>/ikke-relevant/", deadlines.task_waive, name="task_waive"),
    path("samtaler/opgave/<int:deadline_id>/fortryd/", deadlines.task_undo, name="task_undo"),
    path("opsaetning/regler/", rules.rules, name="rules"),
    path("opsaetning/regler/visning/", rules.rules_preview, name="rules_preview"),
    path("opsaetning/regler/regel/<slug:key>/", rules.rules_edit, name="rules_edit"),
    path("opsaetning/regler/regel/<slug:key>/<slug:action>/", rules.rules_change, name="rules_change"),
    path("opsaetning/regler/ny/<slug:part>/", rules.rules_add, name="rules_add"),
    path("opsaetning/regler/begynd/", rule_versions.rules_start, name="rules_start"),
    path("opsaetning/regler/fil/", rule_versions.rules_upload, name="rules_upload"),
    path("opsaetning/regler/kasser/", rule_versions.rules_discard, name="rules_discard"),
    path("opsaetning/regler/fortryd/", rule_versions.rules_undo, name="rules_undo"),
    path("opsaetning/regler/i-kraft/", rule_versions.rules_adopt, name="rules_adopt"),
    path("opsaetning/regler/<slug:name>.json", rule_versions.rules_file, name="rules_file"),
]
