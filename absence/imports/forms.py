"""The upload form: several files at once, each told apart by its name."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from absence.imports.uploads import file_name
from core.importing.kinds import all_kinds
from core.importing.source import megabytes


class _FilesInput(forms.ClearableFileInput):
    """The browser's own file chooser, for several files."""

    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Cleans to {our name: upload}. Refuses unknown names, two of a kind, and files that are too large."""

    widget = _FilesInput(attrs={"accept": ".csv,text/csv,text/plain"})

    def clean(self, data: Any, initial: Any = None) -> dict[str, UploadedFile[Any]]:
        """Raises ValidationError with one message per file that cannot be used."""
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if not uploads:
            raise ValidationError(self.error_messages["required"], code="required")
        found: dict[str, UploadedFile[Any]] = {}
        problems: list[str] = []
        for upload in uploads:
            name = file_name(upload.name or "")
            if name is None:
                names = ", ".join(kind.name for kind in all_kinds())
                problems.append(f"Vi kender ikke {upload.name}. Giv filen et af disse navne: {names}.")
            elif name in found:
                problems.append(f"Der er to filer af slagsen {name}. Vælg én af dem ad gangen.")
            elif (upload.size or 0) > settings.IMPORT_MAX_BYTES:
                problems.append(
                    f"{upload.name} fylder {megabytes(upload.size or 0)}, og grænsen er "
                    f"{megabytes(settings.IMPORT_MAX_BYTES)}. Del den i flere filer, og indlæs dem efter hinanden."
                )
            else:
                found[name] = upload
        if problems:
            raise ValidationError(problems)
        return found


class UploadForm(forms.Form):
    """Choose files to check."""

    uploads = _FilesField(
        label="Filer",
        help_text="CSV-filer. Du kan vælge flere på én gang.",
        error_messages={"required": "Vælg mindst én fil."},
    )

    @property
    def helper(self) -> FormHelper:
        """Layout without a form tag; the template writes that."""
        helper = FormHelper()
        helper.form_tag = False
        helper.add_input(Submit("kontroller", "Kontrollér filerne"))
        return helper
