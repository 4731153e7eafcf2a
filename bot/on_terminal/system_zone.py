"""The zone of this machine's clock, whatever it was on a given day."""

from datetime import UTC, datetime, timedelta, tzinfo


class SystemZone(tzinfo):
    """Asks the system for each moment: summer time may have been another then."""

    def fromutc(self, dt: datetime) -> datetime:
        local = dt.replace(tzinfo=UTC).astimezone()
        return local.replace(tzinfo=self)

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        return _local(dt).utcoffset()

    def tzname(self, dt: datetime | None) -> str | None:
        return _local(dt).tzname()

    def dst(self, dt: datetime | None) -> timedelta | None:
        return None


def _local(dt: datetime | None) -> datetime:
    return dt.replace(tzinfo=None).astimezone() if dt else datetime.now().astimezone()
