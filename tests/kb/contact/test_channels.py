"""The channels file: what it holds, and what each mistake in it is answered with."""

from datetime import date
from pathlib import Path

import pytest

from kb.contact.channels import load_channels
from kb.errors import KBError
from kb.model import Channel, ChannelKind, Wait

SEEDS = Path(__file__).parents[3] / "seeds"
GOOD = """\
- id: phone
  kind: phone
  name: Phone
  good_for: Urgent problems.
  address: 0808 157 0142
  hours: Mo-Fr 08:00-20:00
  wait: {text: about 5 minutes, set_by: Nadia, set_on: 2026-11-16}
  have_ready: [Your order number]
"""


def written(folder: Path, text: str) -> Path:
    (folder / "channels.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_channel_is_read_with_all_it_says(tmp_path: Path) -> None:
    wait = Wait("about 5 minutes", "Nadia", date(2026, 11, 16))
    assert load_channels(written(tmp_path, GOOD)) == (
        Channel(
            "phone",
            ChannelKind.PHONE,
            "Phone",
            "Urgent problems.",
            "0808 157 0142",
            "Mo-Fr 08:00-20:00",
            True,
            wait,
            ("Your order number",),
        ),
    )


def test_the_shops_channels_are_those_of_its_facts() -> None:
    channels = {channel.id: channel for channel in load_channels(SEEDS)}
    assert list(channels) == ["chat", "phone", "email", "callback", "payments", "accessibility"]
    assert channels["phone"].address == "0808 157 0142"
    assert [channel.id for channel in channels.values() if not channel.closed_on_holidays] == ["chat"]
    assert all(channel.wait and channel.have_ready and channel.good_for for channel in channels.values())
    spoken = [channel for channel in channels.values() if channel.kind is ChannelKind.PHONE]
    assert all(channel.text_alternative for channel in spoken)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("kind: phone", "kind: fax", 2, "'kind' cannot be 'fax'. Write one of"),
        ("  name: Phone\n", "", 1, "'name' is missing."),
        ("name: Phone", "name: ''", 3, "'name' is empty."),
        ("id: phone", "id: The Phone", 1, "Use small letters"),
        ("  address: 0808 157 0142\n", "", 1, "'phone' has no address. Add a phone number"),
        ("0808 157 0142", "ring us", 5, "not a phone number"),
        ("0808 157 0142", "( ) - 12", 5, "not a phone number"),
        ("Mo-Fr 08:00-20:00", "nine to five", 6, "not an opening_hours expression"),
        ("Mo-Fr 08:00-20:00", "Mo-Fr 08:00-20:00; PH off", 6, "closed_on_holidays"),
        (", set_by: Nadia", "", 7, "'set_by' is missing."),
        ("set_on: 2026-11-16", "set_on: last week", 7, "'set_on' is not a date"),
        ("set_by: Nadia", "set_by: ' '", 7, "'set_by' is empty."),
        (
            "{text: about 5 minutes, set_by: Nadia, set_on: 2026-11-16}",
            "2 minutes",
            7,
            "'wait' must have keys",
        ),
        ("  address:", "  adress:", 5, "Did you mean 'address'?"),
        ("text: about", "txt: about", 7, "Did you mean 'text'?"),
        ("[Your order number]", "Your order number", 8, "must be a list"),
    ],
)
def test_a_mistake_is_answered_with_its_line_and_the_fix(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    with pytest.raises(KBError) as caught:
        load_channels(written(tmp_path, GOOD.replace(old, new)))
    found = [str(problem) for problem in caught.value.problems if problem.line == line]
    assert any(words in problem for problem in found), caught.value
    assert all(problem.path == "seeds/channels.yaml" and problem.fix for problem in caught.value.problems)


def test_two_channels_with_one_id_are_a_problem_at_the_second(tmp_path: Path) -> None:
    with pytest.raises(KBError, match=r"channels.yaml:9: 'phone' is the id of another channel too"):
        load_channels(written(tmp_path, GOOD + GOOD))


@pytest.mark.parametrize(
    ("kind", "address"), [("chat", "our site"), ("chat", "https://[our]/chat"), ("email", "help at shop")]
)
def test_an_address_fits_its_kind(tmp_path: Path, kind: str, address: str) -> None:
    text = GOOD.replace("kind: phone", f"kind: {kind}").replace("0808 157 0142", address)
    with pytest.raises(KBError, match="'address' is not"):
        load_channels(written(tmp_path, text))


@pytest.mark.parametrize("number", ["0316/12 34 56-0", "514.555.0199", "+43 (0)316 123456", "112"])
def test_a_phone_number_may_be_written_as_its_country_does(tmp_path: Path, number: str) -> None:
    text = GOOD.replace("0808 157 0142", f"'{number}'")
    assert load_channels(written(tmp_path, text))[0].address == number


def test_a_callback_needs_no_address(tmp_path: Path) -> None:
    text = GOOD.replace("kind: phone", "kind: callback").replace("  address: 0808 157 0142\n", "")
    assert load_channels(written(tmp_path, text))[0].address == ""


def test_all_mistakes_are_told_in_one_run(tmp_path: Path) -> None:
    wrong_shape = GOOD.replace("kind: phone", "kind: fax")
    wrong_hours = GOOD.replace("id: phone", "id: other").replace("Mo-Fr 08:00", "some time")
    with pytest.raises(KBError) as caught:
        load_channels(written(tmp_path, wrong_shape + wrong_hours))
    assert [problem.line for problem in caught.value.problems] == [2, 14]


@pytest.mark.parametrize("text", ["", "chat", "- chat\n", "id: chat\n", "- [\n", "- id: [chat]\n", "\0"])
def test_a_file_of_another_shape_is_a_problem_not_a_crash(tmp_path: Path, text: str) -> None:
    with pytest.raises(KBError, match=r"channels\.yaml"):
        load_channels(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KBError, match="the file is missing"):
        load_channels(tmp_path)
