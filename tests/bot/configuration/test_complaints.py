"""Each wrong setting has its sentence, in both languages."""

import pytest
from pydantic import ValidationError

from bot.configuration.complaints import explain_settings
from bot.settings import Settings
from handlers.types import Language


def said(spoken: Language, /, **given: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Settings(**given)
    (sentence,) = explain_settings(caught.value, spoken)
    return sentence


@pytest.mark.parametrize(
    ("given", "english", "korean"),
    [
        ({"unsure_below": "60"}, "takes a number from 0 to 1", "0부터 1까지의 수"),
        ({"unsure_below": "0,6"}, "with a point, not “0,6”", "소수점은 점으로"),
        ({"unsure_below": "nan"}, "takes a number from 0 to 1", "0부터 1까지의 수"),
        ({"model_memory_mb": "2GB"}, "takes a whole number, 64 or more", "64 이상의 정수"),
        ({"model_memory_mb": "1"}, "takes a whole number, 64 or more", "64 이상의 정수"),
        ({"http_port": "0"}, "takes a whole number from 1 to 65535", "1부터 65535까지의 정수"),
        ({"language": "kr"}, "takes one of auto, en, ko, not “kr”", "auto, en, ko 가운데 하나"),
        ({"engine": "fast"}, "takes one of auto, torch", "auto, torch"),
        ({"models": "org/repo"}, "must be pinned", "커밋을 정해야"),
        ({"models": '"a'}, "a quote is opened", "따옴표가 닫히지"),
        ({"hf_endpoint": "hf-mirror.com"}, "is no address", "주소가 아니에요"),
        ({"hf_endpoint": "https://[x"}, "is no address", "주소가 아니에요"),
        (
            {"hf_endpoint": "http://hub.lan", "hf_token": "hf_x"},
            "takes an https:// address",
            "https:// 주소여야",
        ),
        ({"discord_api_url": "http://a.b/c"}, "takes an https:// address", "https:// 주소여야"),
        ({"slack_api_url": "https://[x"}, "is no address", "주소가 아니에요"),
        ({"slack_prefix": "A B"}, "cannot begin a command's name", "명령 이름 앞에"),
        ({"ray_address": "auto"}, "is not the HTTP address of a Ray", "대시보드 주소를"),
        ({"ray_address": "ray://head:10001"}, "such as http://head:8265", "http://head:8265"),
        ({"ray_address": "http://a:b@head:8265"}, "without a name and password", "비밀번호"),
        ({"store_url": "/mnt/shared"}, "is no store", "s3://버킷"),
        ({"store_url": "s3:///folder"}, "is no store", "s3://버킷"),
        ({"store_url": "file://mnt/shared"}, "is no store", "s3://버킷"),
        ({"store_url": "s3://key:secret@bucket"}, "without a name and password", "비밀번호"),
        ({"ray_replicas": "0"}, "takes a whole number, 1 or more", "1 이상의 정수"),
        ({"ray_gpus": "-1"}, "takes a number, 0 or more", "0 이상의 수"),
        ({"data_dir": "~nobody-of-that-name"}, "no such home folder", "홈 폴더가 없어요"),
    ],
    ids=str,
)
def test_a_wrong_value_is_told_in_the_readers_language(given, english, korean):
    told = said(Language.ENGLISH, **given)
    assert told.startswith("Setting ") and english in told
    told = said(Language.KOREAN, **given)
    assert told.startswith("설정 ") and korean in told


def test_without_a_token_the_hub_may_be_another_machine_of_the_house():
    assert Settings(hf_endpoint="http://hub.lan").hf_endpoint == "http://hub.lan"


def test_a_long_value_is_cut():
    assert len(said(Language.ENGLISH, models="x" * 5000)) < 300


def test_models_may_be_separated_by_any_space_and_quoted():
    settings = Settings(models='a=/x "b=/y z"  c="/w v"\n', pinned_models="a, b,c  d")
    assert [str(each.folder) for each in settings.models] == ["/x", "/y z", "/w v"]
    assert settings.pinned_models == ("a", "b", "c", "d")


def test_backslashes_are_parts_of_paths():
    (one,) = Settings(models=r'ours="D:\my models\new"').models
    assert str(one.folder) == r"D:\my models\new"
