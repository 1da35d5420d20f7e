"""What is masked in a public copy, in four languages; proposed rather once too often."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox_service.tickets.redaction import Mask, What, masked, pieces, proposed
from tests import seconds

EXAMPLES = [
    # Phones
    ("我的手机是13812345678，谢谢", "zh", "我的手机是［电话］，谢谢"),
    ("电话１３８ １２３４ ５６７８。", "zh", "电话［电话］。"),
    ("打138-1234-5678或+86 139 1234 5678", "zh", "打［电话］或［电话］"),
    ("座机0571-88123456转801", "zh", "座机［电话］"),
    ("(0571)88123456", "zh", "［电话］"),
    ("联系电话：88123456", "zh", "联系电话：［电话］"),
    ("手机一三八一二三四五六七八", "zh", "手机［电话］"),
    ("1381234567813912345678", "zh", "1381234567813912345678"),
    ("13812345678 13912345678", "zh", "［电话］ ［电话］"),
    ("Call me: +44 20 7946 0958 please", "en", "Call me: [phone] please"),
    ("My phone (555) 123-4567.", "en", "My phone [phone]."),
    ("携帯は090-1234-5678です", "ja", "携帯は［電話番号］です"),
    ("電話０３−１２３４−５６７８内線12", "ja", "電話［電話番号］"),
    ("전화는 010-1234-5678입니다", "ko", "전화는 [전화번호]입니다"),
    ("02-123-4567로 연락", "ko", "[전화번호]로 연락"),
    # Mail and accounts
    ("邮箱wang.li@example.com谢谢", "zh", "邮箱［电子邮箱］谢谢"),
    ("Write to a+b@mail.example.org, please", "en", "Write to [e-mail], please"),
    ("ｗａｎｇ＠example.com", "zh", "［电子邮箱］"),
    ("加我微信：lihua_88", "zh", "加我微信：［社交账号］"),
    ("微信号lihua", "zh", "微信号［社交账号］"),
    ("QQ 123456789", "zh", "QQ ［社交账号］"),
    ("WeChat payment does not work", "en", "WeChat payment does not work"),
    ("My WeChat is carl_7", "en", "My WeChat is [account]"),
    ("카카오톡 아이디: minjun77", "ko", "카카오톡 아이디: [계정]"),
    # Numbers of persons
    ("身份证11010519491231002X", "zh", "身份证［证件号码］"),
    ("身份证 110105 19491231 002x", "zh", "身份证 ［证件号码］"),
    ("110105194912310021", "zh", "110105194912310021"),
    ("护照E12345678", "zh", "护照［证件号码］"),
    ("passport no. 123456789", "en", "passport no. [ID number]"),
    ("주민등록번호 900101-1234567", "ko", "주민등록번호 [신분증번호]"),
    ("マイナンバー 1234 5678 9018", "ja", "マイナンバー ［身分証番号］"),
    # Cards and accounts at a bank
    ("card 4111 1111 1111 1111", "en", "card [card number]"),
    ("银行卡号6222020000000000001", "zh", "银行卡号［卡号］"),
    # Plates
    ("车牌京A·12345的车", "zh", "车牌［车牌号］的车"),
    ("粤B12345D违停", "zh", "［车牌号］违停"),
    ("浙a 8K9Z1", "zh", "［车牌号］"),
    ("品川 500 さ 12-34", "ja", "［車両番号］"),
    ("12가 3456 차량", "ko", "[차량번호] 차량"),
    # Where somebody lives
    ("人民路12号3幢201室的住户", "zh", "人民路［门牌号］的住户"),
    ("5栋2单元301室", "zh", "［门牌号］"),
    ("101동 1203호", "ko", "[번지]"),
    ("本町2丁目3番地4号", "ja", "本町［番地］"),
    ("Linden Street 12 is dark", "en", "Linden Street [house number] is dark"),
    ("at 12 Linden Street", "en", "at [house number] Linden Street"),
    # The letter's own number
    ("来信2026-0001234-5没有答复", "zh", "来信［信件编号］没有答复"),
]

LEFT_ALONE = [
    "地铁2号线3月5日起停运",
    "拨打12345或110",
    "2026年2月27日14:05",
    "2026-02-27 14:05",
    "共1,234,567元",
    "3号楼的电梯坏了",
    "101路公交车",
    "Bus 12 at 8:30, 20 minutes late",
    "the 2026 budget of 1234567 yuan",
    "バス12番、3丁目の公園",
    "버스 12번, 3번 출구",
    "GB/T 33358-2016",
    "",
]

NAMES = [
    (
        "王小明",
        "我是王小明，王先生。王 小明上。小明也签名",
        "zh",
        "我是［姓名］，［姓名］先生。［姓名］上。［姓名］也签名",
    ),
    ("王小明", "国王先生", "zh", "国［姓名］先生"),
    ("欧阳修", "欧阳先生好", "zh", "［姓名］先生好"),
    ("李雷", "李雷住在这里，李女士不在", "zh", "［姓名］住在这里，［姓名］女士不在"),
    ("山田太郎", "山田太郎です。山田様、山田さん", "ja", "［氏名］です。［氏名］様、［氏名］さん"),
    ("佐藤 花子", "佐藤花子と花子", "ja", "［氏名］と［氏名］"),
    ("김민준", "김민준입니다. 김씨, 민준 씨", "ko", "[이름]입니다. [이름]씨, [이름] 씨"),
    (
        "Carl Citizen",
        "I am CARL  CITIZEN. Mr. Citizen; Citizen, Carl; carlcitizen",
        "en",
        "I am [name]. [name]; [name]; [name]",
    ),
    ("Carl Citizen", "Citizens and Carla", "en", "Citizens and Carla"),
    ("Li Na", "LI NA, Ms Li; a little", "en", "[name], [name]; a little"),
    ("Will Park", "Will you go to the park, Will Park?", "en", "Will you go to the park, [name]?"),
    ("José Ñúñez", "josé ñúñez", "en", "[name]"),
    ("热心市民", "热心市民来信", "zh", "热心市民来信"),
    ("", "nobody", "en", "nobody"),
    (".*", "a.*b", "en", "a.*b"),
    ("(x", "(x", "en", "[name]"),
]

SELF = [
    ("我叫王小明，住在这里", "zh", "我叫［姓名］，住在这里"),
    ("Hello, my name is Carl Citizen and I live here", "en", "Hello, my name is [name] and I live here"),
    ("私は山田太郎と申します", "ja", "私は［氏名］と申します"),
    ("저는 김민준입니다", "ko", "저는 [이름]입니다"),
]


def copied(text, lang, *names):
    return masked(text, proposed(text, names), lang)


@pytest.mark.parametrize(("text", "lang", "copy"), EXAMPLES)
def test_what_tells_who_somebody_is_is_masked(text, lang, copy):
    assert copied(text, lang) == copy


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_ordinary_numbers_stay(text):
    assert proposed(text) == []


@pytest.mark.parametrize(("name", "text", "lang", "copy"), NAMES)
def test_the_writers_name_is_masked_wherever_it_stands(name, text, lang, copy):
    assert copied(text, lang, name) == copy


@pytest.mark.parametrize(("text", "lang", "copy"), SELF)
def test_a_name_somebody_gives_themselves_is_masked(text, lang, copy):
    assert copied(text, lang) == copy


def test_masks_that_overlap_become_one():
    masks = proposed("Carl 13812345678", ["Carl 13812345678", "13812345678 Carl"])

    assert len(masks) == 1


def test_a_text_is_cut_at_its_masks():
    cut = pieces("a 1 b", [Mask(2, 3, What.PHONE)])

    assert [(piece.text, piece.what) for piece in cut] == [("a ", None), ("1", What.PHONE), (" b", None)]


ANYTHING = st.text(
    st.sampled_from("0123456789０１２ -.()+xX@abcWang.王小明先生京A·微信：号路室\n样様씨김민준"), max_size=120
)


@given(
    ANYTHING | st.text(max_size=200),
    st.lists(st.text(max_size=12) | st.sampled_from(["王小明", "Wang", "김민준"]), max_size=3),
)
def test_masks_are_in_order_apart_and_inside(text, names):
    masks = proposed(text, names)

    assert all(0 <= mask.start < mask.end <= len(text) for mask in masks)
    assert all(one.end <= other.start for one, other in pairwise(masks))
    assert "".join(piece.text for piece in pieces(text, masks)) == text


@given(
    st.text(st.sampled_from("地铁站 ，。\nabc谢"), max_size=30),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", " ", "-", "．", "－", "\u3000", "\u200b"]),
    st.booleans(),
)
def test_no_mobile_number_gets_through(around, number, between, wide):
    if wide:
        number = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    written = between.join((number[:3], number[3:7], number[7:]))

    copy = copied(f"{around}，{written}。{around}", "zh")

    assert written not in copy
    assert "［电话］" in copy


@given(ANYTHING)
def test_a_masked_text_needs_no_further_mask(text):
    once = copied(text, "zh", "王小明")

    assert len(proposed(once)) <= len(proposed(text, ["王小明"]))


@pytest.mark.parametrize(
    "text", ["1 " * 10_000, "a" * 20_000, "王" * 20_000, "1" * 20_000, "路1号" * 5_000, "a@" * 9_000]
)
def test_the_longest_text_is_looked_through_at_once(text):
    assert seconds.of_processor(lambda: proposed(text, ["王小明", "Carl Citizen"])) < 2
