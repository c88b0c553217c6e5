"""News that absence publishes; apps above listen."""

from django.dispatch import Signal

# Sent inside the tenant and the transaction after absences were created, changed, withdrawn or imported.
# Argument: absence_ids (list of SickNotification ids, or None for "perhaps any").
absences_changed = Signal()
