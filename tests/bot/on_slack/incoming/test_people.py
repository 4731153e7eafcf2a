"""What a profile on Slack says of somebody's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.on_slack.incoming.people import _zone

SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("user", "hours"),
    [
        ({"tz": "Asia/Seoul", "tz_offset": 32400}, 9),
        ({"tz": "America/New_York", "tz_offset": -18000}, -4),
        ({"tz": "Nowhere/Else", "tz_offset": 5400}, 1.5),
        ({"tz": "../../etc/passwd", "tz_offset": 0}, 0),
    ],
)
def test_the_zone_by_its_name_or_else_its_hours(user, hours):
    assert SUMMER.astimezone(_zone(user)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    "user", [{}, {"tz": None}, {"tz": "x", "tz_offset": "y"}, {"tz_offset": 10**9}, {"tz": "\0"}]
)
def test_who_says_nothing_reads_utc(user):
    assert _zone(user) is None
