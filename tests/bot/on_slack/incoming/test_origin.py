from hypothesis import given
from hypothesis import strategies as st

from bot.on_slack.incoming.origin import Origin, read_origin
from handlers.types import Language


@given(st.builds(Origin, st.text(), st.text(), st.text(), st.sampled_from(Language)))
def test_an_origin_comes_back(origin: Origin) -> None:
    assert read_origin(origin.to_metadata()) == origin


@given(
    st.text()
    | st.none()
    | st.sampled_from(["[]", '{"channel": 3}', '{"language": 3}', "[" * 100_000])
)
def test_what_cannot_be_read_is_left_out(metadata: object) -> None:
    assert read_origin(metadata) == Origin()


def test_a_real_one_fits_a_view() -> None:
    url = "https://hooks.slack.com/commands/T0123/" + "9" * 60
    assert len(Origin("C0123", "1700000000.000100", url).to_metadata()) < 300
