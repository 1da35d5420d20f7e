"""What the settings begin with where the default is longer than a word."""

from __future__ import annotations

from typing import Literal

Role = Literal[
    "clerk", "officer", "head", "approver", "manager", "restricted_desk", "second_desk", "administrator", "auditor"
]
# Who reads or changes most signs in with a second step, unless the city says otherwise.
TRUSTED_ROLES: tuple[Role, ...] = ("administrator", "auditor", "manager")

# The city's own sections in the header, until the city names others: kept small, as our guidance.
OUR_SECTIONS: tuple[dict[str, str], ...] = (
    {"href": "/{lang}", "en": "Home", "zh": "首页", "ja": "ホーム", "ko": "홈"},
    {"href": "/{lang}/guidance/about_city", "en": "About", "zh": "城市概况", "ja": "市の紹介", "ko": "시 소개"},
    {
        "href": "/{lang}/guidance/government_bulletin",
        "en": "Government Bulletin",
        "zh": "政府公报",
        "ja": "市政公報",
        "ko": "시정 공보",
    },
    {"href": "/{lang}/guidance/latest_news", "en": "Latest News", "zh": "最新消息", "ja": "お知らせ", "ko": "새 소식"},
    {
        "href": "/{lang}/guidance/laws",
        "en": "Laws and Regulations",
        "zh": "法规规章",
        "ja": "条例・規則",
        "ko": "법규",
    },
)

# Under which terms the published figures may be used, until the city says otherwise.
OPEN_DATA_LICENCE: dict[str, str] = {
    "en": "You may use these figures freely, for any purpose, if you name the city as their source.",
    "zh": "可自由使用本数据，用途不限，但须注明来源为本市。",
    "ja": "出典として本市の名称を示せば、目的を問わず自由に利用できます。",
    "ko": "출처를 밝히면 목적에 관계없이 자유롭게 이용할 수 있습니다.",
}
