from django.urls import include, path

from absence.views import case, employees, register

urlpatterns = [
    path("fravaer/", employees.employees, name="employees"),
    path("fravaer/medarbejder/<int:employment_id>/", employees.employee, name="employee"),
    path("fravaer/soeg/", register.search, name="absence_search"),
    path("fravaer/registrer/", register.register, name="register"),
    path("fravaer/registrer/vis/", register.preview, name="register_preview"),
    path("fravaer/registrer/<int:employment_id>/", register.register, name="register_for"),
    path("fravaer/fortryd/<str:token>/", case.undo, name="absence_undo"),
    path("fravaer/sag/<int:absence_id>/", case.case, name="case"),
    path("fravaer/sag/<int:absence_id>/status/", case.change_state, name="case_state"),
    path("fravaer/sag/<int:absence_id>/andel/", case.share, name="case_share"),
    path("fravaer/sag/<int:absence_id>/tilbage/", case.return_to_work, name="case_return"),
    path("fravaer/sag/<int:absence_id>/genaabn/", case.reopen, name="case_reopen"),
    path("fravaer/sag/<int:absence_id>/ret/", case.correct, name="case_correct"),
    path("fravaer/sag/<int:absence_id>/flyt/", case.move, name="case_move"),
    path("fravaer/sag/<int:absence_id>/traek-tilbage/", case.withdraw, name="case_withdraw"),
    path("opsaetning/indlaes/", include("absence.urls_imports")),
]
