from django.utils import translation

from initiatives.emails import status_changed

PARAMS = {
    "number": 3,
    "status": "delivered",
    "name_en": "Custody",
    "name_zh_hant": "託管",
    "name_zh_hans": "",
}


def test_the_sentence_names_the_initiative_and_its_status() -> None:
    with translation.override("en"):
        assert status_changed(PARAMS) == "Initiative 3, “Custody”, now stands at: Delivered"


def test_the_name_is_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert "託管" in status_changed(PARAMS)
